/*
 * See pseudonym.h.
 */
#include "cmd/pseudonym.h"

#include "scan/base/hash.h"

#define DIGITS 0xffffffu /* 6 hex digits: few hundred people seldom share one */

struct str pseudonym_of(struct arena *a, struct str name)
{
	uint64_t h = hash_finish(hash_field(HASH_SEED, name));

	return name.len ? arena_printf(a, "person-%06x", (unsigned)(h & DIGITS)) : name;
}
