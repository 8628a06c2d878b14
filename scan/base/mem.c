/*
 * Checked allocation, arenas, growable arrays. See mem.h.
 */
#include "scan/base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Blocks double from the first size to the last: many arenas hold little. */
#define FIRST_BLOCK_BYTES (4 * 1024)
#define LAST_BLOCK_BYTES  (256 * 1024)
#define ALIGNMENT         _Alignof(max_align_t)

struct arena_block {
	struct arena_block *next;
	size_t cap_bytes;
	_Alignas(max_align_t) unsigned char bytes[];
};

_Noreturn void mem_fail(void)
{
	fputs("lapse: out of memory\n", stderr);
	abort();
}

void *mem_zalloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		mem_fail();
	return p;
}

void *mem_resize(void *old, size_t count, size_t size)
{
	size_t bytes = count * size;
	void *p;

	if (size && count > SIZE_MAX / size)
		mem_fail();
	p = realloc(old, bytes ? bytes : 1);
	if (!p)
		mem_fail();
	return p;
}

static void add_block(struct arena *a, size_t cap)
{
	struct arena_block *b = malloc(sizeof *b + cap);

	if (!b)
		mem_fail();
	b->next = a->head;
	b->cap_bytes = cap;
	a->head = b;
	a->used_bytes = 0;
}

#ifndef LAPSE_ARENA_MALLOC
static size_t next_block_bytes(const struct arena *a, size_t need)
{
	size_t cap = a->head ? a->head->cap_bytes * 2 : FIRST_BLOCK_BYTES;

	if (cap > LAST_BLOCK_BYTES)
		cap = LAST_BLOCK_BYTES;
	return need > cap ? need : cap;
}
#endif

void *arena_alloc(struct arena *a, size_t bytes)
{
	size_t need = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

	if (need < bytes)
		mem_fail();
#ifdef LAPSE_ARENA_MALLOC
	add_block(a, bytes ? bytes : 1);
	a->used_bytes = a->head->cap_bytes;
	return a->head->bytes;
#else
	if (!a->head || a->head->cap_bytes - a->used_bytes < need)
		add_block(a, next_block_bytes(a, need));
	a->used_bytes += need;
	return a->head->bytes + a->used_bytes - need;
#endif
}

void *arena_zalloc(struct arena *a, size_t count, size_t size)
{
	void *p;

	if (size && count > SIZE_MAX / size)
		mem_fail();
	p = arena_alloc(a, count * size);
	memset(p, 0, count * size);
	return p;
}

struct str arena_dup(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);

	if (s.len)
		memcpy(p, s.ptr, s.len);
	p[s.len] = '\0';
	return str_slice(p, s.len);
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
	struct strbuf b = {0};
	struct str s;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	s = arena_dup(a, strbuf_str(&b));
	strbuf_release(&b);
	return s;
}

/* Frees every block but the largest of the usual sizes, which the next use will need again. */
void arena_reset(struct arena *a)
{
	struct arena_block *keep = NULL;

#ifndef LAPSE_ARENA_MALLOC
	for (struct arena_block *b = a->head; b; b = b->next)
		if (b->cap_bytes <= LAST_BLOCK_BYTES && (!keep || b->cap_bytes > keep->cap_bytes))
			keep = b;
#endif
	for (struct arena_block *b = a->head, *next; b; b = next) {
		next = b->next;
		if (b != keep)
			free(b);
	}
	a->head = keep;
	a->used_bytes = 0;
	if (keep)
		keep->next = NULL;
}

void arena_release(struct arena *a)
{
	for (struct arena_block *b = a->head, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	*a = (struct arena){0};
}

size_t arena_bytes(const struct arena *a)
{
	size_t n = 0;

	for (const struct arena_block *b = a->head; b; b = b->next)
		n += b->cap_bytes;
	return n;
}

void *vec_grow(void *items, size_t len, size_t *cap, size_t size)
{
	if (len < *cap)
		return items;
	*cap = *cap ? *cap * 2 : 8;
	return mem_resize(items, *cap, size);
}
