/*
 * Escaping and wrapping. See text.h.
 */
#include "cmd/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scan/base/utf8.h"

static bool is_control(struct str s)
{
	unsigned char first = (unsigned char)s.ptr[0];

	return first < 0x20 || first == 0x7f ||
		(first == 0xc2 && s.len > 1 && (unsigned char)s.ptr[1] < 0xa0);
}

static bool keeps(char c, enum text_keep keep)
{
	if (keep == TEXT_KEEP_CONTROL)
		return c != '\0';
	return keep == TEXT_KEEP_BLANKS && (c == '\t' || c == '\n' || c == '\r');
}

void text_escape(struct strbuf *out, struct str s, enum text_keep keep)
{
	while (s.len) {
		size_t n = utf8_length(s);
		size_t plain = n;

		if (n == 0 || (is_control(s) && !keeps(s.ptr[0], keep)))
			plain = 0;
		if (n == 0)
			n = 1;
		strbuf_add(out, str_slice(s.ptr, plain));
		for (size_t i = 0; plain == 0 && i < n; i++)
			strbuf_addf(out, "\\x%02x", (unsigned)(unsigned char)s.ptr[i]);
		s = str_drop(s, n);
	}
}

static void add_spaces(struct strbuf *out, size_t n)
{
	while (n-- > 0)
		strbuf_addc(out, ' ');
}

/* Adds words to the line that is `used` columns long; returns how long it is then. */
static size_t wrap_line(
	struct strbuf *out, struct str line, size_t width, size_t indent, size_t used)
{
	struct str word;

	while (str_next(&line, ' ', &word)) {
		if (word.len == 0)
			continue;
		if (used > indent && used + 1 + word.len > width) {
			strbuf_addc(out, '\n');
			used = 0;
		} else if (used > indent) {
			strbuf_addc(out, ' ');
			used++;
		}
		if (used == 0) {
			add_spaces(out, indent);
			used = indent;
		}
		strbuf_add(out, word);
		used += word.len;
	}
	return used;
}

void text_wrap(struct strbuf *out, struct str s, size_t width, size_t indent)
{
	struct str line;
	size_t used = 0;

	while (str_next(&s, '\n', &line)) {
		bool as_is = line.len == 0 || line.ptr[0] == ' ';

		if (as_is && used)
			strbuf_addc(out, '\n');
		if (as_is) {
			add_spaces(out, line.len ? indent : 0);
			strbuf_add(out, line);
			strbuf_addc(out, '\n');
			used = 0;
		} else {
			used = wrap_line(out, line, width, indent, used);
		}
	}
	if (used)
		strbuf_addc(out, '\n');
}

void text_add_number(struct strbuf *out, int64_t n)
{
	char digits[32];
	size_t len;

	(void)snprintf(digits, sizeof digits, "%" PRId64, n);
	len = strlen(digits);
	for (size_t i = 0; i < len; i++) {
		strbuf_addc(out, digits[i]);
		if (i + 1 < len && (len - i - 1) % 3 == 0 && digits[i] != '-')
			strbuf_addc(out, ',');
	}
}

void text_add_count(struct strbuf *out, int64_t n, const char *one, const char *many)
{
	text_add_number(out, n);
	strbuf_addf(out, " %s", n == 1 ? one : many);
}
