/*
 * The engine: one file in, its findings out.
 *
 * It never looks at paths, commits, configuration or the clock (but for the parser's time limit),
 * so the result is a function of the bytes and the rule set.
 */
#include "scan/rules/engine.h"

#include <stdlib.h>

struct subscribers {
	const struct rule **rules;
	uint16_t *numbers; /* of the rules */
	size_t len;
	const struct rule **asked; /* of them: those that can find something in the file at hand */
	size_t asked_len;
};

struct analyser {
	const struct rule_set *set;
	struct py_parser *parser;
	struct py_limits limits;
	struct prefilter *prefilter;
	struct rule_bits all, asked;                  /* rules; asked: as in the subscribers */
	struct subscribers by_kind[2][PY_KIND_COUNT]; /* [1] inside an async def, [0] elsewhere */
	struct arena scratch;
	struct engine engine;
};

static void subscribe(struct subscribers *s, enum py_kind kind, bool in_async)
{
	s->rules = mem_zalloc(rule_count(), sizeof *s->rules);
	s->asked = mem_zalloc(rule_count(), sizeof *s->asked);
	s->numbers = mem_zalloc(rule_count(), sizeof *s->numbers);
	for (size_t i = 0; i < rule_count(); i++) {
		const struct rule *rule = rule_at(i);

		if (kind < 64 && (rule->kinds >> kind & 1) && (in_async || !rule->async_only)) {
			s->numbers[s->len] = (uint16_t)i;
			s->rules[s->len++] = rule;
		}
	}
}

/* Keeps the order of the rules. */
static void ask_only(struct analyser *a, const struct rule_bits *rules)
{
	if (memcmp(&a->asked, rules, sizeof *rules) == 0)
		return;
	a->asked = *rules;
	for (size_t k = 0; k < (size_t)2 * PY_KIND_COUNT; k++) {
		struct subscribers *s = &a->by_kind[k / PY_KIND_COUNT][k % PY_KIND_COUNT];

		s->asked_len = 0;
		for (size_t i = 0; i < s->len; i++)
			if (bits_have(rules, s->numbers[i]))
				s->asked[s->asked_len++] = s->rules[i];
	}
}

struct analyser *analyser_new(const struct rule_set *set, const struct py_limits *limits)
{
	struct analyser *a = mem_zalloc(1, sizeof *a);

	a->set = set;
	if (limits)
		a->limits = *limits;
	a->parser = py_parser_new();
	a->prefilter = prefilter_new(set);
	for (size_t i = 0; i < rule_count(); i++)
		bits_add(&a->all, i);
	for (int kind = 0; kind < PY_KIND_COUNT; kind++)
		for (int in_async = 0; in_async < 2; in_async++)
			subscribe(&a->by_kind[in_async][kind], (enum py_kind)kind, in_async);
	return a;
}

static void unsubscribe(struct subscribers *s)
{
	free(s->rules);
	free(s->asked);
	free(s->numbers);
}

void analyser_free(struct analyser *a)
{
	if (!a)
		return;
	for (int kind = 0; kind < PY_KIND_COUNT; kind++)
		for (int in_async = 0; in_async < 2; in_async++)
			unsubscribe(&a->by_kind[in_async][kind]);
	vec_release(&a->engine.drafts);
	vec_release(&a->engine.unknown);
	strbuf_release(&a->engine.text);
	arena_release(&a->scratch);
	prefilter_free(a->prefilter);
	py_parser_free(a->parser);
	free(a);
}

/* ---- the walk ---- */

static void count_node(struct blob_record *out, const struct py_node *n)
{
	out->async_defs += n->kind == PY_AsyncFunctionDef;
	out->awaits += n->kind == PY_Await;
}

static void run_rules(struct analyser *a, struct py_tree *tree, struct blob_record *out)
{
	struct rule_run run = {py_file_open(tree), a->set, &a->engine};
	const struct py_node *async_end = tree->root; /* of the outermost async def around */

	PY_EACH (n, tree->root) {
		const struct subscribers *s = &a->by_kind[n < async_end][n->kind];

		count_node(out, n);
		if (n->kind == PY_AsyncFunctionDef && n->end_node > async_end)
			async_end = n->end_node;
		for (size_t i = 0; i < s->asked_len; i++)
			s->asked[i]->check(&run, s->asked[i], n);
	}
	if (a->engine.unused)
		a->engine.ignores = ignores_new(tree);
	finish_findings(&run, out);
	if (a->engine.unused)
		ignores_tell(a->engine.ignores, tree, out, a->engine.out, a->engine.unused);
	ignores_free(a->engine.ignores);
	a->engine.ignores = NULL;
}

static uint32_t count_lines(struct str source)
{
	uint32_t lines = 0;
	const char *p = source.ptr, *end = source.ptr + source.len;

	while (p < end) {
		const char *next = memchr(p, '\n', (size_t)(end - p));

		lines++;
		p = next ? next + 1 : end;
	}
	return lines;
}

static void skip(struct blob_record *out, const char *reason)
{
	out->status = BLOB_SKIPPED;
	out->reason = str_from(reason);
	out->unknown_bytes = out->bytes;
}

static void reset(struct analyser *a, struct arena *arena)
{
	struct engine *e = &a->engine;

	arena_reset(&a->scratch);
	vec_clear(&e->drafts);
	vec_clear(&e->unknown);
	e->arena = &a->scratch;
	e->out = arena;
	e->blocking = NULL;
	e->chains = NULL;
	e->body = e->before = e->after = (struct last_hash){0};
}

static void analyse_parsed(struct analyser *a, struct py_tree *tree, struct blob_record *out)
{
	if (tree->status == PY_SKIPPED) {
		skip(out, tree->reason);
		return;
	}
	out->status = tree->status == PY_PARTIAL ? BLOB_PARTIAL : BLOB_OK;
	run_rules(a, tree, out);
}

static void analyse_asking(struct analyser *a, const struct rule_bits *rules, struct str source,
	struct arena *arena, struct blob_record *out)
{
	const char *reason = prefilter_reject(source, &a->limits);

	*out = (struct blob_record){.reason = STR_EMPTY, .bytes = (uint32_t)source.len};
	out->lines = count_lines(source);
	if (reason) {
		skip(out, reason);
		return;
	}
	reset(a, arena);
	ask_only(a, rules);
	analyse_parsed(a, py_parse(a->parser, source, &a->limits, &a->scratch), out);
}

void analyse_unfiltered(
	struct analyser *a, struct str source, struct arena *arena, struct blob_record *out)
{
	analyse_asking(a, &a->all, source, arena, out);
}

void analyse(struct analyser *a, struct str source, struct arena *arena, struct blob_record *out)
{
	struct rule_bits rules;

	if (prefilter_passes(a->prefilter, source, &rules) ||
		prefilter_reject(source, &a->limits)) {
		analyse_asking(a, &rules, source, arena, out);
		return;
	}
	*out = (struct blob_record){.reason = STR_EMPTY, .bytes = (uint32_t)source.len};
	out->lines = count_lines(source);
}

void analyse_ignores(struct analyser *a, struct str source, struct arena *arena,
	struct blob_record *out, struct unused_ignores *unused)
{
	*unused = (struct unused_ignores){0};
	a->engine.unused = unused;
	analyse_unfiltered(a, source, arena, out);
	a->engine.unused = NULL;
}
