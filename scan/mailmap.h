/*
 * A mailmap: which identity stands for which. Knows no repository; repo_mailmap_load reads the
 * sources of one.
 *
 * Our own, because libgit2's compares addresses by case and lets a later line undo an earlier one
 * for the same person where git adds to it. Format and rules: gitmailmap(5).
 */
#ifndef LAPSE_SCAN_MAILMAP_H
#define LAPSE_SCAN_MAILMAP_H

#include "scan/base/map.h"
#include "scan/base/mem.h"
#include "scan/base/record.h"

/* Zero-initialised is empty. */
struct mailmap {
	struct map entries; /* see mailmap.c */
	struct arena arena;
};

/* Adds every line of `text`, which is copied; malformed lines are passed over. */
void mailmap_add(struct mailmap *m, struct str text);
/* `raw` as the map names it. Strings are raw's or last as long as the map. */
struct identity mailmap_apply(const struct mailmap *m, struct identity raw);
void mailmap_release(struct mailmap *m);

#endif
