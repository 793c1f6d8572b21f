/* system_table - the declarations of the tables behind system.h, for its files alone */
#ifndef STORE_SYSTEM_TABLE_H
#define STORE_SYSTEM_TABLE_H

#include "store/slot.h"
#include "store/system.h"

extern const struct table system_mark;   /* id -> simpan_tanda */
extern const struct table system_cursor; /* stream -> simpan_letak: of what decides */
extern const struct table
	system_view_cursor;                 /* table 0 stream -> simpan_letak: of projected tables */
extern const struct table system_timer; /* key -> simpan_pewaktu */
extern const struct table system_timer_due; /* BE16(kind) || BE64(due, sign turned) || key */
extern const struct table system_work;      /* key -> simpan_kerja */
extern const struct table system_outbox;    /* service 0 BE64(number) -> simpan_surat */
extern const struct table system_payload;   /* key -> simpan_muatan */

extern const struct table system_mirror_stream; /* name -> simpan_cermin */
extern const struct table system_mirror_epoch;  /* BE32 stream | BE32 n -> simpan_cermin_epok */
extern const struct table system_mirror_head;   /* BE32 stream | BE32 n -> simpan_cermin_kepala */
extern const struct table system_missing;       /* BE32 table | key -> simpan_hilang */

/* Name of the meta row: BE64 of the moment before which marks were deleted. */
#define META_MARKS_FROM "marks from"

#endif
