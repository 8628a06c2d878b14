/*
 * A scan for unclosed brackets that knows of Python only strings, comments, brackets and which
 * words start statements; see resync.h. Used after tree-sitter found errors, for one more try.
 */
#include "scan/py/resync.h"

#include <string.h>

/* The stand-ins. */
#define STATEMENT STR("0")
#define HEADER    STR("if 0:")

struct scan {
	struct str text;
	uint32_t at;
	uint32_t depth;   /* open brackets */
	uint32_t logical; /* where the logical line starts, after its indentation */
};

enum line_kind { LINE_OTHER, LINE_STATEMENT, LINE_DEFINITION, LINE_HEADER };

struct keyword {
	const char *word;
	enum line_kind kind;
};

/* No word that may stand inside brackets: for, if, else, not, lambda, await, yield. */
static const struct keyword KEYWORDS[] = {
	{"def", LINE_DEFINITION},
	{"class", LINE_DEFINITION},
	{"async def", LINE_DEFINITION},
	{"return", LINE_STATEMENT},
	{"raise", LINE_STATEMENT},
	{"import", LINE_STATEMENT},
	{"del", LINE_STATEMENT},
	{"assert", LINE_STATEMENT},
	{"global", LINE_STATEMENT},
	{"nonlocal", LINE_STATEMENT},
	{"pass", LINE_STATEMENT},
	{"break", LINE_STATEMENT},
	{"continue", LINE_STATEMENT},
	{"while", LINE_HEADER},
	{"with", LINE_HEADER},
	{"try", LINE_HEADER},
};

/* These start blocks too, but are found inside brackets. */
static const struct keyword HEADERS[] = {
	{"if", LINE_HEADER},
	{"for", LINE_HEADER},
	{"elif", LINE_HEADER},
	{"else", LINE_HEADER},
	{"except", LINE_HEADER},
	{"async", LINE_HEADER},
};

static bool is_word_char(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static enum line_kind look_up(struct str line, const struct keyword *words, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		size_t n = strlen(words[i].word);

		if (str_starts(line, words[i].word) &&
			(line.len == n || !is_word_char(line.ptr[n])))
			return words[i].kind;
	}
	return LINE_OTHER;
}

static struct str rest_at(const struct scan *s, uint32_t at)
{
	return str_drop(s->text, at);
}

static bool is_line_break(char c)
{
	return c == '\n' || c == '\r';
}

static uint32_t line_start(const struct scan *s, uint32_t at)
{
	while (at && !is_line_break(s->text.ptr[at - 1]))
		at--;
	return at;
}

static uint32_t skip_blanks(const struct scan *s, uint32_t at)
{
	while (at < s->text.len && strchr(" \t\f", s->text.ptr[at]))
		at++;
	return at;
}

static uint32_t indent_of(const struct scan *s, uint32_t at)
{
	return skip_blanks(s, line_start(s, at)) - line_start(s, at);
}

/* Past a string that starts here; one with single quotes ends with its line at the latest. */
static void skip_string(struct scan *s)
{
	struct str rest = rest_at(s, s->at);
	char quote = rest.ptr[0];
	bool triple = rest.len > 2 && rest.ptr[1] == quote && rest.ptr[2] == quote;
	size_t i = triple ? 3 : 1;

	for (; i < rest.len; i++) {
		if (rest.ptr[i] == '\\')
			i++;
		else if (!triple && (rest.ptr[i] == quote || rest.ptr[i] == '\n'))
			break;
		else if (triple && rest.len - i > 2 && !memcmp(rest.ptr + i, rest.ptr, 3))
			break;
	}
	s->at += (uint32_t)(i + (triple ? 3 : 1));
	if (s->at > s->text.len)
		s->at = (uint32_t)s->text.len;
}

static void skip_comment(struct scan *s)
{
	while (s->at < s->text.len && !is_line_break(s->text.ptr[s->at]))
		s->at++;
}

/* Is the line at `at`, inside brackets, sure to be a new statement? What stands deeper than the
 * statement with the bracket belongs to its block: the body of a def without its header would
 * mislead (await), so there only definitions count. */
static bool starts_statement(const struct scan *s, uint32_t at)
{
	enum line_kind kind = look_up(rest_at(s, at), KEYWORDS, ARRAY_LEN(KEYWORDS));
	enum line_kind opened = look_up(rest_at(s, s->logical), KEYWORDS, ARRAY_LEN(KEYWORDS));

	if (kind == LINE_OTHER)
		return false;
	if (indent_of(s, at) <= indent_of(s, s->logical))
		return true;
	if (opened == LINE_OTHER)
		opened = look_up(rest_at(s, s->logical), HEADERS, ARRAY_LEN(HEADERS));
	return opened == LINE_HEADER || (opened == LINE_DEFINITION && kind == LINE_DEFINITION);
}

/* Decorators belong to the definition that follows. */
static uint32_t before_decorators(const struct scan *s, uint32_t line)
{
	while (line > s->logical) {
		uint32_t previous = line_start(s, line - 1);

		if (previous <= s->logical || s->text.ptr[skip_blanks(s, previous)] != '@')
			break;
		line = previous;
	}
	return line;
}

static void write_stand_in(struct strbuf *buf, struct py_range r, bool header)
{
	struct str stand_in = header ? HEADER : STATEMENT;

	for (uint32_t i = r.start; i < r.end; i++)
		if (!is_line_break(buf->ptr[i]))
			buf->ptr[i] = ' ';
	memcpy(buf->ptr + r.start, stand_in.ptr, stand_in.len);
}

static void replace(struct scan *s, uint32_t at, struct strbuf *buf, py_ranges *out)
{
	bool header = indent_of(s, at) > indent_of(s, s->logical);
	struct py_range r = {s->logical, before_decorators(s, line_start(s, at))};

	while (r.end > r.start && strchr(" \t\f\r\n", s->text.ptr[r.end - 1]))
		r.end--;
	if (r.end - r.start < (header ? HEADER : STATEMENT).len)
		return;
	if (!buf->len)
		strbuf_add(buf, s->text);
	write_stand_in(buf, r, header);
	*vec_push(out) = r;
}

static void next_line(struct scan *s, struct strbuf *buf, py_ranges *out)
{
	uint32_t at = skip_blanks(s, ++s->at);

	if (s->depth && starts_statement(s, at)) {
		replace(s, at, buf, out);
		s->depth = 0;
	}
	if (!s->depth)
		s->logical = at;
}

static void step(struct scan *s, struct strbuf *buf, py_ranges *out)
{
	char c = s->text.ptr[s->at];

	if (c == '\'' || c == '"') {
		skip_string(s);
	} else if (c == '#') {
		skip_comment(s);
	} else if (is_line_break(c)) {
		next_line(s, buf, out);
	} else {
		if (strchr("([{", c))
			s->depth++;
		else if (strchr(")]}", c) && s->depth)
			s->depth--;
		s->at++;
	}
}

bool resync_text(struct str *text, struct strbuf *buf, py_ranges *out)
{
	struct scan s = {.text = *text};

	s.logical = skip_blanks(&s, 0);
	vec_clear(out);
	while (s.at < s.text.len)
		step(&s, buf, out);
	if (out->len)
		*text = strbuf_str(buf);
	return out->len != 0;
}
