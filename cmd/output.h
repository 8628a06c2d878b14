/*
 * Where results go: standard output, a pager, a file. What is for a file or a pager is kept in
 * memory until all is done: a file is replaced at once or not at all, whatever ends the program
 * before, and a pager is asked for only when the screen is too small.
 */
#ifndef LAPSE_CMD_OUTPUT_H
#define LAPSE_CMD_OUTPUT_H

#include "cmd/terminal.h"
#include "scan/base/err.h"

struct output {
	FILE *stream;
	const char *path; /* NULL: standard output */
	/* private to output.c */
	char *text; /* what is kept in memory, once the stream is closed */
	size_t bytes;
	enum { OUTPUT_DIRECT, OUTPUT_TO_FILE, OUTPUT_PAGED } kind;
};

/* `path` NULL: standard output. A path that cannot be written to fails now, not after the work. */
int output_open(struct output *o, const char *path, struct err *e);
/* From now on for the pager, if the user wants one; before anything is written. */
void output_page(struct output *o);
/* No longer, for what is a conversation. */
void output_unpage(struct output *o);
/* Ends it; without `keep` a file stays as it was. Errors of writing show here at the latest; that
 * whoever reads stopped reading is none. */
int output_close(struct output *o, bool keep, const struct terminal *t, struct err *e);

#endif
