/*
 * What the build embeds for the store: schema.sql and queries/ (see EMBED in the Makefile).
 */
#ifndef LAPSE_STORE_EMBED_H
#define LAPSE_STORE_EMBED_H

#include <stddef.h>

extern const char embed_schema_sql[];

struct embed_query {
	const char *source; /* "queries/trend.sql" */
	const char *text;
};
extern const struct embed_query embed_queries[]; /* by name; ends with source NULL */

#endif
