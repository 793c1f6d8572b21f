#include "runtime/stream_name.h"

#include <stdio.h>
#include <string.h>

enum err node_stream_name(struct id node, struct str service, char ret[NODE_STREAM_MAX + 1])
{
	char id[ID_TEXT_MAX];

	if (service.len == 0 || service.len > NODE_STREAM_MAX - ID_TEXT_MAX)
		return ERR_LIMIT;
	id_text(node, id);
	(void)snprintf(ret, NODE_STREAM_MAX + 1, "%s/%.*s", id, (int)service.len, service.ptr);
	return ERR_OK;
}

enum err node_stream_read(struct str name, struct id *ret_node, struct str *ret_service)
{
	enum { SLASH = ID_TEXT_MAX - 1 };

	if (name.len <= SLASH + 1 || name.len > NODE_STREAM_MAX || name.ptr[SLASH] != '/')
		return ERR_INVALID;
	*ret_service = str_bytes(name.ptr + SLASH + 1, name.len - SLASH - 1);
	return id_parse(str_bytes(name.ptr, SLASH), ret_node);
}
