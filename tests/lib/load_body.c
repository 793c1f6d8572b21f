/* The bodies of the commands: made from the row alone, so the same in every repetition. */
#include "lib/load_parts.h"

#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>

struct id load_id(const struct load *l, uint32_t row, char kind, time_us at)
{
	uint8_t chance[10] = { 0, (uint8_t)kind, 0, l->tag[0], l->tag[1], l->tag[2] };

	for (int i = 0; i < 4; i++)
		chance[6 + i] = (uint8_t)(row >> (24 - 8 * i));
	return id_make(at, chance);
}

static void unit_code(uint32_t unit, char ret[16])
{
	(void)snprintf(ret, 16, "U%03u", unit);
}

static struct id case_of(const struct load *l, uint32_t row)
{
	return load_id(l, row, 'p', id_time(l->rows[row].id));
}

static void encode(const struct schema *schema, const void *message, struct buf *out)
{
	struct problem why;

	if (wire_encode(schema, message, out, &why) != ERR_OK) {
		(void)fprintf(stderr, "%s: %s %s\n", schema->name, why.field, why.rule);
		abort();
	}
}

static const struct schema *lodging(const struct load *l, uint32_t row, struct buf *out)
{
	char unit[16];
	char name[64];
	char mail[64];
	struct ajukan_permohonan c = { .permohonan_id = case_of(l, row),
		.kanal = KANAL_DATANG_LANGSUNG,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.latar = LATAR_BELAKANG_UMUM,
		.pemohon = { .has_nik = true,
			.nik = str_of("3275010101800001"),
			.alamat = str_of("Jalan Uji 1, Bekasi") },
		.rincian = str_of("Salinan anggaran tahun berjalan."),
		.tujuan = str_of("Pengetahuan."),
		.cara = CARA_MEMPEROLEH_MELIHAT };

	unit_code(l->rows[row].unit, unit);
	(void)snprintf(name, sizeof name, "Pemohon Uji %u", row);
	c.unit = str_of(unit);
	c.pemohon.nama = str_of(name);
	c.pemohon.has_email = l->rows[row].has_mail;
	(void)snprintf(mail, sizeof mail, "pemohon%u@contoh.id", row);
	c.pemohon.email = str_of(mail);
	encode(&schema_ajukan_permohonan, &c, out);
	return &schema_ajukan_permohonan;
}

static const struct schema *renaming(uint32_t unit, uint32_t row, struct buf *out)
{
	char code[16];
	char name[64];
	struct daftarkan_unit c = { .unit = { .sebutan = str_of("PPID Pembantu") } };

	unit_code(unit, code);
	(void)snprintf(name, sizeof name, "Unit Uji %u", row);
	c.unit.kode = str_of(code);
	c.unit.nama = str_of(name);
	encode(&schema_daftarkan_unit, &c, out);
	return &schema_daftarkan_unit;
}

const struct schema *load_body(const struct load *l, uint32_t row, struct buf *out)
{
	const struct load_row *r = &l->rows[row];
	struct nyatakan_lengkap work = { 0 };

	switch (r->kind) {
	case LOAD_LODGE:
		return lodging(l, row, out);
	case LOAD_RENAME:
		return renaming(r->unit, row, out);
	case LOAD_WORK:
		break;
	}
	work.permohonan_id = case_of(l, r->parent);
	encode(&schema_nyatakan_lengkap, &work, out);
	return &schema_nyatakan_lengkap;
}
