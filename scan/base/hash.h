/*
 * 64-bit hashing, the same on every machine and in every version: stored in databases.
 *
 * FNV-1a (Fowler/Noll/Vo, 64-bit parameters) with the finaliser of MurmurHash3 (Appleby, public
 * domain) so that short keys spread over all bits. Not for hostile keys where collisions matter.
 */
#ifndef LAPSE_BASE_HASH_H
#define LAPSE_BASE_HASH_H

#include "scan/base/str.h"

#define HASH_SEED UINT64_C(0xcbf29ce484222325)

/* Streaming: start from HASH_SEED, feed, then hash_finish. hash_field also feeds the length, so
 * that ("ab","c") and ("a","bc") differ. */
uint64_t hash_feed(uint64_t state, struct str s);
uint64_t hash_field(uint64_t state, struct str s);
uint64_t hash_number(uint64_t state, uint64_t n);
uint64_t hash_finish(uint64_t state);
uint64_t hash_bytes(struct str s); /* one string, finished */

#endif
