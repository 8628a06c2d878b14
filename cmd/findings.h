/*
 * Findings of files, written as text (`path:line:col: rule message`) or in any row format. A
 * further format is one more row of the table in findings.c.
 */
#ifndef LAPSE_CMD_FINDINGS_H
#define LAPSE_CMD_FINDINGS_H

#include "cmd/rows.h"
#include "scan/base/record.h"

extern const char *const finding_format_names[]; /* for option tables */

struct finding_writer;
struct finding_format {
	const char *name;
	void (*begin)(struct finding_writer *w);
	void (*add)(struct finding_writer *w, const char *path, const struct finding *f);
	void (*end)(struct finding_writer *w);
};

struct finding_writer {
	const struct finding_format *format;
	FILE *out;
	struct terminal terminal;
	struct row_writer rows; /* of the row formats */
	struct strbuf line;
};

void findings_begin(
	struct finding_writer *w, const char *format, FILE *out, const struct terminal *terminal);
/* Suppressed findings are left out of texts and tables for people, and shown to programs. */
void findings_add(struct finding_writer *w, const char *path, const struct finding *f);
void findings_end(struct finding_writer *w);

#endif
