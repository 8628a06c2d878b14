/*
 * Our own markers (`# lapse: ignore[…]`, `ignore-file`) one by one, to tell which silence nothing:
 * the whole comment, single names in its list, and names that no rule has. Other checkers' markers
 * are none of our business.
 */
#include <stdlib.h>

#include "scan/rules/suppress.h"

static const struct rule rules[] = {
	{.id = "unused-ignore",
		.level = LEVEL_WARNING,
		.title = "Suppression comment that silences nothing",
		.why = "It hides the next finding on its line, which nobody has looked at yet, and "
		       "tells readers of a danger that is not there.",
		.fix = "Remove the comment, or the name from its list.",
		.bad = "x = 1  # lapse: ignore[blocking-sleep]\n",
		.good = "x = 1\n",
		.libraries = "",
		.pythons = "",
		.since = "1"},
};

const struct rule_family family_ignore = {
	.slug = "ignore",
	.title = "Suppression comments",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
};

struct code {
	uint32_t start, end;    /* in the source */
	struct rule_bits rules; /* empty: no such name */
	bool used;
};

struct ignore {
	uint32_t start; /* of the comment's '#' */
	uint32_t line;
	bool whole_file, used;
	uint32_t first, count; /* of its codes; none: it covers all rules */
};

struct ignores {
	VEC(struct ignore) items;
	VEC(struct code) codes;
};

/* ---- reading ---- */

static void read_codes(struct ignores *x, const struct py_tree *t, struct str rest)
{
	struct str code;

	rest = skip_blanks(rest);
	if (rest.len == 0 || rest.ptr[0] != '[')
		return;
	rest = str_drop(rest, 1);
	while (next_code(&rest, &code)) {
		struct code *c = vec_push(&x->codes);

		*c = (struct code){.start = (uint32_t)(code.ptr - t->source.ptr)};
		c->end = c->start + (uint32_t)code.len;
		bits_add_name(&c->rules, code);
	}
}

static void read_comment(struct ignores *x, const struct py_tree *t, struct py_range r)
{
	struct str comment = str_slice(t->source.ptr + r.start, r.end - r.start), rest;
	ptrdiff_t next = 0;

	for (; next >= 0; next = str_find(comment, '#')) {
		const struct marker *m = marker_at(str_drop(comment, (size_t)next), &rest);
		uint32_t start = (uint32_t)(comment.ptr + next - t->source.ptr);

		comment = str_drop(comment, (size_t)next + 1);
		if (!m || m->key)
			continue;
		*vec_push(&x->items) = (struct ignore){.start = start,
			.line = line_of(t, start),
			.whole_file = m->reach == REACH_FILE,
			.first = (uint32_t)x->codes.len};
		read_codes(x, t, rest);
		vec_last(&x->items)->count = (uint32_t)x->codes.len - vec_last(&x->items)->first;
	}
}

struct ignores *ignores_new(const struct py_tree *t)
{
	struct ignores *x = mem_zalloc(1, sizeof *x);

	for (uint32_t i = 0; i < t->comment_count; i++)
		read_comment(x, t, t->comments[i]);
	return x;
}

void ignores_free(struct ignores *x)
{
	if (!x)
		return;
	vec_release(&x->items);
	vec_release(&x->codes);
	free(x);
}

/* ---- using ---- */

static bool reaches(const struct ignore *i, const struct py_tree *t, const struct py_node *n)
{
	const struct py_node *stmt = py_stmt_of(n);

	if (i->whole_file || i->line == n->line)
		return true;
	return stmt && (i->line == stmt->line || i->line == last_line(t, stmt));
}

void ignores_use(struct ignores *x, const struct py_tree *t, const struct rule *rule,
	const struct py_node *n)
{
	size_t number = (size_t)rule_find(str_from(rule->id));

	for (size_t i = 0; i < x->items.len; i++) {
		struct ignore *item = &x->items.items[i];

		if (!reaches(item, t, n))
			continue;
		item->used = item->used || item->count == 0;
		for (uint32_t j = 0; j < item->count; j++) {
			struct code *c = &x->codes.items[item->first + j];

			if (bits_have(&c->rules, number))
				c->used = item->used = true;
		}
	}
}

/* ---- telling ---- */

struct telling {
	const struct py_tree *tree;
	const struct blob_record *result;
	struct arena *arena;
	VEC(struct unused_ignore) found;
};

/* Under a syntax error nothing is known, not even that there is nothing. */
static bool is_unknown(const struct telling *w, const struct ignore *i)
{
	const struct blob_record *b = w->result;

	if (i->whole_file)
		return b->unknown_count > 0;
	for (uint32_t k = 0; k < b->unknown_count; k++)
		if (i->line >= b->unknown[k].first && i->line <= b->unknown[k].last)
			return true;
	return false;
}

static void tell(struct telling *w, uint32_t start, uint32_t end, struct str message)
{
	struct unused_ignore *u = vec_push(&w->found);

	*u = (struct unused_ignore){.message = message};
	py_position(w->tree, start, &u->line, &u->column);
	u->snippet = line_snippet(w->tree, u->line);
	py_position(w->tree, end, &u->end_line, &u->end_column);
}

/* The marker itself, without what is written behind it. */
static uint32_t end_of(const struct telling *w, const struct ignores *x, const struct ignore *i)
{
	const char *text = w->tree->source.ptr;
	struct str rest;

	if (i->count) {
		uint32_t end = x->codes.items[i->first + i->count - 1].end;

		return end < w->tree->source.len && text[end] == ']' ? end + 1 : end;
	}
	(void)marker_at(str_drop(w->tree->source, i->start), &rest);
	return (uint32_t)(rest.ptr - text);
}

static struct str slice(const struct telling *w, uint32_t start, uint32_t end)
{
	return str_slice(w->tree->source.ptr + start, end - start);
}

static void tell_whole(struct telling *w, const struct ignores *x, const struct ignore *i)
{
	uint32_t end = end_of(w, x, i);

	tell(w, i->start, end,
		arena_printf(w->arena, "`%.*s` silences nothing; remove it",
			STR_ARG(slice(w, i->start, end))));
}

static void tell_code(struct telling *w, const struct code *c)
{
	struct str text = slice(w, c->start, c->end), message;
	const struct rule *near;

	if (!bits_are_empty(&c->rules)) {
		message = arena_printf(w->arena, "`%.*s` silences nothing; remove it from the list",
			STR_ARG(text));
	} else {
		near = rule_nearest(text);
		message = near ? arena_printf(w->arena,
					 "`%.*s` is no rule or category; did you mean `%s`?",
					 STR_ARG(text), near->id)
			       : arena_printf(w->arena,
					 "`%.*s` is no rule or category; 'lapse rules' lists them",
					 STR_ARG(text));
	}
	tell(w, c->start, c->end, message);
}

static bool all_are_known(const struct ignores *x, const struct ignore *i)
{
	for (uint32_t j = 0; j < i->count; j++)
		if (bits_are_empty(&x->codes.items[i->first + j].rules))
			return false;
	return true;
}

static void tell_ignore(struct telling *w, const struct ignores *x, const struct ignore *i)
{
	if (!i->used && all_are_known(x, i)) {
		tell_whole(w, x, i);
		return;
	}
	for (uint32_t j = 0; j < i->count; j++)
		if (!x->codes.items[i->first + j].used)
			tell_code(w, &x->codes.items[i->first + j]);
}

void ignores_tell(const struct ignores *x, const struct py_tree *t,
	const struct blob_record *result, struct arena *a, struct unused_ignores *out)
{
	struct telling w = {.tree = t, .result = result, .arena = a};

	for (size_t i = 0; i < x->items.len; i++)
		if (!is_unknown(&w, &x->items.items[i]))
			tell_ignore(&w, x, &x->items.items[i]);
	out->items = ARENA_ARRAY(a, w.found.len + 1, struct unused_ignore);
	out->count = (uint32_t)w.found.len;
	if (w.found.len)
		memcpy(out->items, w.found.items, w.found.len * sizeof *out->items);
	vec_release(&w.found);
}
