#include "runtime/engine.h"

struct cause input_cause(const struct input *i)
{
	switch (i->kind) {
	case JENIS_MASUKAN_PERINTAH:
		return (struct cause) { .kind = CAUSE_COMMAND, .id = i->id, .body_hash = i->body_hash };
	case JENIS_MASUKAN_SURAT:
		return (struct cause) { .kind = CAUSE_LETTER,
			.id = i->id,
			.body_hash = i->body_hash,
			.from = i->from };
	case JENIS_MASUKAN_PERISTIWA:
		return (struct cause) { .kind = CAUSE_EVENT,
			.from = i->from,
			.epoch = i->at.epoch,
			.seq = i->at.seq,
			.hash = i->at.hash };
	case JENIS_MASUKAN_PEWAKTU:
		return (struct cause) { .kind = CAUSE_TIMER, .key = i->key, .due = i->due };
	case JENIS_MASUKAN_HASIL_KERJA:
		return (struct cause) { .kind = CAUSE_WORK, .key = i->key, .seq = i->slice };
	}
	return (struct cause) { .kind = CAUSE_SYSTEM };
}
