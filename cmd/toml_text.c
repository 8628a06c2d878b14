/*
 * Text of TOML: strings and numbers decoded, and what people get wrong in a line. The grammar has
 * checked the shape of what is decoded here.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "cmd/toml.h"

/* ---- strings ---- */

static void add_utf8(struct strbuf *b, uint32_t c)
{
	if (c < 0x80) {
		strbuf_addc(b, (char)c);
	} else if (c < 0x800) {
		strbuf_addc(b, (char)(0xc0 | c >> 6));
		strbuf_addc(b, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		strbuf_addc(b, (char)(0xe0 | c >> 12));
		strbuf_addc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		strbuf_addc(b, (char)(0x80 | (c & 0x3f)));
	} else {
		strbuf_addc(b, (char)(0xf0 | c >> 18));
		strbuf_addc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		strbuf_addc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		strbuf_addc(b, (char)(0x80 | (c & 0x3f)));
	}
}

/* `u` and four, `U` and eight hex digits, with *s behind the letter. */
static bool add_unicode(struct strbuf *b, struct str *s, size_t digits)
{
	uint32_t c = 0;

	if (s->len < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		char d = s->ptr[i];

		c = c << 4 | (uint32_t)(d <= '9' ? d - '0' : (d | 0x20) - 'a' + 10);
	}
	*s = str_drop(*s, digits);
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) || c == 0)
		return false;
	add_utf8(b, c);
	return true;
}

/* With *s behind the backslash. A backslash at the end of a line takes the white space that follows
 * with it. */
static bool add_escape(struct strbuf *b, struct str *s)
{
	static const char letters[] = "btnfr\"\\", meant[] = "\b\t\n\f\r\"\\";
	const char *letter = s->len ? strchr(letters, s->ptr[0]) : NULL;
	char c = s->len ? s->ptr[0] : 0;

	if (letter && c) {
		strbuf_addc(b, meant[letter - letters]);
		*s = str_drop(*s, 1);
		return true;
	}
	if (c == 'u' || c == 'U') {
		*s = str_drop(*s, 1);
		return add_unicode(b, s, c == 'u' ? 4 : 8);
	}
	while (s->len && isspace((unsigned char)s->ptr[0]))
		*s = str_drop(*s, 1);
	return true;
}

/* The text between the quotes; three of them also take away a line break at the start. */
static struct str inside_quotes(struct str s)
{
	size_t quotes = str_starts(s, "\"\"\"") || str_starts(s, "'''") ? 3 : 1;

	if (s.len < 2 * quotes)
		return STR_EMPTY; /* "" seen as three quotes cannot be: it has two */
	s = str_slice(s.ptr + quotes, s.len - 2 * quotes);
	if (quotes == 3 && str_starts(s, "\r\n"))
		return str_drop(s, 2);
	return quotes == 3 && str_starts(s, "\n") ? str_drop(s, 1) : s;
}

bool toml_decode(struct str quoted, struct arena *a, struct str *out)
{
	bool literal = quoted.len > 0 && quoted.ptr[0] == '\'', good = true;
	struct str s = inside_quotes(quoted);
	struct strbuf b = {0};

	while (good && s.len) {
		char c = s.ptr[0];

		s = str_drop(s, 1);
		if (c == '\\' && !literal)
			good = add_escape(&b, &s);
		else
			strbuf_addc(&b, c);
	}
	*out = arena_dup(a, strbuf_str(&b));
	strbuf_release(&b);
	return good;
}

/* ---- numbers ---- */

#define MAX_DIGITS 72 /* 64 binary ones, a sign, a prefix */

bool toml_decode_integer(struct str text, int64_t *out)
{
	char digits[MAX_DIGITS + 1];
	size_t n = 0;
	int base = 10;
	char *end;

	if (text.len > 2 && text.ptr[0] == '0') {
		base = text.ptr[1] == 'x' ? 16 : text.ptr[1] == 'o' ? 8 : 2;
		text = str_drop(text, 2);
	}
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '_') {
			if (n == MAX_DIGITS)
				return false;
			digits[n++] = text.ptr[i];
		}
	digits[n] = '\0';
	errno = 0;
	*out = strtoll(digits, &end, base);
	return n > 0 && errno == 0 && *end == '\0';
}

/* ---- what people get wrong ---- */

/* The line without its comment: a '#' outside of quotes. *open: a quote is not closed. */
static struct str without_comment(struct str line, bool *open)
{
	char quote = 0;

	for (size_t i = 0; i < line.len; i++) {
		char c = line.ptr[i];

		if (quote == '"' && c == '\\')
			i++;
		else if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '#')
			line.len = i;
	}
	*open = quote != 0;
	return str_trim(line);
}

static const char *explain_value(struct str value)
{
	if (value.len == 0)
		return "a value is missing behind `=`";
	if (str_is(value, "True") || str_is(value, "False"))
		return "booleans are written `true` and `false`";
	if (isalpha((unsigned char)value.ptr[0]))
		return "text needs quotes: write key = \"text\"";
	if (str_find(value, '\\') >= 0 && value.ptr[0] == '"')
		return "a backslash needs another one, or use 'single quotes'";
	if (value.ptr[0] == '[')
		return "a `]` or a `,` is missing; write [\"one\", \"two\"]";
	if (value.ptr[0] == '{')
		return "an inline table stands on one line: { key = \"text\", other = 1 }";
	return str_find(value, '=') > 0 ? "one key = value stands on a line" : NULL;
}

const char *toml_explain_line(struct str line)
{
	bool open;
	struct str code = without_comment(line, &open);
	ptrdiff_t equals = str_find(code, '=');

	if (code.len == 0)
		return NULL;
	if (open)
		return "a quote is not closed";
	if (code.ptr[0] == '[' && code.ptr[code.len - 1] != ']')
		return "a table's name ends with `]`";
	if (equals == 0)
		return "a key is missing before `=`";
	if (equals > 0)
		return explain_value(str_trim(str_drop(code, (size_t)equals + 1)));
	if (code.ptr[0] != '[')
		return "write key = value";
	return NULL;
}
