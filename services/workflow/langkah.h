/* langkah - one step of a case while it is decided: where it stood, the row taken, what follows
 *
 * permohonan.c fills it; the builders of the row's event (permohonan_say.c,
 * putusan.c) read it and ask for the effects. */
#ifndef WORKFLOW_LANGKAH_H
#define WORKFLOW_LANGKAH_H

#include "runtime/machine.h"
#include "workflow/perkara.h"

struct langkah {
	struct ctx *ctx;
	const struct schema *input; /* NULL: a timer */
	const void *message;
	time_us received; /* of a followed fact */
	struct perkara before;
	const struct transition *taken;
	uint32_t status;        /* after it */
	struct machine_due due; /* after it; where the row counts, with its trace: */
	bool has_count;
	struct hitungan count;
};

/* Says the row's event. */
typedef enum err say_fn(const struct langkah *step);
say_fn say_perkara_diputus; /* putusan.c */
enum err langkah_say(const struct langkah *step) MUST_CHECK;

/* What was written, into the vault under the step; before its event. */
enum err langkah_note(const struct langkah *step, struct perkara_catatan *note) MUST_CHECK;
/* The notice to requester and register: fills in case, version, unit; gives the version for the event. */
enum err langkah_notice(const struct langkah *step, struct isi_pemberitahuan *letter,
	uint32_t *ret_version) MUST_CHECK;
/* Refuses a text that is all blanks (wajib_diisi). */
enum err langkah_text(const struct langkah *step, struct str text, const char *field) MUST_CHECK;
/* A moment that an officer names: absent it is now; not in the future, not before `earliest`. */
enum err langkah_moment(const struct langkah *step, bool has, time_us given, time_us earliest,
	const char *field, time_us *ret) MUST_CHECK;

#endif
