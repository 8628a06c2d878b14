/*
 * Private to the row formats: what they share, and the functions of those that stand in files of
 * their own (format_table.c: libsmartcols; format_json.c: cJSON).
 */
#ifndef LAPSE_CMD_FORMAT_H
#define LAPSE_CMD_FORMAT_H

#include "cmd/rows.h"

void format_nothing(struct row_writer *w);
void format_flush(struct row_writer *w); /* writes w->line and empties it */
void format_keep(struct row_writer *w, const struct cell *cells);
/* Are the kept cells of a column numbers, all that are there? */
bool format_is_number(const struct row_writer *w, size_t column);

void format_table_end(struct row_writer *w);

void format_json_begin(struct row_writer *w);
void format_json_row(struct row_writer *w, const struct cell *cells);
void format_json_end(struct row_writer *w);
void format_ndjson_row(struct row_writer *w, const struct cell *cells);

#endif
