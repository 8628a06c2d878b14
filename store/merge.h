/*
 * The union of databases: shards of a scan, or the repositories of several machines.
 */
#ifndef LAPSE_STORE_MERGE_H
#define LAPSE_STORE_MERGE_H

#include "store/store.h"

/*
 * Adds all that the database at `path` has to `into`, which is open for writing; in one
 * transaction. By natural keys only (repository: roots and normalised URL; commit, blob and
 * rule-set ids; keys of findings), so that merging again changes nothing and the order of merges
 * does not matter. A reference that both track gets the later tip in graph order. ERR_USAGE when a
 * repository was scanned with other rules in the two; otherwise the errors of store_open.
 */
int store_merge(struct store *into, const char *path, struct err *e);

#endif
