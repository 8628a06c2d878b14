/*
 * JSON made with cJSON: running out of memory ends the program in one place, and texts are UTF-8
 * whatever bytes they come from.
 */
#ifndef LAPSE_CMD_JSON_H
#define LAPSE_CMD_JSON_H

#include <cjson/cJSON.h>

#include "cmd/text.h"

/* What cJSON made; NULL is out of memory. */
cJSON *json_made(cJSON *item);
/* Adds a text, escaped as text_escape does. */
void json_add_text(cJSON *to, const char *name, struct str text, enum text_keep keep);
void json_add_number(cJSON *to, const char *name, double n);

#endif
