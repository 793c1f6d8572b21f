#include "reporting/hitungan.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "base/civil.h"
#include "domain/laporan.h"

/* Version 1. Raised with whatever changes what is counted: it is then counted anew. */
const struct table hitungan_table = { "hitungan", TABLE_PROJECTED, 1, &schema_isi_laporan, NULL,
	0 };

enum { FACTS = 'f', NAMES = 'n', SUMS = 's', MONTH_BYTES = 4 };

/* --- keys --- */

static void key_add(struct hitungan_key *key, const void *bytes, size_t n)
{
	assert(n <= sizeof key->bytes - key->len);
	if (n > 0)
		memcpy(key->bytes + key->len, bytes, n);
	key->len += n;
}

static void key_byte(struct hitungan_key *key, int byte)
{
	const char c = (char)byte;

	key_add(key, &c, 1);
}

/* The zero byte ends the text: no unit's rows stand among those of a longer name. */
static void key_text(struct hitungan_key *key, struct str text)
{
	key_add(key, text.ptr, text.len);
	key_byte(key, 0);
}

static void key_number(struct hitungan_key *key, uint32_t number)
{
	char bytes[MONTH_BYTES];

	be32_put(bytes, number);
	key_add(key, bytes, sizeof bytes);
}

struct str hitungan_key_str(const struct hitungan_key *key)
{
	return str_bytes(key->bytes, key->len);
}

/* One's own have no node before their id: their keys are shorter than those of others. */
struct hitungan_key hitungan_fact_key(struct id node, struct id id)
{
	struct hitungan_key key = { .len = 0 };

	key_byte(&key, FACTS);
	if (!id_is_zero(node))
		key_add(&key, node.bytes, sizeof node.bytes);
	key_add(&key, id.bytes, sizeof id.bytes);
	return key;
}

struct hitungan_key hitungan_names_key(void)
{
	struct hitungan_key key = { .len = 0 };

	key_byte(&key, NAMES);
	return key;
}

struct hitungan_key hitungan_node_names_key(struct id node)
{
	struct hitungan_key key = hitungan_names_key();

	key_add(&key, node.bytes, sizeof node.bytes);
	return key;
}

struct hitungan_key hitungan_name_key(struct id node, struct str unit)
{
	struct hitungan_key key = hitungan_node_names_key(node);

	key_add(&key, unit.ptr, unit.len);
	return key;
}

enum err hitungan_name_key_read(struct str key, struct id *ret_node, struct str *ret_unit)
{
	const size_t before = 1 + sizeof ret_node->bytes;

	if (key.len < before || key.ptr[0] != NAMES)
		return ERR_CORRUPT;
	memcpy(ret_node->bytes, key.ptr + 1, sizeof ret_node->bytes);
	*ret_unit = str_bytes(key.ptr + before, key.len - before);
	return ERR_OK;
}

struct hitungan_key hitungan_sums_key(void)
{
	struct hitungan_key key = { .len = 0 };

	key_byte(&key, SUMS);
	return key;
}

static struct hitungan_key node_key(struct id node)
{
	struct hitungan_key key = hitungan_sums_key();
	char text[ID_TEXT_MAX] = "";

	if (!id_is_zero(node))
		id_text(node, text);
	key_add(&key, text, strlen(text));
	return key;
}

struct hitungan_key hitungan_month_key(struct id node, uint32_t month)
{
	struct hitungan_key key = node_key(node);

	key_byte(&key, 0);
	key_number(&key, month);
	return key;
}

struct hitungan_key hitungan_unit_key(struct id node, uint32_t month, struct str unit)
{
	struct hitungan_key key = hitungan_month_key(node, month);

	key_text(&key, unit);
	return key;
}

struct hitungan_key hitungan_node_end(struct id node)
{
	struct hitungan_key key = node_key(node);

	key_byte(&key, 1); /* the zero byte is less, and so is no letter of another node's id */
	return key;
}

struct hitungan_key hitungan_unit_end(struct id node, uint32_t month, struct str unit)
{
	struct hitungan_key key = hitungan_unit_key(node, month, unit);

	key_byte(&key, HITUNGAN_POKOK + 1);
	return key;
}

/* Up to the zero byte that ends it. */
static enum err take_text(struct str *key, struct str *ret)
{
	const char *end = memchr(key->ptr, 0, key->len);

	if (end == NULL)
		return ERR_CORRUPT;
	*ret = str_bytes(key->ptr, (size_t)(end - key->ptr));
	*key = str_bytes(end + 1, key->len - ret->len - 1);
	return ERR_OK;
}

enum err hitungan_key_read(struct str key, struct hitungan_sum *ret)
{
	struct str rest = str_bytes(key.ptr + 1, key.len == 0 ? 0 : key.len - 1);
	struct hitungan_sum sum = { .month = 0 };
	struct str node;

	if (key.len == 0 || key.ptr[0] != SUMS || take_text(&rest, &node) != ERR_OK ||
		rest.len < MONTH_BYTES || (node.len > 0 && id_parse(node, &sum.node) != ERR_OK))
		return ERR_CORRUPT;
	sum.month = be32_get(rest.ptr);
	rest = str_bytes(rest.ptr + MONTH_BYTES, rest.len - MONTH_BYTES);
	if (take_text(&rest, &sum.unit) != ERR_OK || rest.len == 0)
		return ERR_CORRUPT;
	sum.kind = (enum hitungan_kind)rest.ptr[0];
	sum.text = str_bytes(rest.ptr + 1, rest.len - 1);
	if (sum.kind != HITUNGAN_POKOK) {
		if ((sum.kind != HITUNGAN_HARI && sum.kind != HITUNGAN_KANAL) ||
			sum.text.len != MONTH_BYTES)
			return ERR_CORRUPT;
		sum.number = be32_get(sum.text.ptr);
	}
	*ret = sum;
	return ERR_OK;
}

uint32_t hitungan_month(date_days date)
{
	int year, month, day;

	civil_of_days(date, &year, &month, &day);
	return (uint32_t)(year * 12 + month - 1);
}

/* --- sums --- */

static struct hitungan_key unit_key(const struct projection *p, const struct fakta_layanan *fact)
{
	return hitungan_unit_key(projection_node(p), hitungan_month(fact->diterima), fact->unit);
}

static struct hitungan_key channel_key(const struct projection *p, const struct fakta_layanan *fact)
{
	struct hitungan_key key = unit_key(p, fact);

	key_byte(&key, HITUNGAN_KANAL);
	key_number(&key, fact->kanal);
	return key;
}

/* Up or down by one; a sum that would fall below zero was damaged. */
static enum err step(uint64_t *sum, bool is_counted, int by)
{
	if (!is_counted)
		return ERR_OK;
	if (by < 0 && *sum == 0)
		return ERR_CORRUPT;
	*sum += (uint64_t)(int64_t)by;
	return ERR_OK;
}

static enum err step_all(struct laporan_jumlah *sum, const struct fakta_layanan *fact, int by)
{
	bool is_answered = fact->has_tepat_waktu;
	enum err e = step(&sum->jenis[fact->jenis - 1], true, by);

	if (e == ERR_OK)
		e = step(&sum->latar[fact->latar - 1], true, by);
	if (e == ERR_OK)
		e = step(&sum->hasil[fact->hasil - 1], true, by);
	for (uint32_t i = 0; i < fact->pasal_len && e == ERR_OK; i++)
		e = step(&sum->pasal[fact->pasal[i] - 1], true, by);
	if (e == ERR_OK)
		e = step(&sum->lewat_tenggat, fact->has_lewat && fact->hasil == HASIL_LAYANAN_DIPROSES, by);
	if (e == ERR_OK)
		e = step(&sum->diperpanjang, fact->diperpanjang, by);
	if (e == ERR_OK)
		e = step(&sum->tepat_waktu, is_answered && fact->tepat_waktu, by);
	if (e == ERR_OK)
		e = step(&sum->terlambat, is_answered && !fact->tepat_waktu, by);
	return e == ERR_OK ? step(&sum->tanpa_kalender, fact->tanpa_kalender, by) : e;
}

static enum err channel_get(struct projection *p, const struct hitungan_key *key,
	struct laporan_jumlah *ret)
{
	struct isi_laporan row;
	enum err e = projection_get(p, hitungan_key_str(key), &row);

	*ret = (struct laporan_jumlah) { .lewat_tenggat = 0 };
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK)
		e = row.has_jumlah ? laporan_jumlah_add(ret, &row.jumlah) : ERR_CORRUPT;
	return e == ERR_INVALID ? ERR_CORRUPT : e;
}

static enum err channel_put(struct projection *p, const struct hitungan_key *key,
	struct laporan_jumlah *sum)
{
	struct isi_laporan row = { .has_jumlah = true, .jumlah = laporan_jumlah_record(sum) };

	return projection_put(p, hitungan_key_str(key), &row);
}

static enum err channel_move(struct projection *p, const struct fakta_layanan *before,
	const struct fakta_layanan *now)
{
	struct hitungan_key key = channel_key(p, now);
	struct laporan_jumlah sum;
	enum err e = channel_get(p, &key, &sum);

	if (e == ERR_OK && before->terdaftar)
		e = step_all(&sum, before, -1);
	if (e == ERR_OK)
		e = step_all(&sum, now, 1);
	return e == ERR_OK ? channel_put(p, &key, &sum) : e;
}

/* A counter that has come to nothing is no row. */
static enum err counter_step(struct projection *p, const struct hitungan_key *key, int by)
{
	struct isi_laporan row;
	enum err e = projection_get(p, hitungan_key_str(key), &row);

	if (e == ERR_NOT_FOUND) {
		row = (struct isi_laporan) { .has_banyak = true };
		e = ERR_OK;
	}
	if (e == ERR_OK)
		e = row.has_banyak ? step(&row.banyak, true, by) : ERR_CORRUPT;
	if (e != ERR_OK)
		return e;
	return row.banyak == 0 ? projection_del(p, hitungan_key_str(key))
						   : projection_put(p, hitungan_key_str(key), &row);
}

static enum err days_step(struct projection *p, const struct fakta_layanan *fact, int by)
{
	struct hitungan_key key = unit_key(p, fact);

	key_byte(&key, HITUNGAN_HARI);
	key_number(&key, fact->hari_kerja);
	return counter_step(p, &key, by);
}

static enum err subject_step(struct projection *p, const struct fakta_layanan *fact, int by)
{
	struct hitungan_key key = unit_key(p, fact);

	key_byte(&key, HITUNGAN_POKOK);
	key_add(&key, fact->pokok.ptr, fact->pokok.len);
	return counter_step(p, &key, by);
}

static enum err days_move(struct projection *p, const struct fakta_layanan *before,
	const struct fakta_layanan *now)
{
	bool was = before->terdaftar && before->has_hari_kerja;
	enum err e = ERR_OK;

	if (was && now->has_hari_kerja && before->hari_kerja == now->hari_kerja)
		return ERR_OK;
	if (was)
		e = days_step(p, before, -1);
	return e == ERR_OK && now->has_hari_kerja ? days_step(p, now, 1) : e;
}

static enum err subject_move(struct projection *p, const struct fakta_layanan *before,
	const struct fakta_layanan *now)
{
	bool was = before->terdaftar && before->has_pokok;
	enum err e = ERR_OK;

	if (was && now->has_pokok && str_equal(before->pokok, now->pokok))
		return ERR_OK;
	if (was)
		e = subject_step(p, before, -1);
	return e == ERR_OK && now->has_pokok ? subject_step(p, now, 1) : e;
}

enum err hitungan_move(struct projection *p, const struct fakta_layanan *before,
	const struct fakta_layanan *now)
{
	enum err e;

	if (!now->terdaftar)
		return ERR_OK;
	e = channel_move(p, before, now);
	if (e == ERR_OK)
		e = days_move(p, before, now);
	return e == ERR_OK ? subject_move(p, before, now) : e;
}
