#include "notification/naskah.h"

#include "base/civil.h"
#include "notification/alinea.h"
#include "notification/templat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2026-03-17 09:05 in WIB. */
#define AT (INT64_C(1773713100) * US_PER_SECOND)

static const struct pejabat officers[] = {
	{ .peran = PERAN_ATASAN_PPID, .nama = STR("Siti Aminah"), .jabatan = STR("Sekretaris Daerah") },
	{ .peran = PERAN_PPID,
		.nama = STR("Budi Santoso, S.Kom."),
		.jabatan = STR("Pejabat Pengelola Informasi dan Dokumentasi"),
		.has_nip = true,
		.nip = STR("19790101 200501 1 001") },
};
static const struct str heads[] = { STR("PEMERINTAH KOTA BEKASI"),
	STR("DINAS KOMUNIKASI, INFORMATIKA, STATISTIK DAN PERSANDIAN"),
	STR("Jalan Ahmad Yani Nomor 1, Bekasi") };
static const struct unit unit = {
	.kode = STR("DISKOMINFO"),
	.nama = STR("Dinas Komunikasi, Informatika, Statistik dan Persandian"),
	.sebutan = STR("PPID Pelaksana"),
	.kop = (struct str *)heads,
	.kop_len = 3,
	.pejabat = (struct pejabat *)officers,
	.pejabat_len = 2,
};
static const struct kartu_kontak card = {
	.versi = 1,
	.unit = STR("DISKOMINFO"),
	.nomor = STR("007/PPID-DISKOMINFO/III/2026"),
	.nama = STR("Nur Hidayah"),
	.has_email = true,
	.email = STR("nur@example.id"),
	.has_telepon = true,
	.telepon = STR("0812-0000-0000"),
	.has_alamat = true,
	.alamat = STR("Jalan Melati Nomor 5, Bekasi Timur"),
	.kanal = KANAL_WEBSITE,
	.has_kode_lacak = true,
	.kode_lacak = STR("7KQ2M9XTR4WZB3DN"),
	.diterima_pada = AT,
};
static uint32_t letters_a_h[] = { PASAL17_A, PASAL17_H };

struct example {
	const char *name;
	uint32_t kind;
	struct isi_pemberitahuan wording; /* versi 0: none */
};

/* clang-format off */
#define WORDING .versi = 1, .pada = AT + 9 * US_PER_DAY
static const struct example examples[] = {
	{ "tanda_bukti", JENIS_PENGIRIMAN_TANDA_BUKTI, { .versi = 0 } },
	{ "kelengkapan", JENIS_PENGIRIMAN_KELENGKAPAN, { WORDING, .has_isi = true,
		.isi = STR("1. Salinan KTP yang terbaca.\n2. Surat kuasa khusus, karena permohonan diajukan oleh penerima kuasa."),
		.has_batas = true, .batas = 20539 } },
	{ "perpanjangan", JENIS_PENGIRIMAN_PERPANJANGAN, { WORDING, .has_isi = true,
		.isi = STR("Dokumen yang dimohon tersebar pada beberapa unit kerja dan masih dihimpun."), .has_batas = true, .batas = 20560 } },
	{ "keputusan_dikabulkan", JENIS_PENGIRIMAN_KEPUTUSAN, { WORDING, .has_keputusan = true, .keputusan = KEPUTUSAN_DIKABULKAN,
		.has_materi = true, .materi = STR("Laporan realisasi anggaran tahun 2025, 48 halaman."),
		.has_bentuk = true, .bentuk = BENTUK_INFORMASI_HARDCOPY, .has_salinan = true, .salinan = CARA_SALINAN_POS,
		.has_biaya_penyalinan = true, .biaya_penyalinan = 12000, .has_biaya_pengiriman = true, .biaya_pengiriman = 18500,
		.has_cara_bayar = true, .cara_bayar = STR("Tunai di loket layanan informasi"),
		.has_hari_penyediaan = true, .hari_penyediaan = 3 } },
	{ "keputusan_dikabulkan_gratis", JENIS_PENGIRIMAN_KEPUTUSAN, { WORDING, .has_keputusan = true, .keputusan = KEPUTUSAN_DIKABULKAN,
		.has_materi = true, .materi = STR("Daftar penerima hibah tahun 2025."),
		.has_bentuk = true, .bentuk = BENTUK_INFORMASI_SOFTCOPY, .has_salinan = true, .salinan = CARA_SALINAN_EMAIL } },
	{ "keputusan_dikabulkan_sebagian", JENIS_PENGIRIMAN_KEPUTUSAN, { WORDING, .has_keputusan = true, .keputusan = KEPUTUSAN_DIKABULKAN_SEBAGIAN,
		.has_isi = true, .isi = STR("Nomor rekening dan nomor induk kependudukan penerima hibah adalah rahasia pribadi; membukanya dapat merugikan yang bersangkutan."),
		.has_materi = true, .materi = STR("Daftar penerima hibah tahun 2025 dengan kolom nama lembaga, jumlah dan peruntukan."),
		.pasal = letters_a_h + 1, .pasal_len = 1, .has_dihitamkan = true, .dihitamkan = true,
		.has_bentuk = true, .bentuk = BENTUK_INFORMASI_SOFTCOPY, .has_biaya_pengiriman = true, .biaya_pengiriman = 1250000 } },
	{ "keputusan_ditolak", JENIS_PENGIRIMAN_KEPUTUSAN, { WORDING, .has_keputusan = true, .keputusan = KEPUTUSAN_DITOLAK,
		.has_isi = true, .isi = STR("Membuka berkas penyelidikan dapat menghambat proses penegakan hukum dan mengungkap data pribadi saksi."),
		.pasal = letters_a_h, .pasal_len = 2 } },
	{ "keputusan_ditolak_tanpa_pasal", JENIS_PENGIRIMAN_KEPUTUSAN, { WORDING, .has_keputusan = true, .keputusan = KEPUTUSAN_DITOLAK,
		.has_isi = true, .isi = STR("Permohonan yang sama telah dijawab dengan surat nomor 12/PPID/2026.") } },
	{ "keputusan_tidak_dikuasai", JENIS_PENGIRIMAN_KEPUTUSAN, { WORDING, .has_keputusan = true, .keputusan = KEPUTUSAN_TIDAK_DIKUASAI,
		.has_badan_lain = true, .badan_lain = STR("Badan Pusat Statistik Kota Bekasi") } },
	{ "keputusan_belum_didokumentasikan", JENIS_PENGIRIMAN_KEPUTUSAN, { WORDING, .has_keputusan = true, .keputusan = KEPUTUSAN_BELUM_DIDOKUMENTASIKAN,
		.has_hari_penyediaan = true, .hari_penyediaan = 14 } },
	{ "keputusan_tidak_berhak", JENIS_PENGIRIMAN_KEPUTUSAN, { WORDING, .has_keputusan = true, .keputusan = KEPUTUSAN_TIDAK_BERHAK,
		.has_isi = true, .isi = STR("Identitas yang diberikan adalah paspor negara lain.") } },
	{ "penyerahan", JENIS_PENGIRIMAN_PENYERAHAN, { WORDING, .has_materi = true, .materi = STR("Laporan realisasi anggaran tahun 2025, 48 halaman."),
		.has_bentuk = true, .bentuk = BENTUK_INFORMASI_HARDCOPY, .has_salinan = true, .salinan = CARA_SALINAN_MENGAMBIL_LANGSUNG } },
	{ "gugur", JENIS_PENGIRIMAN_GUGUR, { WORDING, .has_batas = true, .batas = 20539 } },
	{ "pencabutan", JENIS_PENGIRIMAN_PENCABUTAN, { WORDING } },
	{ "hidup_kembali", JENIS_PENGIRIMAN_HIDUP_KEMBALI, { WORDING, .has_batas = true, .batas = 20560 } },
	{ "pengalihan", JENIS_PENGIRIMAN_PENGALIHAN, { WORDING, .has_badan_lain = true, .badan_lain = STR("Dinas Pendidikan"),
		.has_isi = true, .isi = STR("Dokumen yang dimohon dikelola oleh Dinas Pendidikan.") } },
};
/* clang-format on */
enum { EXAMPLES = sizeof examples / sizeof examples[0] };

static struct naskah_input input_of(const struct example *example)
{
	return (struct naskah_input) {
		.kind = example->kind,
		.card = &card,
		.wording = example->wording.versi == 0 ? NULL : &example->wording,
		.unit = &unit,
		.body_name = STR("Pemerintah Kota Bekasi"),
		.place = STR("Bekasi"),
		.days = { 10, 7, 30, 30, 14 },
		.today = civil_date_of(example->wording.versi == 0 ? AT : example->wording.pada),
	};
}

static void path_of(const char *name, char ret[256])
{
	(void)snprintf(ret, 256, "%s/naskah/%s.txt", TEST_DATA, name);
}

/* NASKAH_WRITE=1 writes the files anew, to be read by a person before they are committed. */
static void every_kind_and_decision_reads_as_the_text_that_was_approved(void **state)
{
	static char expected[NASKAH_BODY_MAX + 1];
	char path[256];

	(void)state;
	for (size_t i = 0; i < EXAMPLES; i++) {
		struct naskah_input in = input_of(&examples[i]);
		struct arena arena;
		struct naskah text;
		FILE *file;
		size_t n;

		arena_init(&arena, 1 << 20);
		assert_int_equal(naskah_write(&in, &arena, &text), ERR_OK);
		path_of(examples[i].name, path);
		file = fopen(path, getenv("NASKAH_WRITE") != NULL ? "w" : "r");
		assert_non_null(file);
		if (getenv("NASKAH_WRITE") != NULL) {
			(void)fprintf(file, "%.*s\n\n", (int)text.subject.len, text.subject.ptr);
			(void)fwrite(text.body.ptr, 1, text.body.len, file);
			(void)fclose(file);
			arena_clear(&arena);
			continue;
		}
		n = fread(expected, 1, NASKAH_BODY_MAX, file);
		(void)fclose(file);
		expected[n] = '\0';
		if (n != text.subject.len + 2 + text.body.len ||
			memcmp(expected, text.subject.ptr, text.subject.len) != 0 ||
			memcmp(expected + text.subject.len + 2, text.body.ptr, text.body.len) != 0)
			fail_msg("%s is now:\n%.*s", path, (int)text.body.len, text.body.ptr);
		arena_clear(&arena);
	}
}

/* For every kind, with nothing but what must be there: no field's name is left, no line too long. */
static void least_that_can_be_known_makes_a_whole_text(void **state)
{
	const struct kartu_kontak bare = { .nama = STR("A"),
		.nomor = STR("1"),
		.unit = STR("U"),
		.kanal = 1 };

	(void)state;
	for (uint32_t kind = 1; kind <= JENIS_PENGIRIMAN_PENGALIHAN; kind++)
		for (uint32_t decision = 1; decision <= KEPUTUSAN_TIDAK_BERHAK; decision++) {
			const struct isi_pemberitahuan wording = { .has_keputusan = true,
				.keputusan = decision };
			struct naskah_input in = { .kind = kind,
				.card = &bare,
				.wording = &wording,
				.body_name = STR("Badan Publik"),
				.days = { 10, 7, 30, 30, 14 } };
			struct arena arena;
			struct naskah text;
			struct str line;

			arena_init(&arena, 1 << 20);
			assert_int_equal(naskah_write(&in, &arena, &text), ERR_OK);
			assert_true(text.body.len > 400);
			assert_null(memchr(text.body.ptr, '{', text.body.len));
			assert_null(memmem(text.body.ptr, text.body.len, "\n\n\n", 3));
			while (str_split(&text.body, '\n', &line))
				assert_true(alinea_width(line) <= ALINEA_WIDTH);
			arena_clear(&arena);
		}
}

static bool has(struct str text, const char *part)
{
	return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static void what_a_person_wrote_cannot_look_like_a_field_or_a_head(void **state)
{
	struct kartu_kontak odd = card;
	const struct isi_pemberitahuan wording = { .has_isi = true,
		.isi = STR("{kode}\r\nSubject: palsu\n\n\x1b[31mmerah\x07"),
		.has_batas = true };
	struct naskah_input in = input_of(&examples[1]);
	struct arena arena;
	struct naskah text;

	(void)state;
	odd.nama = (struct str)STR("{nomor}\r\nBcc: x@example.id");
	in.card = &odd;
	in.wording = &wording;
	arena_init(&arena, 1 << 20);
	assert_int_equal(naskah_write(&in, &arena, &text), ERR_OK);
	assert_true(has(text.body, "\n    {kode}\n    Subject: palsu\n"));
	assert_true(has(text.body, "Yth. {nomor} Bcc: x@example.id\n"));
	assert_null(memchr(text.body.ptr, '\x1b', text.body.len));
	assert_null(memchr(text.body.ptr, '\r', text.body.len));
	arena_clear(&arena);
}

static void too_long_a_text_is_refused(void **state)
{
	static char many[8000];
	struct isi_pemberitahuan wording = { .has_isi = true, .has_materi = true };
	struct naskah_input in = input_of(&examples[3]);
	struct arena arena;
	struct naskah text;

	(void)state;
	/* A line break after each letter: the indent makes it five times as long. */
	for (size_t i = 0; i < sizeof many; i++)
		many[i] = i % 2 == 0 ? 'x' : '\n';
	wording.isi = str_bytes(many, sizeof many);
	wording.materi = wording.isi;
	wording.has_keputusan = true;
	wording.keputusan = KEPUTUSAN_DIKABULKAN;
	in.wording = &wording;
	arena_init(&arena, 1 << 20);
	assert_int_equal(naskah_write(&in, &arena, &text), ERR_LIMIT);
	/* What the letter can hold at most still fits. */
	wording.isi.len = wording.materi.len = 4000;
	arena_reset(&arena);
	assert_int_equal(naskah_write(&in, &arena, &text), ERR_OK);
	arena_clear(&arena);
}

static void every_row_of_the_wording_is_used_by_some_text(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < templat_count; i++) {
		assert_true(templat_rows[i].kinds != 0);
		assert_true(str_is_utf8(str_of(templat_rows[i].text)));
		if (templat_rows[i].style == TEMPLAT_LINE)
			assert_non_null(strchr(templat_rows[i].text, '|'));
		if (templat_rows[i].decisions != 0)
			assert_int_equal(templat_rows[i].kinds, UINT32_C(1) << JENIS_PENGIRIMAN_KEPUTUSAN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_and_decision_reads_as_the_text_that_was_approved),
		cmocka_unit_test(least_that_can_be_known_makes_a_whole_text),
		cmocka_unit_test(what_a_person_wrote_cannot_look_like_a_field_or_a_head),
		cmocka_unit_test(too_long_a_text_is_refused),
		cmocka_unit_test(every_row_of_the_wording_is_used_by_some_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
