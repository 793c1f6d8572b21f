/* deadline - the verb `ppidctl deadline`: a due date by pure arithmetic
 *
 * Needs no node and no store: a date, a number of working days and a file of
 * holidays (date,name,kind). The first line on standard output is the due date;
 * --explain adds a line for each day, --json gives one object instead. */
#ifndef CTL_DEADLINE_H
#define CTL_DEADLINE_H

/* argv[0] is the verb. Gives the exit code: 0 answered, 1 a value is wrong or the
 * file cannot be read (the option is named), 100 wrong usage. */
int ctl_deadline(int argc, char **argv);

#endif
