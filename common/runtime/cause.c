#include "runtime/engine.h"

struct cause input_cause(const struct input *i)
{
	struct cause c = { .kind = CAUSE_SYSTEM };

	switch (i->kind) {
	case JENIS_MASUKAN_PERINTAH:
		c = (struct cause) { .kind = CAUSE_COMMAND, .id = i->id, .body_hash = i->body_hash };
		break;
	case JENIS_MASUKAN_SURAT:
		c = (struct cause) { .kind = CAUSE_LETTER,
			.id = i->id,
			.body_hash = i->body_hash,
			.from = i->from };
		break;
	case JENIS_MASUKAN_PERISTIWA:
		c = (struct cause) { .kind = CAUSE_EVENT,
			.from = i->from,
			.epoch = i->at.epoch,
			.seq = i->at.seq,
			.hash = i->at.hash };
		break;
	case JENIS_MASUKAN_PEWAKTU:
		c = (struct cause) { .kind = CAUSE_TIMER, .key = i->key, .due = i->due };
		break;
	case JENIS_MASUKAN_HASIL_KERJA:
		c = (struct cause) { .kind = CAUSE_WORK, .key = i->key, .seq = i->slice };
		break;
	}
	return c;
}
