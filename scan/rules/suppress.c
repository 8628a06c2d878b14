/*
 * Suppression markers in comments: ours (`# lapse: ignore[rule]`) and those of other checkers when
 * they name the same problem. Which foreign code names which rules is data: data/markers.tsv, keyed
 * "checker:code". A bare marker covers every rule.
 *
 * A marker counts on the line where the finding starts and on the first and last line of its
 * statement: a formatter that wraps the statement moves the comment to its end.
 */
#include "scan/rules/engine.h"

#include <stdio.h>
#include <stdlib.h>

#include "scan/base/table.h"
#include "scan/rules/suppress.h"

extern const struct table table_scan_rules_data_markers;

struct mark {
	uint32_t first, last; /* lines */
	uint32_t reach;       /* blocks: the largest `last` of all up to this one */
	struct rule_bits rules;
};

struct suppressions {
	struct rule_bits whole_file;
	struct mark *lines; /* of one line each, ascending by line */
	uint32_t line_count;
	struct mark *blocks;
	uint32_t block_count;
	const struct py_node *reached; /* while reading: comments come in order, so do statements */
};

/* Longer words first: the first that fits wins. */
static const struct marker markers[] = {
	{"lapse: ignore-file", NULL, "[", REACH_FILE, true, false},
	{"lapse: ignore", NULL, "[", REACH_LINE, true, false},
	{"ruff: file-ignore", "noqa", "[", REACH_FILE, false, false},
	{"ruff: ignore", "noqa", "[", REACH_STATEMENT, false, false},
	{"ruff: disable", "noqa", "[", REACH_BLOCK, false, false},
	{"ruff: enable", "noqa", "[", REACH_END, false, false},
	{"flake8: noqa", "noqa", ":", REACH_FILE, true, true},
	{"ruff: noqa", "noqa", ":", REACH_FILE, true, true},
	{"noqa", "noqa", ":", REACH_LINE, true, true},
	{"nosonar", "nosonar", "(", REACH_LINE, true, false},
	{"nosemgrep", "semgrep", ":", REACH_LINE, true, false},
	{"nosec", "nosec", "", REACH_LINE, false, false},
	{"pylint: disable-next", "pylint", "=", REACH_NEXT, false, false},
	{"pylint: disable", "pylint", "=", REACH_BLOCK, false, false},
	{"pyright: ignore", "pyright", "[", REACH_LINE, false, false},
	{"type: ignore", "type", "[", REACH_LINE, false, false},
};

/* ---- sets of rules ---- */

static void bits_add_all(struct rule_bits *s)
{
	memset(s, 0xff, sizeof *s);
}

void bits_add_name(struct rule_bits *s, struct str name)
{
	for (size_t i = 0; i < rule_count(); i++)
		if (str_is(name, rule_at(i)->id) || str_is(name, rule_family_of(i)->slug))
			bits_add(s, i);
}

/* ---- reading one comment ---- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct str skip_blanks(struct str s)
{
	while (s.len > 0 && is_blank(s.ptr[0]))
		s = str_drop(s, 1);
	return s;
}

/* Is `words` at the start of s? *rest: what follows. */
static bool starts_marker(struct str s, const char *words, struct str *rest)
{
	for (; *words; words++) {
		if (*words == ' ') {
			s = skip_blanks(s);
			continue;
		}
		if (s.len == 0 || lower(s.ptr[0]) != *words)
			return false;
		s = str_drop(s, 1);
	}
	*rest = s;
	return true;
}

static bool is_code_char(char c)
{
	char l = lower(c);

	return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

bool next_code(struct str *s, struct str *code)
{
	size_t n = 0;

	while (s->len > 0 && (is_blank(s->ptr[0]) || s->ptr[0] == ',' || s->ptr[0] == ':'))
		*s = str_drop(*s, 1);
	while (n < s->len && is_code_char(s->ptr[n]))
		n++;
	*code = str_slice(s->ptr, n);
	*s = str_drop(*s, n);
	return n > 0;
}

/* Checkers' codes end in digits, names of theirs hold a '-' or '.'; prose does neither. */
static bool looks_like_code(struct str code)
{
	char last = code.ptr[code.len - 1];

	return (last >= '0' && last <= '9') || str_find(code, '-') > 0 || str_find(code, '.') > 0;
}

static void add_names(struct rule_bits *s, const char *names)
{
	struct str rest = str_from(names), name;

	while (str_next(&rest, ' ', &name))
		bits_add_name(s, name);
}

#define MAX_KEY 96

/* "noqa" and "ASYNC2" to the rules of every row from noqa:ASYNC2 on that starts so. Codes may be
 * dotted paths, of which the last part counts. */
static void add_foreign(struct rule_bits *s, const struct marker *m, struct str code)
{
	const struct table *t = &table_scan_rules_data_markers;
	char text[MAX_KEY];
	struct str key;

	if (str_rfind(code, '.') >= 0)
		code = str_drop(code, (size_t)str_rfind(code, '.') + 1);
	int n = snprintf(text, sizeof text, "%s:%.*s", m->key, STR_ARG(code));

	if (n < 0 || (size_t)n >= sizeof text)
		return;
	key = str_slice(text, (size_t)n);
	for (size_t i = table_lower(t, key); i < t->rows; i++) {
		const char *const *row = table_row(t, i);

		if (m->prefixes ? !str_starts(str_from(row[0]), text) : !str_is(key, row[0]))
			break;
		add_names(s, row[1]);
	}
}

static struct rule_bits read_codes(const struct marker *m, struct str rest)
{
	struct rule_bits set = {0};
	bool coded = false;
	struct str code;

	rest = skip_blanks(rest);
	if (!*m->opener || (rest.len > 0 && strchr(m->opener, rest.ptr[0]))) {
		rest = str_drop(rest, *m->opener ? 1 : 0);
		while (next_code(&rest, &code)) {
			coded = coded || !m->key || looks_like_code(code);
			if (!m->key)
				bits_add_name(&set, code);
			else if (str_is(code, "all") && !m->bare)
				bits_add_all(&set);
			else
				add_foreign(&set, m, code);
		}
	}
	if (!coded && m->bare)
		bits_add_all(&set);
	return set;
}

const struct marker *marker_at(struct str comment, struct str *rest)
{
	struct str s = skip_blanks(str_drop(comment, 1));

	for (size_t i = 0; i < ARRAY_LEN(markers); i++)
		if (starts_marker(s, markers[i].words, rest) &&
			(rest->len == 0 || !is_code_char(rest->ptr[0])))
			return &markers[i];
	return NULL;
}

/* ---- what a marker covers ---- */

uint32_t line_of(const struct py_tree *t, uint32_t offset)
{
	uint32_t low = 0, high = t->line_count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (t->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low + 1;
}

static bool stands_alone(const struct py_tree *t, uint32_t offset)
{
	while (offset > 0 && is_blank(t->source.ptr[offset - 1]))
		offset--;
	return offset == 0 || t->source.ptr[offset - 1] == '\n' ||
		t->source.ptr[offset - 1] == '\r';
}

/* Last line of the innermost statement with a body around the offset; of the file, when there is
 * none: that is how far pylint's own-line `disable` reaches. */
static uint32_t block_end(struct suppressions *s, const struct py_tree *t, uint32_t offset)
{
	uint32_t line = t->line_count;
	const struct py_node *it;

	while (s->reached < t->root->end_node && s->reached->end <= offset)
		s->reached = s->reached->end_node;
	for (it = s->reached; it < t->root->end_node && it->start <= offset; it++) {
		if (offset >= it->end)
			it = it->end_node - 1;
		else if (py_is_stmt(it))
			line = line_of(t, it->end);
	}
	return line;
}

/* The line of the code that follows a comment of its own, past blank lines and other comments. */
static uint32_t next_code_line(const struct py_tree *t, uint32_t offset)
{
	struct str rest = str_drop(t->source, offset), line;
	uint32_t number = line_of(t, offset);

	while (str_next(&rest, '\n', &line)) {
		line = str_trim(line);
		if (line.len > 0 && line.ptr[0] != '#')
			break;
		number++;
	}
	return number;
}

static void add_block(
	struct suppressions *s, const struct py_tree *t, uint32_t offset, struct mark m)
{
	m.last = m.reach = block_end(s, t, offset);
	if (s->block_count > 0 && s->blocks[s->block_count - 1].reach > m.reach)
		m.reach = s->blocks[s->block_count - 1].reach;
	s->blocks[s->block_count++] = m;
}

/* Ends the innermost block that is still open and of the same rules. */
static void end_block(struct suppressions *s, uint32_t line, const struct rule_bits *rules)
{
	for (uint32_t i = s->block_count; i > 0; i--) {
		struct mark *m = &s->blocks[i - 1];

		if (m->last >= line && memcmp(&m->rules, rules, sizeof *rules) == 0) {
			m->last = line;
			return;
		}
	}
}

static void add_mark(struct suppressions *s, const struct py_tree *t, uint32_t offset,
	enum reach reach, struct rule_bits rules)
{
	struct mark m = {.rules = rules, .first = line_of(t, offset)};
	bool alone = stands_alone(t, offset);

	if (reach == REACH_NEXT)
		m.first++;
	else if (reach == REACH_STATEMENT && alone)
		m.first = next_code_line(t, offset);
	m.last = m.first;
	if (reach == REACH_FILE)
		bits_join(&s->whole_file, &rules);
	else if (reach == REACH_END)
		end_block(s, m.first, &rules);
	else if (reach == REACH_BLOCK && alone)
		add_block(s, t, offset, m);
	else
		s->lines[s->line_count++] = m;
}

static void read_comment(struct suppressions *s, const struct py_tree *t, struct py_range r)
{
	struct str comment = str_slice(t->source.ptr + r.start, r.end - r.start), rest;
	ptrdiff_t next = 0;

	for (; next >= 0; next = str_find(comment, '#')) {
		const struct marker *m = marker_at(str_drop(comment, (size_t)next), &rest);

		comment = str_drop(comment, (size_t)next + 1);
		if (m) {
			struct rule_bits rules = read_codes(m, rest);

			if (!bits_are_empty(&rules))
				add_mark(s, t, r.start, m->reach, rules);
		}
	}
}

/* No comment holds more markers than '#'. */
static size_t count_most(const struct py_tree *t)
{
	size_t count = 0;

	for (uint32_t i = 0; i < t->comment_count; i++)
		for (uint32_t j = t->comments[i].start; j < t->comments[i].end; j++)
			count += t->source.ptr[j] == '#';
	return count;
}

static int compare_marks(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

struct suppressions *suppressions_read(const struct py_tree *t, struct arena *arena)
{
	struct suppressions *s = ARENA_NEW(arena, struct suppressions);
	size_t most = count_most(t);

	s->lines = ARENA_ARRAY(arena, most, struct mark);
	s->blocks = ARENA_ARRAY(arena, most, struct mark);
	s->reached = t->root + 1;
	for (uint32_t i = 0; i < t->comment_count; i++)
		read_comment(s, t, t->comments[i]);
	if (s->line_count > 0)
		qsort(s->lines, s->line_count, sizeof *s->lines, compare_marks);
	return s;
}

/* ---- asking ---- */

static bool line_covers(const struct suppressions *s, uint32_t line, size_t rule)
{
	size_t low = 0, high = s->line_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->lines[middle].first < line)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < s->line_count && s->lines[low].first == line; low++)
		if (bits_have(&s->lines[low].rules, rule))
			return true;
	return false;
}

/* Number of the first block that starts behind the line. */
static uint32_t first_after(const struct suppressions *s, uint32_t line)
{
	uint32_t low = 0, high = s->block_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (s->blocks[middle].first <= line)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool block_covers(const struct suppressions *s, uint32_t line, size_t rule)
{
	for (uint32_t i = first_after(s, line); i > 0 && s->blocks[i - 1].reach >= line; i--)
		if (line <= s->blocks[i - 1].last && bits_have(&s->blocks[i - 1].rules, rule))
			return true;
	return false;
}

uint32_t last_line(const struct py_tree *t, const struct py_node *stmt)
{
	uint32_t end = node_header_end(stmt);
	const char *colon = NULL;

	if (end < stmt->end)
		colon = memchr(t->source.ptr + end, ':', stmt->end - end);
	return line_of(t, colon ? (uint32_t)(colon - t->source.ptr) : end - 1);
}

bool suppressions_cover(const struct suppressions *s, const struct py_tree *t,
	const struct rule *rule, const struct py_node *n)
{
	const struct py_node *stmt = py_stmt_of(n);
	size_t number = (size_t)rule_find(str_from(rule->id));

	if (bits_have(&s->whole_file, number) || block_covers(s, n->line, number) ||
		line_covers(s, n->line, number))
		return true;
	return stmt &&
		(line_covers(s, stmt->line, number) || line_covers(s, last_line(t, stmt), number));
}
