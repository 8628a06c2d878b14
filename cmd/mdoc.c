/*
 * Text in mdoc. See mdoc.h. Escapes are those that groff and mandoc both know (groff_char(7)); a
 * plain `-` or `'` would become a typographic one, which cannot be pasted into a shell.
 */
#include "cmd/mdoc.h"

#include "scan/base/utf8.h"

static const char *escape_of(char c)
{
	static const struct {
		char c;
		const char *escape;
	} escapes[] = {{'\\', "\\e"}, {'-', "\\-"}, {'\'', "\\(aq"}, {'`', "\\(ga"}, {'^', "\\(ha"},
		{'~', "\\(ti"}, {'"', "\\(dq"}};

	for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
		if (escapes[i].c == c)
			return escapes[i].escape;
	return NULL;
}

/* The number of a well-formed character of `len` bytes. */
static uint32_t code_point(const char *bytes, size_t len)
{
	static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t n = (unsigned char)bytes[0] & masks[len];

	for (size_t i = 1; i < len; i++)
		n = n << 6 | ((unsigned char)bytes[i] & 0x3f);
	return n;
}

void mdoc_text(struct strbuf *out, struct str s)
{
	if (s.len && s.ptr[0] == '.')
		strbuf_addz(out, "\\&"); /* else a macro, where it begins a line */
	while (s.len) {
		const char *escape = escape_of(s.ptr[0]);
		size_t len = utf8_length(s);

		if (escape)
			strbuf_addz(out, escape);
		else if (len > 1)
			strbuf_addf(out, "\\[u%04X]", (unsigned)code_point(s.ptr, len));
		else
			strbuf_addc(out, s.ptr[0]);
		s = str_drop(s, len > 1 ? len : 1);
	}
}

void mdoc_macro(struct strbuf *out, const char *macro, struct str argument)
{
	strbuf_addf(out, ".%s \"", macro);
	mdoc_text(out, argument);
	strbuf_addz(out, "\"\n");
}

static void begin_code(struct strbuf *out)
{
	strbuf_addz(out, ".Bd -literal -offset indent -compact\n");
}

static void end_code(struct strbuf *out)
{
	strbuf_addz(out, ".Ed\n");
}

static void add_line(struct strbuf *out, struct str line)
{
	mdoc_text(out, line);
	strbuf_addc(out, '\n');
}

void mdoc_code(struct strbuf *out, struct str s)
{
	struct str line;

	begin_code(out);
	while (str_next(&s, '\n', &line))
		add_line(out, line);
	end_code(out);
}

/* Sentences begin lines, so that they are told from abbreviations. */
static void add_sentences(struct strbuf *out, struct str s)
{
	for (size_t i = 0; i + 1 < s.len; i++)
		if (strchr(".!?", s.ptr[i]) && s.ptr[i + 1] == ' ') {
			mdoc_text(out, str_slice(s.ptr, i + 1));
			strbuf_addc(out, '\n');
			s = str_drop(s, i + 2);
			i = 0;
		}
	mdoc_text(out, s);
}

/* A line of prose, with the words between backticks in bold. */
static void add_words(struct strbuf *out, struct str s)
{
	while (s.len) {
		ptrdiff_t open = str_find(s, '`');
		ptrdiff_t length = open < 0 ? -1 : str_find(str_drop(s, (size_t)open + 1), '`');

		if (length < 0) {
			add_sentences(out, s);
			break;
		}
		add_sentences(out, str_slice(s.ptr, (size_t)open));
		strbuf_addz(out, "\\fB");
		mdoc_text(out, str_slice(s.ptr + open + 1, (size_t)length));
		strbuf_addz(out, "\\fP");
		s = str_drop(s, (size_t)(open + 1 + length + 1));
	}
	strbuf_addc(out, '\n');
}

static struct str skip_blanks(struct str s)
{
	while (s.len && s.ptr[0] == ' ')
		s = str_drop(s, 1);
	return s;
}

enum prose { PROSE_NONE, PROSE_TEXT, PROSE_GAP, PROSE_CODE };

/* What stands between a line and the one before. */
static void change(struct strbuf *out, enum prose from, enum prose to)
{
	if (from == PROSE_CODE && to != PROSE_CODE)
		end_code(out);
	if (to == PROSE_CODE && from != PROSE_CODE)
		begin_code(out);
	if (to == PROSE_TEXT && from == PROSE_GAP)
		strbuf_addz(out, ".Pp\n");
}

void mdoc_prose(struct strbuf *out, struct str s)
{
	enum prose now = PROSE_NONE, next;
	struct str line;

	while (str_next(&s, '\n', &line)) {
		next = line.len == 0 ? PROSE_GAP : line.ptr[0] == ' ' ? PROSE_CODE : PROSE_TEXT;
		if (now == PROSE_NONE && next == PROSE_GAP)
			continue;
		change(out, now, next);
		if (next == PROSE_CODE)
			add_line(out, skip_blanks(line));
		else if (next == PROSE_TEXT)
			add_words(out, line);
		now = next;
	}
	change(out, now, PROSE_NONE);
}
