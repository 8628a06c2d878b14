/*
 * Encodings, lines and stand-ins; see text.h.
 */
#include "scan/py/text.h"

#include <string.h>
#include <strings.h>

#include "scan/base/utf8.h"

#define TAB_COLUMNS          8
#define CONFLICT_MARK_LENGTH 7
/* A letter, so that identifiers above ASCII stay identifiers. */
#define LATIN1_STAND_IN 'x'

bool text_has_bom(struct str source)
{
	return str_starts(source, "\xEF\xBB\xBF");
}

const char *text_unreadable(struct str source)
{
	if (str_starts(source, "\xFF\xFE") || str_starts(source, "\xFE\xFF"))
		return "UTF-16";
	if (source.len && memchr(source.ptr, '\0', source.len))
		return "NUL bytes";
	return NULL;
}

/* ---- encoding ---- */

static bool is_cookie_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		c == '-' || c == '_' || c == '.';
}

/* The encoding that a comment line names, "" for none: ^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+) */
static struct str cookie_of(struct str line)
{
	static const char CODING[] = "coding";
	struct str rest = str_trim(line);
	size_t len = 0;

	if (!str_starts(rest, "#"))
		return STR_EMPTY;
	while (rest.len > sizeof CODING - 1) {
		char mark = rest.ptr[sizeof CODING - 1];

		if (str_starts(rest, CODING) && (mark == ':' || mark == '='))
			break;
		rest = str_drop(rest, 1);
	}
	if (rest.len <= sizeof CODING - 1)
		return STR_EMPTY;
	rest = str_trim(str_drop(rest, sizeof CODING));
	while (len < rest.len && is_cookie_char(rest.ptr[len]))
		len++;
	return str_slice(rest.ptr, len);
}

static bool is_utf8_name(struct str name)
{
	static const char *const NAMES[] = {"utf-8", "utf8", "utf_8", "utf-8-sig", "utf8-sig",
		"utf-8-unix", "utf8-unix", "u8", "ascii", "us-ascii", "utf-8-emacs"};

	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
		if (name.len == strlen(NAMES[i]) && !strncasecmp(name.ptr, NAMES[i], name.len))
			return true;
	return false;
}

bool text_is_latin1(struct str source)
{
	struct str rest = source, line, cookie;

	if (utf8_is_ascii(source))
		return false;
	if (!utf8_is_valid(source))
		return true;
	if (text_has_bom(source))
		return false;
	for (int i = 0; i < 2 && str_next(&rest, '\n', &line); i++) {
		cookie = cookie_of(line);
		if (cookie.len)
			return !is_utf8_name(cookie);
		/* One in the second line counts only after a comment or a blank line. */
		line = str_trim(line);
		if (line.len && line.ptr[0] != '#')
			return false;
	}
	return false;
}

/* ---- lines ---- */

static const char *line_end(const char *s, const char *end, bool has_cr)
{
	if (!has_cr)
		return memchr(s, '\n', (size_t)(end - s));
	while (s < end && *s != '\n' && *s != '\r')
		s++;
	return s < end ? s : NULL;
}

/* First counts, then fills: the arena cannot grow an array. */
static uint32_t find_lines(struct str source, uint32_t *lines)
{
	const char *s = source.ptr, *end = s + source.len, *eol;
	bool has_cr = source.len && memchr(s, '\r', source.len);
	uint32_t count = 1;

	if (lines)
		lines[0] = 0;
	while (s < end && (eol = line_end(s, end, has_cr))) {
		s = eol + 1;
		if (*eol == '\r' && s < end && *s == '\n')
			s++;
		if (lines)
			lines[count] = (uint32_t)(s - source.ptr);
		count++;
	}
	return count;
}

void text_lines(struct str source, struct arena *arena, struct py_tree *t)
{
	t->line_count = find_lines(source, NULL);
	t->lines = arena_alloc(arena, t->line_count * sizeof *t->lines);
	find_lines(source, t->lines);
}

/* ---- stand-ins ---- */

static void own_copy(struct str *text, struct strbuf *buf)
{
	if (buf->len)
		return;
	strbuf_add(buf, *text);
	*text = strbuf_str(buf);
}

static void replace_latin1(struct strbuf *buf)
{
	for (size_t i = 0; i < buf->len; i++)
		if ((unsigned char)buf->ptr[i] >= 0x80)
			buf->ptr[i] = LATIN1_STAND_IN;
}

static bool has_lone_cr(struct str s)
{
	for (const char *p = s.ptr, *end = s.ptr + s.len;
		p < end && (p = memchr(p, '\r', (size_t)(end - p))); p++)
		if (p + 1 == end || p[1] != '\n')
			return true;
	return false;
}

static void replace_lone_cr(struct strbuf *buf)
{
	for (size_t i = 0; i < buf->len; i++)
		if (buf->ptr[i] == '\r' && (i + 1 == buf->len || buf->ptr[i + 1] != '\n'))
			buf->ptr[i] = '\n';
}

/* Indentation with a tab after a blank: tree-sitter adds eight columns, Python goes to the next
 * multiple of eight. Form feeds count as nothing. */
static size_t mixed_indentation(struct str line, size_t *width)
{
	size_t i = 0;
	bool blank = false, mixed = false;

	*width = 0;
	for (; i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t'); i++) {
		mixed |= blank && line.ptr[i] == '\t';
		blank |= line.ptr[i] == ' ';
		*width += line.ptr[i] == '\t' ? TAB_COLUMNS - *width % TAB_COLUMNS : 1;
	}
	return mixed ? i : 0;
}

static void write_indentation(char *at, size_t length, size_t width)
{
	size_t tabs = width / TAB_COLUMNS, blanks = width % TAB_COLUMNS;

	memset(at, '\f', length);
	memset(at + length - tabs - blanks, '\t', tabs);
	memset(at + length - blanks, ' ', blanks);
}

static struct str line_at(const struct py_tree *t, struct str text, uint32_t i)
{
	uint32_t end = i + 1 < t->line_count ? t->lines[i + 1] : (uint32_t)text.len;

	return str_slice(text.ptr + t->lines[i], end - t->lines[i]);
}

static bool is_marker(struct str line, char mark)
{
	for (size_t i = 0; i < CONFLICT_MARK_LENGTH; i++)
		if (i >= line.len || line.ptr[i] != mark)
			return false;
	return line.len == CONFLICT_MARK_LENGTH || strchr(" \r\n", line.ptr[CONFLICT_MARK_LENGTH]);
}

/* A conflict opens with <<<<<<< and ends with >>>>>>>; ||||||| and ======= count only inside, and
 * an opening without an end is none (a heading underlined in a docstring). */
static uint32_t conflict_end(const struct py_tree *t, struct str text, uint32_t first)
{
	bool middle = false;

	for (uint32_t i = first + 1; i < t->line_count; i++) {
		struct str line = line_at(t, text, i);

		middle |= is_marker(line, '=');
		if (is_marker(line, '<'))
			return 0;
		if (is_marker(line, '>'))
			return middle ? i : 0;
	}
	return 0;
}

static void comment_out(const struct py_tree *t, struct strbuf *buf, uint32_t first, uint32_t last)
{
	for (uint32_t i = first; i <= last; i++) {
		struct str line = line_at(t, strbuf_str(buf), i);

		if (is_marker(line, '<') || is_marker(line, '>') || is_marker(line, '=') ||
			is_marker(line, '|'))
			buf->ptr[t->lines[i]] = '#';
	}
}

static void open_conflicts(
	const struct py_tree *t, struct str *text, struct strbuf *buf, py_ranges *conflicts)
{
	for (uint32_t i = 0; i < t->line_count; i++) {
		uint32_t last =
			is_marker(line_at(t, *text, i), '<') ? conflict_end(t, *text, i) : 0;
		struct str line;

		if (!last)
			continue;
		line = line_at(t, *text, last);
		*vec_push(conflicts) =
			(struct py_range){t->lines[i], t->lines[last] + (uint32_t)line.len};
		own_copy(text, buf);
		comment_out(t, buf, i, last);
		i = last;
	}
}

static void fix_indentation(const struct py_tree *t, struct str *text, struct strbuf *buf)
{
	if (!text->len || !memchr(text->ptr, '\t', text->len))
		return;
	for (uint32_t i = 0; i < t->line_count; i++) {
		size_t width, length = mixed_indentation(line_at(t, *text, i), &width);

		if (!length)
			continue;
		own_copy(text, buf);
		write_indentation(buf->ptr + t->lines[i], length, width);
	}
}

struct str text_prepare(const struct py_tree *t, struct strbuf *buf, py_ranges *conflicts)
{
	struct str text = t->source;

	strbuf_clear(buf);
	vec_clear(conflicts);
	if (!text.len)
		return text;
	if (t->latin1) {
		own_copy(&text, buf);
		replace_latin1(buf);
	}
	if (has_lone_cr(text)) {
		own_copy(&text, buf);
		replace_lone_cr(buf);
	}
	if (text_has_bom(text)) {
		own_copy(&text, buf);
		memset(buf->ptr, '\f', TEXT_BOM_BYTES);
	}
	open_conflicts(t, &text, buf, conflicts);
	fix_indentation(t, &text, buf);
	return text;
}
