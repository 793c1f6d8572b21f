#include "bench/requests.h"

#include "bench/node.h"

#include "base/host.h"
#include "runtime/ctx.h"
#include "wire/wire.h"

#include <stdarg.h>
#include <stdio.h>

enum { PEOPLE = 400 /* words of names, each person has three of them */ };

PRINTF(3, 4) static struct str text_of(char *to, size_t size, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(to, size, format, arguments);
	va_end(arguments);
	return str_bytes(to, (size_t)n);
}

void requests_next(void *self, struct senders_command *ret)
{
	static const char details[] =
		"Salinan dokumen pelaksanaan anggaran dan laporan realisasi "
		"anggaran tahun berjalan untuk pemeliharaan jalan lingkungan, berikut daftar paket "
		"pekerjaan, nama penyedia, nilai kontrak dan berita acara serah terima pekerjaan. Mohon "
		"pula salinan addendum kontrak dan laporan pengawasan lapangannya.";
	static const char purpose[] = "Bahan penelitian tentang keterbukaan anggaran daerah dan "
								  "partisipasi warga dalam musyawarah perencanaan pembangunan.";
	struct requests *r = self;
	struct host host = host_system();
	unsigned n = (unsigned)r->made++;
	char name[80];
	char nik[32];
	char phone[32];
	char email[64];
	char address[120];
	struct ajukan_permohonan c = { .unit = STR("3275"),
		.kanal = KANAL_WEBSITE,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.latar = LATAR_BELAKANG_UMUM,
		.rincian = { details, sizeof details - 1 },
		.tujuan = { purpose, sizeof purpose - 1 },
		.cara = CARA_MEMPEROLEH_SALINAN,
		.has_salinan = true,
		.salinan = CARA_SALINAN_EMAIL,
		.has_bentuk = true,
		.bentuk = 1 };
	struct problem why = { NULL, NULL };
	enum err e;

	c.pemohon.nama = text_of(name, sizeof name, "Siti Nama%u Keluarga%u",
		(unsigned)chance_below(&r->chance, PEOPLE), (unsigned)chance_below(&r->chance, PEOPLE));
	c.pemohon.has_nik = c.pemohon.has_email = c.pemohon.has_telepon = true;
	c.pemohon.has_pekerjaan = true;
	c.pemohon.nik = text_of(nik, sizeof nik, "3275%02u150%u", 1 + n % 12,
		(unsigned)(190u * 10000 + 1 + n % 9999));
	c.pemohon.telepon = text_of(phone, sizeof phone, "08%03u%07u", n % 999, n % 9999999);
	c.pemohon.email = text_of(email, sizeof email, "warga.%u.%u@contoh.id", n, n % 97);
	c.pemohon.alamat = text_of(address, sizeof address,
		"Jalan Ahmad Yani Nomor %u, RT 003 RW %03u, Kelurahan Margajaya, Bekasi Selatan", n % 900,
		n % 20);
	c.pemohon.pekerjaan = (struct str)STR("Karyawan swasta");
	c.permohonan_id = id_new(host_wall(&host));
	ret->schema = &schema_ajukan_permohonan;
	ret->id = id_new(host_wall(&host));
	ret->actor = ACTOR_WARGA;
	e = wire_encode(&schema_ajukan_permohonan, &c, &ret->body, &why);
	bench_must(e == ERR_OK, "a request cannot be encoded");
}
