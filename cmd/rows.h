/*
 * Rows with typed cells, written in any of the row formats: table, csv, tsv, json, ndjson,
 * markdown. A format is one row of `row_formats`; nothing else knows them.
 */
#ifndef LAPSE_CMD_ROWS_H
#define LAPSE_CMD_ROWS_H

#include <stdio.h>

#include "cmd/terminal.h"
#include "cmd/text.h"
#include "scan/base/mem.h"

enum cell_type { CELL_NULL, CELL_INTEGER, CELL_REAL, CELL_BOOLEAN, CELL_TEXT };

struct cell {
	enum cell_type type;
	int64_t integer; /* BOOLEAN: 0 or 1 */
	double real;
	struct str text; /* any bytes */
};

#define CELL_NUMBER(n) ((struct cell){.type = CELL_INTEGER, .integer = (int64_t)(n)})
#define CELL_BOOL(b)   ((struct cell){.type = CELL_BOOLEAN, .integer = (b) ? 1 : 0})
#define CELL_STR(s)    ((struct cell){.type = CELL_TEXT, .text = (s)})
#define CELL_Z(z)      ((struct cell){.type = CELL_TEXT, .text = str_from(z)})

/* What a table does with a column when the line is too long for the terminal. */
enum column_fit {
	FIT_AUTO,  /* decided from what the cells hold: prose and paths may be cut */
	FIT_WHOLE, /* never cut: ids, times, numbers */
	FIT_CUT,
	FIT_WRAP,
};

/* What a table on a terminal draws in a column: see draw.h. */
enum column_draw { DRAW_NOTHING, DRAW_BAR, DRAW_SPARK };

struct row_column {
	struct str name;
	enum column_fit fit;
	enum column_draw draw;
};

struct row_writer;

struct row_format {
	const char *name;
	void (*begin)(struct row_writer *w);
	void (*row)(struct row_writer *w, const struct cell *cells);
	void (*end)(struct row_writer *w);
};

extern const struct row_format row_formats[]; /* name NULL ends it */
extern const char *const row_format_names[];  /* the same names, for option tables */

struct row_writer {
	const struct row_format *format;
	FILE *out;
	struct terminal terminal;
	const struct row_column *columns;
	size_t column_count, row_count;
	struct strbuf line;    /* scratch of the formats */
	struct arena arena;    /* what a format keeps until the end */
	VEC(struct cell) kept; /* the table's: widths are known at the end only */
};

/* Begins. `format` must be one of row_format_names; the columns must outlive the writer. */
void rows_begin(struct row_writer *w, const char *format, FILE *out,
	const struct terminal *terminal, const struct row_column *columns, size_t column_count);
/* Writes one row of column_count cells, which are not needed afterwards. False: nobody reads any
 * more (the pipe is closed, the disk is full): stop. */
bool rows_add(struct row_writer *w, const struct cell *cells);
void rows_end(struct row_writer *w);

/* Adds a cell as text: nothing for NULL, shortest decimal that reads back the same for reals. */
void cell_add_text(struct strbuf *out, const struct cell *c, enum text_keep keep);

#endif
