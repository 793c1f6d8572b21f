#include "intake/perkara.h"

#include "base/civil.h"
#include "intake/kunci.h"

const struct table register_perkara_table = { "register_perkara", TABLE_PROJECTED, 1,
	&schema_register_perkara, NULL, 0 };

static enum err row_get(struct projection *p, struct id id, struct intake_kunci *ret_key,
	struct register_perkara *ret)
{
	enum err e;

	*ret_key = intake_kunci_perkara(&id);
	e = projection_get(p, intake_kunci_str(ret_key), ret);
	if (e != ERR_NOT_FOUND)
		return e;
	*ret = (struct register_perkara) { .pasal_len = 0 };
	return ERR_OK;
}

enum err register_project_diputus(struct projection *p, const void *event)
{
	const struct perkara_diputus *e = event;
	struct register_perkara row;
	struct intake_kunci key;
	enum err err = row_get(p, e->permohonan_id, &key, &row);

	if (err != ERR_OK)
		return err;
	row.has_keputusan = true;
	row.keputusan = e->keputusan;
	row.pasal = e->pasal;
	row.pasal_len = e->pasal_len;
	row.has_diberitahukan = true;
	row.diberitahukan = civil_date_of(e->diputus_pada);
	row.has_bentuk = e->has_bentuk;
	row.bentuk = e->bentuk;
	row.has_biaya = e->has_biaya;
	row.biaya = e->biaya;
	row.has_akhir = false;
	return projection_put(p, intake_kunci_str(&key), &row);
}

enum err register_project_diserahkan(struct projection *p, const void *event)
{
	const struct informasi_diserahkan *e = event;
	struct register_perkara row;
	struct intake_kunci key;
	enum err err = row_get(p, e->permohonan_id, &key, &row);

	if (err != ERR_OK)
		return err;
	row.has_diserahkan = true;
	row.diserahkan = civil_date_of(e->diserahkan_pada);
	return projection_put(p, intake_kunci_str(&key), &row);
}

/* Ended without a decision, or lives again. */
static enum err put_end(struct projection *p, struct id id, bool has_end, uint32_t status)
{
	struct register_perkara row;
	struct intake_kunci key;
	enum err e = row_get(p, id, &key, &row);

	if (e != ERR_OK)
		return e;
	row.has_akhir = has_end;
	row.akhir = status;
	return projection_put(p, intake_kunci_str(&key), &row);
}

enum err register_project_gugur(struct projection *p, const void *event)
{
	return put_end(p, ((const struct perkara_gugur *)event)->permohonan_id, true,
		STATUS_PERMOHONAN_GUGUR);
}

enum err register_project_dihidupkan(struct projection *p, const void *event)
{
	return put_end(p, ((const struct perkara_dihidupkan *)event)->permohonan_id, false, 0);
}

enum err register_project_dicabut(struct projection *p, const void *event)
{
	return put_end(p, ((const struct perkara_dicabut *)event)->permohonan_id, true,
		STATUS_PERMOHONAN_DICABUT);
}

enum err register_project_dialihkan(struct projection *p, const void *event)
{
	return put_end(p, ((const struct perkara_dialihkan *)event)->permohonan_id, true,
		STATUS_PERMOHONAN_DIALIHKAN);
}
