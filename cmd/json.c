/*
 * See json.h.
 */
#include "cmd/json.h"

#include "scan/base/mem.h"

cJSON *json_made(cJSON *item)
{
	if (!item)
		mem_fail();
	return item;
}

void json_add_text(cJSON *to, const char *name, struct str text, enum text_keep keep)
{
	struct strbuf b = {0};

	text_escape(&b, text, keep);
	(void)json_made(cJSON_AddStringToObject(to, name, b.len ? b.ptr : ""));
	strbuf_release(&b);
}

void json_add_number(cJSON *to, const char *name, double n)
{
	(void)json_made(cJSON_AddNumberToObject(to, name, n));
}
