/*
 * See outline.h. A def or class line belongs to the nearest line above of smaller indentation that
 * starts a def or class; lines of other statements do not end a body here, which can only make the
 * answer "still there" for odd layouts.
 */
#include "scan/py/outline.h"

#define MAX_DEPTH   32
#define TAB_COLUMNS 8

struct frame {
	uint32_t indent;
	bool on_path;    /* this def and all around it are the wanted ones */
	struct str rest; /* what of the wanted path must follow inside */
};

static bool is_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		(c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static struct str skip_blanks(struct str s)
{
	while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t' || s.ptr[0] == '\f'))
		s = str_drop(s, 1);
	return s;
}

/* Takes `word` and blanks after it off the front. */
static bool take_word(struct str *s, struct str word)
{
	if (s->len <= word.len || !str_starts(*s, word.ptr) || is_word(s->ptr[word.len]))
		return false;
	*s = skip_blanks(str_drop(*s, word.len));
	return true;
}

static uint32_t indent_of(struct str line)
{
	uint32_t n = 0;

	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] == '\t')
			n = (n / TAB_COLUMNS + 1) * TAB_COLUMNS;
		else if (line.ptr[i] == ' ')
			n++;
		else
			break;
	}
	return n;
}

/* The name that a `def`, `async def` or `class` line defines, "" for other lines. */
static struct str defined_name(struct str line)
{
	size_t n = 0;

	line = skip_blanks(line);
	take_word(&line, STR("async"));
	if (!take_word(&line, STR("def")) && !take_word(&line, STR("class")))
		return STR_EMPTY;
	while (n < line.len && is_word(line.ptr[n]))
		n++;
	return str_slice(line.ptr, n);
}

static void enter(struct frame *f, const struct frame *outer, struct str wanted, struct str name)
{
	struct str first;

	f->rest = outer ? outer->rest : wanted;
	f->on_path = (!outer || outer->on_path) && str_next(&f->rest, '.', &first) &&
		str_eq(first, name);
}

bool py_outline_has(struct str source, struct str scope)
{
	struct frame stack[MAX_DEPTH];
	uint32_t depth = 0;
	struct str line;

	while (str_next(&source, '\n', &line)) {
		struct str name = defined_name(line);
		uint32_t indent = indent_of(line);

		if (!name.len)
			continue;
		while (depth && stack[depth - 1].indent >= indent)
			depth--;
		if (depth == MAX_DEPTH)
			continue;
		stack[depth].indent = indent;
		enter(&stack[depth], depth ? &stack[depth - 1] : NULL, scope, name);
		if (stack[depth].on_path && !stack[depth].rest.len)
			return true;
		depth++;
	}
	return false;
}
