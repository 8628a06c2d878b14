/*
 * A hash map from byte strings to 64-bit values: open addressing, linear probing, on the heap.
 *
 * Our own because both uses of it, interning identifiers of a file and finding things by object
 * id, want the key kept by reference (no copy) and no per-entry allocation; uthash needs a node
 * struct per entry. Order of iteration is not defined: never let it reach any output.
 */
#ifndef LAPSE_BASE_MAP_H
#define LAPSE_BASE_MAP_H

#include "scan/base/str.h"

struct map_slot {
	struct str key; /* ptr NULL: free */
	uint64_t hash;
	uint64_t value;
};

/* Zero-initialised is empty. Keys are referenced, not copied: they must outlive the map. */
struct map {
	struct map_slot *slots;
	size_t len, cap; /* cap is 0 or a power of two */
};

/* The value for `key`, or NULL. The pointer lasts until the next map_put. */
uint64_t *map_get(const struct map *m, struct str key);
/* The value for `key`, added as 0 when missing; *added (may be NULL) says which. */
uint64_t *map_put(struct map *m, struct str key, bool *added);
void map_clear(struct map *m); /* keeps the memory */
void map_release(struct map *m);

#define MAP_KEY(object) str_slice((const char *)&(object), sizeof(object))

#endif
