/*
 * Results of queries as JSON for the page of `lapse html`: columns, and in them each text that
 * repeats only once. cmd/html/data.js is the reader.
 */
#ifndef LAPSE_CMD_HTML_COLUMNS_H
#define LAPSE_CMD_HTML_COLUMNS_H

#include <cjson/cJSON.h>

#include "store/query.h"

struct html_params {
	struct str repo, level, since; /* "" : not given */
	uint32_t limit;                /* rows of a query */
	bool pseudonyms;               /* columns named author */
};

/* Parses and runs a query of cmd/html/, with those of the parameters that it has. Calls fn for each
 * row; fn's result < 0 ends it. */
int html_query(struct store *s, const char *sql, const struct html_params *params,
	int (*fn)(void *arg, struct query_run *r), void *arg, struct err *e);
/* {"names": […], "columns": [[numbers], {"of": [indices], "values": [texts]}, …]}; *out is the
 * caller's. */
int html_table(cJSON **out, struct store *s, const char *sql, const struct html_params *params,
	struct err *e);

#endif
