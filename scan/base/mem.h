/*
 * Memory: checked heap allocation, arenas, typed growable arrays.
 *
 * Out of memory ends the program through mem_fail(), the one place where that happens; callers
 * never test for NULL.
 */
#ifndef LAPSE_BASE_MEM_H
#define LAPSE_BASE_MEM_H

#include <stddef.h>

#include "scan/base/str.h"

/* Says on stderr that memory is out and aborts. */
_Noreturn void mem_fail(void);

/* Heap memory of count * size bytes, zeroed; free with free(). Aborts on overflow too. */
void *mem_zalloc(size_t count, size_t size);
void *mem_resize(void *old, size_t count, size_t size); /* new bytes are not zeroed */

/*
 * An arena: many allocations, freed at once. Zero-initialised is an empty arena.
 * arena_reset keeps the memory for the next use; arena_release gives it back.
 * Memory is aligned for any type. Built with -DLAPSE_ARENA_MALLOC every allocation is a malloc of
 * its own, so that sanitizers and valgrind see each object.
 */
struct arena_block;
struct arena {
	struct arena_block *head; /* the block in use; older ones behind it */
	size_t used_bytes;        /* in head */
};

void *arena_alloc(struct arena *a, size_t bytes); /* not zeroed */
void *arena_zalloc(struct arena *a, size_t count, size_t size);
struct str arena_dup(struct arena *a, struct str s); /* the copy is NUL-terminated */
struct str arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void arena_reset(struct arena *a);
void arena_release(struct arena *a);
size_t arena_bytes(const struct arena *a); /* memory held, for statistics */

#define ARENA_NEW(a, type)          ((type *)arena_zalloc((a), 1, sizeof(type)))
#define ARENA_ARRAY(a, count, type) ((type *)arena_zalloc((a), (count), sizeof(type)))

/*
 * A growable array on the heap: VEC(int) v = {0}; *vec_push(&v) = 7; v.items[0]; vec_release(&v).
 * Growing moves the items: pointers into it last until the next push.
 */
#define VEC(type)                \
	struct {                 \
		type *items;     \
		size_t len, cap; \
	}
#define vec_push(v)                                                                  \
	((v)->items = vec_grow((v)->items, (v)->len, &(v)->cap, sizeof *(v)->items), \
		&(v)->items[(v)->len++])
#define vec_clear(v)   ((v)->len = 0)
#define vec_release(v) (free((v)->items), (v)->items = NULL, (v)->len = (v)->cap = 0)
#define vec_last(v)    (&(v)->items[(v)->len - 1])

/* For vec_push: room for one more item of `size` bytes. */
void *vec_grow(void *items, size_t len, size_t *cap, size_t size);

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
