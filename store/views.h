/*
 * The dictionary of the public views, read from the lines of three dashes in schema.sql:
 *
 *   --- NAME: what a row is
 *   ---   COLUMN: what it means
 *   ---     … and the rest of that
 *   ---   = COLUMN COLUMN   columns that mean what the view `*` says
 */
#ifndef LAPSE_STORE_VIEWS_H
#define LAPSE_STORE_VIEWS_H

#include "scan/base/mem.h"

struct view_column {
	struct str name, text;
};

struct view_doc {
	struct str name, text;
	VEC(struct view_column) columns; /* in the order of the view */
};

struct view_docs {
	struct arena arena;
	VEC(struct view_doc) items;
};

void view_docs_load(struct view_docs *d);
void view_docs_release(struct view_docs *d);
const struct view_doc *view_docs_find(const struct view_docs *d, struct str name);

#endif
