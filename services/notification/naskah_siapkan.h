/* naskah_siapkan - a notice's text, with what policy says about its unit */
#ifndef NOTIFICATION_NASKAH_SIAPKAN_H
#define NOTIFICATION_NASKAH_SIAPKAN_H

#include "notification/naskah.h"
#include "notification/pengiriman.h"

/* The notice has its card, and its wording unless it is the receipt. */
enum err naskah_siapkan(struct ctx *ctx, const struct notice *notice,
	struct naskah *ret) MUST_CHECK;

#endif
