/*
 * What can be proved of a database without git: every id points somewhere, sums add up, and what
 * the end of a scan derives from the rest is what it would derive now.
 */
#ifndef LAPSE_STORE_VERIFY_H
#define LAPSE_STORE_VERIFY_H

#include "store/store.h"

/* One line for each thing that is wrong. */
typedef void store_found(void *arg, struct str line);

/* Every check of the tables; *checks is how many there are. Reads only. */
int store_verify(struct store *s, store_found *found, void *arg, uint32_t *checks, struct err *e);
/* Derives everything anew in memory and compares the views. */
int store_verify_derived(struct store *s, store_found *found, void *arg, struct err *e);

#endif
