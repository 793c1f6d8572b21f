#include "sim/wishes.h"

#include <assert.h>
#include <string.h>

#include "base/civil.h"
#include "runtime/engine.h"
#include "sim/incidents.h"
#include "sim/links.h"
#include "sim/marks.h"
#include "sim/versions.h"

static const char *const units[] = { "DISDIK", "DINKES", "SETDA" };

enum { ROLES = 4, UNITS = 3, YEARS = 3, PREPARATIONS = ROLES + UNITS + YEARS };

void wishes_open(struct wishes *s, struct sim_node *node)
{
	struct world *w = node->world;

	memset(s, 0, sizeof *s);
	s->world = w;
	s->node = node;
	s->officer = id_new(world_wall(w));
	s->wanted = 150 + (uint32_t)chance_below(&w->chance, 250);
}

static struct wish wish(const char *service, const struct schema *schema, void *message)
{
	return (struct wish) { service, schema, message };
}

static void *take(struct arena *arena, size_t n)
{
	void *p = arena_take(arena, n);

	assert(p != NULL);
	return p;
}

static struct wish grant(struct wishes *s, struct arena *arena, uint32_t n)
{
	static const uint32_t roles[ROLES] = { PERAN_ADMINISTRATOR, PERAN_PETUGAS_MEJA,
		PERAN_PETUGAS_BELAKANG, PERAN_PPID };
	struct beri_hak *c = take(arena, sizeof *c);

	*c = (struct beri_hak) { .akun = s->officer, .peran = roles[n], .unit = str_of("*") };
	return wish("workflow", &schema_beri_hak, c);
}

static struct wish unit(struct arena *arena, uint32_t n)
{
	struct daftarkan_unit *c = take(arena, sizeof *c);

	c->unit.kode = str_of(units[n]);
	c->unit.nama = str_of("Dinas Percobaan");
	c->unit.sebutan = str_of("PPID Pembantu");
	return wish("workflow", &schema_daftarkan_unit, c);
}

static struct wish calendar(struct arena *arena, uint32_t n)
{
	struct muat_kalender *c = take(arena, sizeof *c);
	struct hari_libur *days = take(arena, 12 * sizeof *days);

	c->tahun = 2026 + n;
	c->dasar = str_of("SKB percobaan");
	c->hari = days;
	c->hari_len = 12;
	for (int m = 0; m < 12; m++)
		days[m] = (struct hari_libur) { civil_to_days((int)c->tahun, m + 1, 1 + (int)n),
			str_of("Libur"), JENIS_LIBUR_LIBUR };
	return wish("workflow", &schema_muat_kalender, c);
}

static struct wish prepare(struct wishes *s, struct arena *arena)
{
	uint32_t n = s->prepared;

	if (n < ROLES)
		return grant(s, arena, n);
	if (n < ROLES + UNITS)
		return unit(arena, n - ROLES);
	return calendar(arena, n - ROLES - UNITS);
}

static struct wish lodge(struct wishes *s, struct arena *arena)
{
	struct ajukan_permohonan *c = take(arena, sizeof *c);
	struct chance *chance = &s->world->chance;

	c->permohonan_id = id_new(world_wall(s->world));
	c->unit = str_of(units[chance_below(chance, UNITS)]);
	c->kanal = 1 + (uint32_t)chance_below(chance, 5);
	c->jenis = JENIS_PEMOHON_PERORANGAN;
	c->latar = LATAR_BELAKANG_UMUM;
	c->pemohon.nama = str_of("Siti Penanda-XQJ");
	c->pemohon.alamat = str_of("Jl. Penanda-XQJ 1, Bekasi");
	c->pemohon.has_nik = true;
	c->pemohon.nik = str_of("3275014502900001"); /* a mark too: marks.c */
	c->pemohon.has_email = true;
	c->pemohon.email = str_of("penanda-xqj@example.test");
	c->rincian = str_of("Salinan anggaran Penanda-XQJ");
	c->tujuan = str_of("Penelitian");
	c->cara = CARA_MEMPEROLEH_SALINAN;
	c->has_salinan = true;
	c->salinan = CARA_SALINAN_EMAIL;
	s->lodged++;
	return wish("intake", &schema_ajukan_permohonan, c);
}

static struct id some_case(struct wishes *s)
{
	return s->cases[chance_below(&s->world->chance, s->case_count)];
}

static struct wish decide(struct wishes *s, struct arena *arena)
{
	struct putuskan *c = take(arena, sizeof *c);

	c->permohonan_id = some_case(s);
	c->keputusan = KEPUTUSAN_DIKABULKAN;
	c->has_materi = true;
	c->materi = str_of("Salinan Penanda-XQJ");
	c->has_bentuk = true;
	c->bentuk = BENTUK_INFORMASI_SOFTCOPY;
	return wish("workflow", &schema_putuskan, c);
}

/* What completes a request; often with the person anew, so that the vault changes. */
static struct wish complete(struct wishes *s, struct arena *arena, struct id of)
{
	struct kirim_kelengkapan *c = take(arena, sizeof *c);

	c->permohonan_id = of;
	if (chance_one_in(&s->world->chance, 2)) {
		c->has_pemohon = true;
		c->pemohon.nama = str_of("Siti Penanda-XQJ Rahayu");
		c->pemohon.alamat = str_of("Jl. Penanda-XQJ 2, Bekasi");
		c->pemohon.has_email = true;
		c->pemohon.email = str_of("penanda-xqj@example.test");
	}
	return wish("intake", &schema_kirim_kelengkapan, c);
}

/* Commands that need nothing but the case; most are refused in most states, and that is wanted. */
static struct wish work(struct wishes *s, struct arena *arena)
{
	static const struct schema *const plain[] = { &schema_nyatakan_lengkap, &schema_mulai_proses,
		&schema_selesaikan, &schema_serahkan };
	struct chance *chance = &s->world->chance;
	struct nyatakan_lengkap *c;
	struct minta_kelengkapan *missing;
	struct perpanjang *extend;
	struct kirim_pencabutan *withdrawn;
	uint32_t n = (uint32_t)chance_below(chance, 12);

	switch (n) {
	case 0:
		missing = take(arena, sizeof *missing);
		missing->permohonan_id = s->asked = some_case(s);
		s->has_asked = true;
		missing->kekurangan = str_of("Penanda-XQJ kurang");
		return wish("workflow", &schema_minta_kelengkapan, missing);
	case 1:
		extend = take(arena, sizeof *extend);
		extend->permohonan_id = some_case(s);
		extend->alasan = str_of("Penanda-XQJ lama");
		return wish("workflow", &schema_perpanjang, extend);
	case 2:
		return complete(s, arena, some_case(s));
	case 3:
		withdrawn = take(arena, sizeof *withdrawn);
		withdrawn->permohonan_id = some_case(s);
		return wish("intake", &schema_kirim_pencabutan, withdrawn);
	case 4:
	case 5:
	case 6:
		return decide(s, arena);
	default:
		c = take(arena, sizeof(struct serahkan));
		c->permohonan_id = some_case(s);
		return wish("workflow", plain[n % 4], c);
	}
}

static bool repair(struct wishes *s, struct arena *arena, struct wish *ret)
{
	for (uint32_t i = 0; i < s->world->host_count; i++) {
		if (s->needs_clock[i]) {
			struct konfirmasi_jam *c = take(arena, sizeof *c + 1);

			s->needs_clock[i] = false;
			*ret = wish(s->world->hosts[i].service->name, &schema_konfirmasi_jam, c);
			return true;
		}
		if (s->needs_unfence[i]) {
			struct buka_pagar *c = take(arena, sizeof *c);

			s->needs_unfence[i] = false;
			c->alasan = ALASAN_EPOCH_PEMULIHAN;
			*ret = wish(s->world->hosts[i].service->name, &schema_buka_pagar, c);
			return true;
		}
	}
	return false;
}

/* The operator looks at the status of the services. */
void wishes_look(struct wishes *s)
{
	for (uint32_t i = 0; i < s->world->host_count; i++) {
		const struct runtime *r = s->world->hosts[i].runtime;

		if (s->world->hosts[i].node != s->node || r == NULL ||
			!chance_one_in(&s->world->chance, 20))
			continue;
		s->needs_clock[i] = r->is_doubted && r->fence == NULL;
		s->needs_unfence[i] = s->world->is_tree
			? fence_wants_person(s->world, &s->world->hosts[i])
			: r->fence != NULL && s->world->hosts[i].unfence_wanted;
	}
}

bool wishes_are_prepared(const struct wishes *s)
{
	return s->prepared == PREPARATIONS;
}

bool wishes_has_repair(const struct wishes *s)
{
	for (uint32_t i = 0; i < s->world->host_count; i++)
		if (s->needs_clock[i] || s->needs_unfence[i])
			return true;
	return false;
}

static bool is_one_by_one(const struct schema *schema)
{
	return schema == &schema_beri_hak || schema == &schema_daftarkan_unit ||
		schema == &schema_muat_kalender || schema == &schema_tetapkan_induk ||
		schema == &schema_catat_kunci_induk || schema == &schema_undang_simpul ||
		schema == &schema_terima_simpul || schema == &schema_putar_kunci_simpul ||
		schema == &schema_ganti_simpul || schema == &schema_cabut_simpul ||
		schema == &schema_tangguhkan_simpul || schema == &schema_pulihkan_simpul;
}

/* What others stand on: nothing is begun before its answer is there. */
static bool next_one_by_one(struct wishes *s, struct arena *arena, struct wish *ret)
{
	if (s->prepared < PREPARATIONS)
		*ret = prepare(s, arena);
	else if (!s->world->is_tree || !chance_one_in(&s->world->chance, 8) ||
		!links_next(s, arena, ret))
		return false;
	s->is_waiting = true;
	return true;
}

void wishes_ended(struct wishes *s, const struct schema *schema, bool is_accepted)
{
	if (!is_one_by_one(schema))
		return;
	s->is_waiting = false;
	if (is_accepted && s->prepared < PREPARATIONS)
		s->prepared++;
}

static bool next_wish(struct wishes *s, bool has_room, struct arena *arena, struct wish *ret)
{
	if (repair(s, arena, ret))
		return true;
	if (!s->is_waiting && next_one_by_one(s, arena, ret))
		return true;
	if (!has_room || s->prepared < PREPARATIONS || s->world->is_calm)
		return false;
	if (versions_wish(s, arena, ret))
		return true;
	if (s->case_count == 0 || (s->lodged < s->wanted && chance_one_in(&s->world->chance, 3))) {
		*ret = lodge(s, arena);
		return true;
	}
	if (s->has_asked && chance_one_in(&s->world->chance, 6))
		*ret = complete(s, arena, s->asked);
	else
		*ret = work(s, arena);
	return true;
}

/* Every field that a person fills is filled by some, the seldom ones by strangers who fill in anything. */
bool wishes_next(struct wishes *s, bool has_room, struct arena *arena, struct wish *ret)
{
	struct chance *chance = &s->world->chance;
	const struct service *service = s->world->hosts[chance_below(chance, 3)].service;
	struct gen g = gen_of(chance_next(chance), arena);

	if (!next_wish(s, has_room, arena, ret))
		return false;
	if (chance_one_in(chance, 2))
		marks_fill(&g, ret->schema, ret->message);
	if (s->is_waiting || !has_room || s->world->is_calm || s->case_count == 0 ||
		!chance_one_in(chance, 12))
		return true;
	return marks_command(s->world, &g, service,
			   chance_one_in(chance, 4) ? id_new(world_wall(s->world)) : some_case(s),
			   str_of(units[chance_below(chance, UNITS)]), ret) ||
		true;
}

void wishes_granted(struct wishes *s, const struct schema *schema, struct str body)
{
	struct ajukan_permohonan c;
	struct problem why;
	struct arena arena;

	if (schema != &schema_ajukan_permohonan || s->case_count == CASES_MAX)
		return;
	arena_init(&arena, 1024 * 1024);
	if (wire_decode(schema, body, &arena, &c, &why) == ERR_OK)
		s->cases[s->case_count++] = c.permohonan_id;
	arena_clear(&arena);
}
