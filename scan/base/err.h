/*
 * Errors as values: the caller owns a `struct err`, functions that can fail take it as their last
 * parameter and return 0 or a negative `enum err_code`. Only cmd/ prints them.
 */
#ifndef LAPSE_BASE_ERR_H
#define LAPSE_BASE_ERR_H

#include <stdarg.h>

enum err_code {
	ERR_OK = 0,
	ERR_FAILED = -1,      /* anything else; the message says it */
	ERR_NOT_FOUND = -2,   /* a named thing does not exist */
	ERR_USAGE = -3,       /* the caller's input is wrong */
	ERR_CORRUPT = -4,     /* an object or database cannot be read */
	ERR_LOCKED = -5,      /* somebody else holds the database */
	ERR_INTERRUPTED = -6, /* stopped on request */
	ERR_EMPTY = -7,       /* a repository without commits */
};

#define ERR_MESSAGE_BYTES 1024

struct err {
	int code;
	char message[ERR_MESSAGE_BYTES]; /* one line: names the thing, what is wrong, what to do */
};

/* Sets *e (may be NULL) and returns code, so that callers can `return err_set(...)`. Line breaks
 * in the result become spaces. */
int err_set(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Puts "prefix: " before the message; returns e's code. */
int err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
