/*
 * Rows as JSON: an array with one object a line, or one object a line without the array. Rows are
 * written one by one, so that a large result needs no memory.
 */
#include <inttypes.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "cmd/format.h"

static cJSON *checked(cJSON *item)
{
	if (!item)
		mem_fail();
	return item;
}

/* Integers go in as text: cJSON's numbers are doubles and lose digits beyond 2^53. */
static cJSON *cell_json(struct row_writer *w, const struct cell *c)
{
	struct strbuf *b = &w->line;

	strbuf_clear(b);
	cell_add_text(b, c, TEXT_KEEP_CONTROL);
	switch (c->type) {
	case CELL_INTEGER:
	case CELL_BOOLEAN:
		return checked(cJSON_CreateRaw(b->ptr));
	case CELL_REAL:
		if (c->real - c->real != 0.0)
			break;
		return checked(cJSON_CreateRaw(b->ptr));
	case CELL_TEXT:
		return checked(cJSON_CreateString(b->len ? b->ptr : ""));
	case CELL_NULL:
		break;
	}
	return checked(cJSON_CreateNull());
}

static void write_object(struct row_writer *w, const struct cell *cells)
{
	cJSON *object = checked(cJSON_CreateObject());
	char *text;

	for (size_t i = 0; i < w->column_count; i++) {
		cJSON *item = cell_json(w, &cells[i]);

		strbuf_clear(&w->line);
		text_escape(&w->line, w->columns[i].name, TEXT_KEEP_CONTROL);
		cJSON_AddItemToObject(object, w->line.len ? w->line.ptr : "", item);
	}
	text = cJSON_PrintUnformatted(object);
	if (!text)
		mem_fail();
	(void)fputs(text, w->out);
	cJSON_free(text);
	cJSON_Delete(object);
}

void format_json_begin(struct row_writer *w)
{
	(void)fputs("[", w->out);
}

void format_json_row(struct row_writer *w, const struct cell *cells)
{
	(void)fputs(w->row_count ? ",\n" : "\n", w->out);
	write_object(w, cells);
}

void format_json_end(struct row_writer *w)
{
	(void)fputs(w->row_count ? "\n]\n" : "]\n", w->out);
}

void format_ndjson_row(struct row_writer *w, const struct cell *cells)
{
	write_object(w, cells);
	(void)fputc('\n', w->out);
}
