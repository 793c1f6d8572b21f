#include "intake/kunci.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"

enum {
	TAIL_BYTES = 8 + sizeof(struct id)
}; /* number and case, at the end of intake_kunci_urutan */
#define WITHOUT_NUMBER (UINT64_C(1) << 63)

static void add(struct intake_kunci *k, const void *bytes, size_t n)
{
	assert(n <= sizeof k->bytes - k->len);
	if (n > 0)
		memcpy(k->bytes + k->len, bytes, n);
	k->len += n;
}

static void add_text(struct intake_kunci *k, struct str text)
{
	add(k, text.ptr, text.len);
	add(k, "", 1);
}

static void add_u32(struct intake_kunci *k, uint32_t n)
{
	uint8_t bytes[4];

	be32_put(bytes, n);
	add(k, bytes, sizeof bytes);
}

static void add_u64(struct intake_kunci *k, uint64_t n)
{
	uint8_t bytes[8];

	be64_put(bytes, n);
	add(k, bytes, sizeof bytes);
}

struct str intake_kunci_str(const struct intake_kunci *k)
{
	return str_bytes(k->bytes, k->len);
}

struct intake_kunci intake_kunci_perkara(const struct id *permohonan)
{
	struct intake_kunci k = { .len = 0 };

	add(&k, permohonan->bytes, sizeof permohonan->bytes);
	return k;
}

struct intake_kunci intake_kunci_senomor(struct str nomor)
{
	struct intake_kunci k = { .len = 0 };

	add_text(&k, nomor);
	return k;
}

struct intake_kunci intake_kunci_nomor(struct str unit, struct str seri, uint32_t tahun,
	struct str nomor)
{
	struct intake_kunci k = intake_kunci_senomor(nomor);

	add_text(&k, unit);
	add_text(&k, seri);
	add_u32(&k, tahun);
	return k;
}

struct intake_kunci intake_kunci_tahun(struct str unit, uint32_t tahun)
{
	struct intake_kunci k = { .len = 0 };

	add_text(&k, unit);
	add_u32(&k, tahun);
	return k;
}

struct intake_kunci intake_kunci_seri(struct str unit, uint32_t tahun, struct str seri)
{
	struct intake_kunci k = intake_kunci_tahun(unit, tahun);

	add_text(&k, seri);
	return k;
}

struct intake_kunci intake_kunci_urutan(const struct intake_kunci *seri, bool has_urut,
	uint64_t urut, date_days diterima, struct id permohonan)
{
	struct intake_kunci k = *seri;

	add_u64(&k, has_urut ? urut : WITHOUT_NUMBER | (uint64_t)((int64_t)diterima + INT32_MAX));
	add(&k, permohonan.bytes, sizeof permohonan.bytes);
	return k;
}

bool intake_kunci_urut(struct str urutan, uint64_t *ret)
{
	assert(urutan.len > TAIL_BYTES);
	*ret = be64_get(urutan.ptr + urutan.len - TAIL_BYTES);
	return *ret < WITHOUT_NUMBER;
}

struct intake_kunci intake_kunci_susulan(struct id permohonan, char jenis, uint32_t urutan)
{
	struct intake_kunci k = intake_kunci_perkara(&permohonan);

	add(&k, &jenis, 1);
	add_u32(&k, urutan);
	return k;
}
