/*
 * The hash map of map.h.
 */
#include "scan/base/map.h"

#include <stdlib.h>
#include <string.h>

#include "scan/base/hash.h"
#include "scan/base/mem.h"

#define FIRST_CAP 64

static struct map_slot *probe(const struct map *m, struct str key, uint64_t hash)
{
	size_t mask = m->cap - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		struct map_slot *s = &m->slots[i];

		if (!s->key.ptr || (s->hash == hash && str_eq(s->key, key)))
			return s;
	}
}

static void grow(struct map *m)
{
	struct map old = *m;

	m->cap = old.cap ? old.cap * 2 : FIRST_CAP;
	m->slots = mem_zalloc(m->cap, sizeof *m->slots);
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].key.ptr)
			*probe(m, old.slots[i].key, old.slots[i].hash) = old.slots[i];
	free(old.slots);
}

uint64_t *map_get(const struct map *m, struct str key)
{
	struct map_slot *s;

	if (!m->cap)
		return NULL;
	s = probe(m, key, hash_bytes(key));
	return s->key.ptr ? &s->value : NULL;
}

uint64_t *map_put(struct map *m, struct str key, bool *added)
{
	uint64_t hash = hash_bytes(key);
	struct map_slot *s;

	if ((m->len + 1) * 4 > m->cap * 3)
		grow(m);
	s = probe(m, key, hash);
	if (added)
		*added = !s->key.ptr;
	if (!s->key.ptr) {
		*s = (struct map_slot){{key.ptr ? key.ptr : "", key.len}, hash, 0};
		m->len++;
	}
	return &s->value;
}

void map_clear(struct map *m)
{
	if (m->len)
		memset(m->slots, 0, m->cap * sizeof *m->slots);
	m->len = 0;
}

void map_release(struct map *m)
{
	free(m->slots);
	*m = (struct map){0};
}
