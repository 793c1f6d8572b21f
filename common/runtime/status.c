#include "runtime/status.h"

enum sesi_status status_of(enum err e)
{
	switch (e) {
	case ERR_OK:
		return SESI_STATUS_OK;
	case ERR_INVALID:
	case ERR_LIMIT:
		return SESI_STATUS_INVALID;
	case ERR_DENIED:
		return SESI_STATUS_DENIED;
	case ERR_NOT_FOUND:
		return SESI_STATUS_NOT_FOUND;
	case ERR_STATE:
		return SESI_STATUS_REJECTED;
	case ERR_TOO_OLD:
		return SESI_STATUS_TOO_OLD;
	case ERR_READONLY:
		return SESI_STATUS_READONLY;
	case ERR_UNAVAILABLE:
		return SESI_STATUS_BUSY;
	case ERR_TIMEOUT:
		return SESI_STATUS_EXPIRED;
	case ERR_CORRUPT:
	case ERR_IO:
		break;
	}
	return SESI_STATUS_UNKNOWN;
}
