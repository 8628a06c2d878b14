/*
 * Byte strings as pointer and length, and a growable buffer.
 *
 * A `struct str` never owns its bytes and is not NUL-terminated: whoever made it says how long it
 * lives (usually: as long as an arena or a source text). Bytes, not characters; no encoding is
 * assumed.
 */
#ifndef LAPSE_BASE_STR_H
#define LAPSE_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *ptr; /* may be NULL only when len is 0 */
	size_t len;      /* bytes */
};

#define STR(lit)  ((struct str){("" lit), sizeof(lit) - 1})
#define STR_EMPTY ((struct str){"", 0})
/* For printf: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).len, (s).ptr

/* Inline, so that the length of a literal is known where it is compared: rules do little else. */
static inline struct str str_slice(const char *ptr, size_t len)
{
	return (struct str){ptr, len};
}
static inline struct str str_from(const char *z) /* z NULL gives the empty string */
{
	return z ? str_slice(z, strlen(z)) : STR_EMPTY;
}
static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.ptr == b.ptr || memcmp(a.ptr, b.ptr, a.len) == 0);
}
static inline bool str_is(struct str a, const char *z)
{
	return a.len == strlen(z) && memcmp(a.ptr, z, a.len) == 0;
}
int str_cmp(struct str a, struct str b); /* byte order, shorter first on a tie */
bool str_starts(struct str s, const char *prefix);
bool str_ends(struct str s, const char *suffix);
struct str str_trim(struct str s);           /* without ASCII white space at both ends */
struct str str_drop(struct str s, size_t n); /* without the first n bytes (n may exceed len) */
/* Index of the first/last `c`, or -1. */
ptrdiff_t str_find(struct str s, char c);
ptrdiff_t str_rfind(struct str s, char c);
/* Takes the part before the next `sep` off the front of *rest; false when nothing is left.
 * "a,b" gives "a", "b"; a trailing separator does not give an empty last part. */
bool str_next(struct str *rest, char sep, struct str *part);

/* A growable byte buffer. Zero-initialised is empty; strbuf_release frees. Always NUL-terminated
 * once anything was added, so `buf.ptr` can be given to C functions. */
struct strbuf {
	char *ptr;
	size_t len, cap;
};

void strbuf_add(struct strbuf *b, struct str s);
void strbuf_addz(struct strbuf *b, const char *z);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
void strbuf_clear(struct strbuf *b); /* keeps the memory */
void strbuf_release(struct strbuf *b);
struct str strbuf_str(const struct strbuf *b); /* valid until the next change of b */

#endif
