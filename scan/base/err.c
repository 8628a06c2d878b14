/*
 * See err.h.
 */
#include "scan/base/err.h"

#include <stdio.h>
#include <string.h>

static void one_line(char *s)
{
	for (; *s; s++)
		if (*s == '\n' || *s == '\r')
			*s = ' ';
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return code;
	e->code = code;
	va_start(ap, fmt);
	(void)vsnprintf(e->message, sizeof e->message, fmt, ap);
	va_end(ap);
	one_line(e->message);
	return code;
}

int err_prefix(struct err *e, const char *fmt, ...)
{
	char old[ERR_MESSAGE_BYTES];
	va_list ap;
	size_t n;

	if (!e)
		return ERR_FAILED;
	memcpy(old, e->message, sizeof old);
	va_start(ap, fmt);
	(void)vsnprintf(e->message, sizeof e->message, fmt, ap);
	va_end(ap);
	n = strlen(e->message);
	(void)snprintf(e->message + n, sizeof e->message - n, ": %s", old);
	one_line(e->message);
	return e->code;
}
