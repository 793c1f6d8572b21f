/* verbs - what ppidctl can do; each verb is a file of the same name
 *
 * argv[0] is the verb. Each gives an exit code of enum ctl_exit. */
#ifndef CTL_VERBS_H
#define CTL_VERBS_H

int ctl_status(int argc, char **argv);
int ctl_log(int argc, char **argv); /* log and follow, by argv[0] */
int ctl_verify(int argc, char **argv);
int ctl_replay(int argc, char **argv);
int ctl_parked(int argc, char **argv);
int ctl_key(int argc, char **argv);
int ctl_node(int argc, char **argv);
int ctl_backup(int argc, char **argv);
int ctl_restore(int argc, char **argv);
int ctl_grant(int argc, char **argv);
int ctl_calendar(int argc, char **argv);
int ctl_report(int argc, char **argv);
int ctl_import(int argc, char **argv);
int ctl_register(int argc, char **argv);
int ctl_permohonan(int argc, char **argv);
int ctl_send(int argc, char **argv); /* send and ask, by argv[0] */

#endif
