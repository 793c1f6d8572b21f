#include "intake/orang.h"

#include "domain/nik.h"
#include "domain/surel.h"

#include <string.h>

enum { PHONE_DIGITS_MIN = 5, PHONE_DIGITS_MAX = 20 };

/* The fields of a person, as they are named to whoever sent them. */
struct field_names {
	const char *nama, *nik, *identitas_lain, *alamat, *telepon, *faks, *email, *pekerjaan, *npwp;
};

/* clang-format off */
#define NAMES(of) { of "nama", of "nik", of "identitas_lain", of "alamat", of "telepon", of "faks", \
	of "email", of "pekerjaan", of "npwp" }
/* clang-format on */
static const struct field_names of_pemohon = NAMES("");
static const struct field_names of_kuasa = NAMES("kuasa.");
static const struct field_names of_pengguna = NAMES("pengguna.");

bool teks_ada(bool has, struct str text)
{
	return has && str_trim(text).len > 0;
}

/* One line: what stands in letters and tables has no control characters. */
static enum err check_line(struct ctx *ctx, bool has, struct str text, const char *field)
{
	for (size_t i = 0; has && i < text.len; i++)
		if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
			return ctx_refuse(ctx, ERR_INVALID, field, "huruf_tidak_sah");
	return ERR_OK;
}

static enum err check_phone(struct ctx *ctx, bool has, struct str text, const char *field)
{
	uint32_t digits = 0;

	if (!teks_ada(has, text))
		return ERR_OK;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c >= '0' && c <= '9')
			digits++;
		else if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '.' && c != '/' &&
			!(c == '+' && i == 0))
			return ctx_refuse(ctx, ERR_INVALID, field, "bukan_nomor_telepon");
	}
	if (digits < PHONE_DIGITS_MIN || digits > PHONE_DIGITS_MAX)
		return ctx_refuse(ctx, ERR_INVALID, field, "bukan_nomor_telepon");
	return ERR_OK;
}

static enum err check_forms(struct ctx *ctx, const struct orang *o, const struct field_names *names)
{
	struct problem why = { NULL, NULL };
	enum err e = check_phone(ctx, o->has_telepon, o->telepon, names->telepon);

	if (e == ERR_OK)
		e = check_phone(ctx, o->has_faks, o->faks, names->faks);
	if (e != ERR_OK)
		return e;
	if (teks_ada(o->has_nik, o->nik) && nik_check(str_trim(o->nik), &why) != ERR_OK)
		return ctx_refuse(ctx, ERR_INVALID, names->nik, why.rule);
	if (teks_ada(o->has_email, o->email) && surel_check(o->email, &why) != ERR_OK)
		return ctx_refuse(ctx, ERR_INVALID, names->email, why.rule);
	return ERR_OK;
}

static enum err check_one(struct ctx *ctx, const struct orang *o, const struct field_names *names)
{
	enum err e = check_line(ctx, true, o->nama, names->nama);

	if (!teks_ada(true, o->nama))
		return ctx_refuse(ctx, ERR_INVALID, names->nama, "wajib_diisi");
	/* No name begins like a formula; what a spreadsheet would run is not taken for one. */
	if (strchr("=+-@", str_trim(o->nama).ptr[0]) != NULL)
		return ctx_refuse(ctx, ERR_INVALID, names->nama, "huruf_tidak_sah");
	if (e == ERR_OK)
		e = check_line(ctx, o->has_identitas_lain, o->identitas_lain, names->identitas_lain);
	if (e == ERR_OK)
		e = check_line(ctx, o->has_pekerjaan, o->pekerjaan, names->pekerjaan);
	if (e == ERR_OK)
		e = check_line(ctx, o->has_npwp, o->npwp, names->npwp);
	return e == ERR_OK ? check_forms(ctx, o, names) : e;
}

enum err orang_check(struct ctx *ctx, const struct para_orang *o)
{
	enum err e = check_one(ctx, o->pemohon, &of_pemohon);

	if (e == ERR_OK && o->kuasa != NULL)
		e = check_one(ctx, o->kuasa, &of_kuasa);
	if (e == ERR_OK && o->pengguna != NULL)
		e = check_one(ctx, o->pengguna, &of_pengguna);
	if (e == ERR_OK)
		e = check_line(ctx, o->has_surat_kuasa, o->surat_kuasa, "surat_kuasa");
	if (e != ERR_OK)
		return e;
	/* A group is itself the one that its members empowered; anybody else empowers somebody. */
	if (o->jenis != JENIS_PEMOHON_KELOMPOK && teks_ada(o->has_surat_kuasa, o->surat_kuasa) &&
		o->kuasa == NULL)
		return ctx_refuse(ctx, ERR_INVALID, "kuasa", "wajib_diisi");
	return ERR_OK;
}

enum err orang_check_kanal(struct ctx *ctx, uint32_t kanal, const struct orang *p)
{
	bool has_phone = teks_ada(p->has_telepon, p->telepon);
	bool has_email = teks_ada(p->has_email, p->email);

	switch ((enum kanal)kanal) {
	case KANAL_EMAIL:
		return has_email ? ERR_OK : ctx_refuse(ctx, ERR_INVALID, "email", "wajib_untuk_kanal");
	case KANAL_TELEPON:
	case KANAL_WHATSAPP:
		return has_phone ? ERR_OK : ctx_refuse(ctx, ERR_INVALID, "telepon", "wajib_untuk_kanal");
	case KANAL_SURAT:
		return teks_ada(true, p->alamat)
			? ERR_OK
			: ctx_refuse(ctx, ERR_INVALID, "alamat", "wajib_untuk_kanal");
	case KANAL_WEBSITE:
		if (has_email || has_phone)
			return ERR_OK;
		return ctx_refuse(ctx, ERR_INVALID, "email", "wajib_untuk_kanal");
	case KANAL_DATANG_LANGSUNG:
	case KANAL_FAKSIMILE:
	case KANAL_INSTAGRAM:
	case KANAL_FACEBOOK:
	case KANAL_X:
	case KANAL_MEDIA_SOSIAL_LAIN:
		break;
	}
	return ERR_OK;
}

bool orang_identitas_ada(uint32_t jenis, const struct orang *p)
{
	/* A legal entity shows the ratification of its deed; its NIK would be that of a person acting. */
	if (jenis == JENIS_PEMOHON_BADAN_HUKUM)
		return teks_ada(p->has_identitas_lain, p->identitas_lain);
	return teks_ada(p->has_nik, p->nik) || teks_ada(p->has_identitas_lain, p->identitas_lain);
}

bool orang_surat_kuasa_ada(const struct para_orang *o)
{
	return teks_ada(o->has_surat_kuasa, o->surat_kuasa);
}
