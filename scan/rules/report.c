/*
 * From a rule's report to a finding: where nothing is known, what is shown, what identifies it.
 */
#include "scan/rules/engine.h"

#include <stdlib.h>

__attribute__((format(printf, 5, 0))) static void add_draft(struct rule_run *run,
	const struct rule *rule, enum level level, const struct py_node *n, const char *fmt,
	va_list args)
{
	struct engine *e = run->engine;

	strbuf_clear(&e->text);
	strbuf_vaddf(&e->text, fmt, args);
	*vec_push(&e->drafts) =
		(struct draft){rule, n, level, arena_dup(e->arena, strbuf_str(&e->text))};
}

void rule_report(struct rule_run *run, const struct rule *rule, const struct py_node *n,
	const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_draft(run, rule, rule->level, n, fmt, args);
	va_end(args);
}

void rule_report_level(struct rule_run *run, const struct rule *rule, enum level level,
	const struct py_node *n, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_draft(run, rule, level, n, fmt, args);
	va_end(args);
}

/* ---- where nothing is known ---- */

static void add_unknown(struct rule_run *run, uint32_t start, uint32_t end)
{
	const struct py_tree *t = run->file->tree;
	struct line_range *r = vec_push(&run->engine->unknown);
	uint32_t column;

	py_position(t, start, &r->first, &column);
	py_position(t, end > start ? end - 1 : start, &r->last, &column);
}

/* The lines of every error, and of the whole statement (of a compound one, the header) it is in:
 * that is where findings are dropped. */
static void collect_unknown(struct rule_run *run)
{
	const struct py_tree *t = run->file->tree;

	for (uint32_t i = 0; i < t->error_count; i++)
		add_unknown(run, t->errors[i].start, t->errors[i].end);
	if (t->error_count == 0)
		return;
	PY_EACH (n, t->root)
		if (py_is_stmt(n) && py_is_broken(t, n->start, node_header_end(n)))
			add_unknown(run, n->start, node_header_end(n));
}

static bool drops(
	struct rule_run *run, const struct draft *d, const struct py_node *top, uint32_t end)
{
	if (!top || !py_is_broken(run->file->tree, top->start, end))
		return false;
	add_unknown(run, d->node->start, node_header_end(d->node));
	return true;
}

/* A finding needs a clean statement: its own lines become unknown when an error spoils it. */
static bool is_spoilt(struct rule_run *run, const struct draft *d)
{
	const struct py_node *n = d->node, *s = py_stmt_of(n);

	if (run->file->tree->error_count == 0)
		return false;
	if (drops(run, d, n, n->end) || (s && drops(run, d, s, node_header_end(s))))
		return true;
	if (!d->rule->from_absence)
		return false;
	s = py_function_around(n);
	return s ? drops(run, d, s, s->end) : drops(run, d, run->file->tree->root, UINT32_MAX);
}

static int compare_ranges(const void *a, const void *b)
{
	const struct line_range *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->last > y->last) - (x->last < y->last);
}

/* Sorts the ranges and joins those that touch or overlap. */
static void finish_unknown(struct rule_run *run, struct blob_record *out)
{
	struct engine *e = run->engine;
	struct line_range *r = e->unknown.items;
	uint32_t count = 0;

	if (e->unknown.len == 0)
		return;
	qsort(r, e->unknown.len, sizeof *r, compare_ranges);
	out->unknown = ARENA_ARRAY(e->out, e->unknown.len, struct line_range);
	for (size_t i = 0; i < e->unknown.len; i++) {
		struct line_range *last = count ? &out->unknown[count - 1] : NULL;

		if (!last || r[i].first > last->last + 1)
			out->unknown[count++] = r[i];
		else if (r[i].last > last->last)
			last->last = r[i].last;
	}
	out->unknown_count = count;
	for (uint32_t i = 0; i < run->file->tree->error_count; i++)
		out->unknown_bytes +=
			run->file->tree->errors[i].end - run->file->tree->errors[i].start;
}

/* ---- findings ---- */

static uint16_t number_of(const struct rule *rule)
{
	size_t before = 0;

	for (size_t i = 0; rule_families[i]; i++) {
		const struct rule_family *family = rule_families[i];

		if (rule >= family->rules && rule < family->rules + family->rule_count)
			return (uint16_t)(before + (size_t)(rule - family->rules));
		before += family->rule_count;
	}
	return UINT16_MAX;
}

static uint64_t hash_once(
	struct last_hash *last, const struct py_node *n, uint64_t (*hash)(const struct py_node *))
{
	if (n != last->node)
		*last = (struct last_hash){n, hash(n)};
	return last->hash;
}

static struct signature identify(struct rule_run *run, const struct py_node *n)
{
	struct engine *e = run->engine;
	const struct py_node *anchor = node_anchor(n);
	unsigned char sketch[SKETCH_BYTES];
	size_t bytes = sketch_of(run->file, n, e->arena, sketch);

	return (struct signature){
		.token_hash = hash_tokens(n),
		.callee_hash = hash_callee(run->file, n),
		.body_hash = hash_once(&e->body, node_body_around(n), hash_body),
		.before_hash = hash_once(&e->before, anchor, hash_before),
		.after_hash = hash_once(&e->after, anchor, hash_after),
		.sketch = arena_dup(e->out, str_slice((const char *)sketch, bytes)),
	};
}

static void finish(struct rule_run *run, const struct draft *d, struct finding *f)
{
	const struct py_tree *t = run->file->tree;
	struct arena *out = run->engine->out;

	*f = (struct finding){.rule = number_of(d->rule), .level = (uint8_t)d->level};
	py_position(t, d->node->start, &f->line, &f->column);
	py_position(t, node_header_end(d->node), &f->end_line, &f->end_column);
	f->scope = arena_dup(out, py_scope_path(run->file, d->node));
	f->snippet = arena_dup(out, node_snippet(t, d->node));
	f->message = arena_dup(out, d->message);
	f->id = identify(run, d->node);
}

/* By position in the file, then rule: the order of findings. Reports of one rule on one node stay
 * in the order of the nodes' tree, so equal ones become neighbours. */
static int compare_drafts(const void *a, const void *b)
{
	const struct draft *x = a, *y = b;
	uint16_t rx = number_of(x->rule), ry = number_of(y->rule);

	if (x->node->start != y->node->start)
		return x->node->start < y->node->start ? -1 : 1;
	if (rx != ry)
		return rx < ry ? -1 : 1;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	if (x->level != y->level)
		return x->level > y->level ? -1 : 1;
	return str_cmp(x->message, y->message);
}

void finish_findings(struct rule_run *run, struct blob_record *out)
{
	struct engine *e = run->engine;
	struct draft *d = e->drafts.items;
	struct suppressions *s;

	collect_unknown(run);
	if (e->drafts.len > 0) {
		s = suppressions_read(run->file->tree, e->arena);
		qsort(d, e->drafts.len, sizeof *d, compare_drafts);
		out->findings = ARENA_ARRAY(e->out, e->drafts.len, struct finding);
		for (size_t i = 0; i < e->drafts.len; i++) {
			struct finding *f = &out->findings[out->finding_count];

			if (i > 0 && d[i].rule == d[i - 1].rule && d[i].node == d[i - 1].node)
				continue;
			if (is_spoilt(run, &d[i]) || draft_is_dead(&d[i]) ||
				draft_is_beaten(run, &d[i]))
				continue;
			finish(run, &d[i], f);
			f->suppressed =
				suppressions_cover(s, run->file->tree, d[i].rule, d[i].node);
			if (e->ignores)
				ignores_use(e->ignores, run->file->tree, d[i].rule, d[i].node);
			out->finding_count++;
		}
	}
	finish_unknown(run, out);
}
