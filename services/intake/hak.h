/* hak - who may do what at the front desk */
#ifndef INTAKE_HAK_H
#define INTAKE_HAK_H

#include "intake/register.h"
#include "runtime/machine.h"
#include "runtime/policy.h"
#include "runtime/view.h"

/* Records what comes in, and sees who it is from with the NIK masked. */
#define DESK_ROLES \
	(ROLE(PETUGAS_MEJA) | ROLE(PETUGAS_BELAKANG) | ROLE(PPID) | ROLE(ATASAN_PPID) | \
		ROLE(PPID_UTAMA) | ROLE(ADMINISTRATOR))
/* Sees an identity unmasked, with a reason and an event: not those who only run the machine. */
#define REVEAL_ROLES \
	(ROLE(PETUGAS_MEJA) | ROLE(PETUGAS_BELAKANG) | ROLE(PPID) | ROLE(ATASAN_PPID) | \
		ROLE(PPID_UTAMA))
#define READ_ROLES (DESK_ROLES | ROLE(PEMBACA))

/* The sender of a fact about a case: an officer of its unit, or a citizen who knows its tracking code. A
 * citizen hears the same of an unknown case as of a wrong code. */
enum err hak_atas_perkara(struct ctx *ctx, struct id permohonan, bool has_kode, struct str kode,
	struct register_baris *ret) MUST_CHECK;
/* The case, which an officer with one of the roles in its unit asks for. */
enum err hak_petugas(struct ctx *ctx, struct id permohonan, uint32_t roles,
	struct register_baris *ret) MUST_CHECK;

/* When it reached the unit: what is said, else now; never in the future. Citizens do not say. */
enum err waktu_diterima(struct ctx *ctx, bool has_waktu, time_us waktu, time_us *ret) MUST_CHECK;

#endif
