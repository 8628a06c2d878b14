/*
 * From source to tree: the only file that calls tree-sitter.
 *
 * Parses with limits, copies the concrete tree into the flat array of cst.h by one cursor walk
 * (comments go to a list of their own), and hands that to lowering. The concrete tree is gone when
 * py_parse returns.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tree_sitter/api.h>

#include "scan/py/lower.h"
#include "scan/py/repair.h"
#include "scan/py/resync.h"
#include "scan/py/text.h"

const TSLanguage *tree_sitter_python(void);

#define ERROR_SYMBOL ((TSSymbol)-1)

struct py_parser {
	TSParser *ts;
	uint8_t *kinds; /* enum cst_kind of each TSSymbol */
	bool *named;    /* is it a symbol of the grammar, not a token? */
	bool has_error; /* in the tree being copied */
	cst_nodes cst;
	VEC(uint32_t) open;     /* indices of the nodes that the walk is inside of */
	VEC(uint32_t) suspects; /* for repair.c */
	bool has_xor;
	size_t real_conflicts; /* of buf.conflicts, those whose markers are code */
	struct strbuf copy;
	struct lower_buffers buf;
};

/* ---- symbols ---- */

struct symbol_name {
	const char *name;
	uint8_t kind;
};

static const struct symbol_name NAMED[] = {
#define X(name) {#name, CST_##name},
	CST_STATEMENTS(X) CST_SYMBOLS(X)
#undef X
};

static const struct symbol_name TOKENS[] = {
#define X(name, text) {text, CST_TOK_##name},
	CST_TOKENS(X)
#undef X
};

static uint8_t kind_named(const char *name, bool named)
{
	const struct symbol_name *table = named ? NAMED : TOKENS;
	size_t len = named ? ARRAY_LEN(NAMED) : ARRAY_LEN(TOKENS);

	for (size_t i = 0; i < len; i++)
		if (!strcmp(table[i].name, name))
			return table[i].kind;
	return CST_TOKEN;
}

/* `not in` and `is not` are aliases of rules, so a token may have a symbol of the named type. */
static void fill_kinds(struct py_parser *p, const TSLanguage *language)
{
	uint32_t count = ts_language_symbol_count(language);

	p->kinds = mem_zalloc(count, 1);
	p->named = mem_zalloc(count, sizeof *p->named);
	for (uint32_t s = 0; s < count; s++) {
		const char *name = ts_language_symbol_name(language, (TSSymbol)s);
		bool named = ts_language_symbol_type(language, (TSSymbol)s) == TSSymbolTypeRegular;

		p->named[s] = named;
		if (name)
			p->kinds[s] = kind_named(name, named);
		if (name && !p->kinds[s])
			p->kinds[s] = kind_named(name, false);
	}
}

struct py_parser *py_parser_new(void)
{
	struct py_parser *p = mem_zalloc(1, sizeof *p);
	const TSLanguage *language = tree_sitter_python();

	p->ts = ts_parser_new();
	ts_parser_set_language(p->ts, language);
	fill_kinds(p, language);
	return p;
}

void py_parser_free(struct py_parser *p)
{
	if (!p)
		return;
	ts_parser_delete(p->ts);
	free(p->kinds);
	free(p->named);
	vec_release(&p->cst);
	vec_release(&p->open);
	vec_release(&p->suspects);
	strbuf_release(&p->copy);
	vec_release(&p->buf.nodes);
	vec_release(&p->buf.spine);
	vec_release(&p->buf.names);
	vec_release(&p->buf.errors);
	vec_release(&p->buf.comments);
	vec_release(&p->buf.conflicts);
	vec_release(&p->buf.resyncs);
	strbuf_release(&p->buf.text);
	map_release(&p->buf.interned);
	free(p);
}

/* ---- tree-sitter's parse, with a time limit ---- */

struct deadline {
	struct timespec at;
	bool set;
};

static struct deadline deadline_in(uint32_t max_ms)
{
	struct deadline d = {.set = max_ms != 0};

	clock_gettime(CLOCK_MONOTONIC, &d.at);
	d.at.tv_sec += max_ms / 1000;
	d.at.tv_nsec += (long)(max_ms % 1000) * 1000000L;
	if (d.at.tv_nsec >= 1000000000L) {
		d.at.tv_sec++;
		d.at.tv_nsec -= 1000000000L;
	}
	return d;
}

static bool is_too_late(TSParseState *state)
{
	const struct deadline *d = state->payload;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > d->at.tv_sec ||
		(now.tv_sec == d->at.tv_sec && now.tv_nsec > d->at.tv_nsec);
}

static const char *read_text(void *payload, uint32_t at, TSPoint point, uint32_t *len)
{
	const struct str *text = payload;

	(void)point;
	*len = at < text->len ? (uint32_t)text->len - at : 0;
	return *len ? text->ptr + at : "";
}

/* What is being parsed: as given, and as tree-sitter sees it. */
struct source {
	struct str original, text;
	struct deadline deadline;
	bool in_backticks;
};

/* NULL when the time is over. */
static TSTree *parse_text(struct py_parser *p, struct source *s)
{
	TSInput input = {.payload = &s->text, .read = read_text, .encoding = TSInputEncodingUTF8};
	TSParseOptions options = {
		.payload = &s->deadline, .progress_callback = s->deadline.set ? is_too_late : NULL};
	TSTree *tree = ts_parser_parse_with_options(p->ts, NULL, input, options);

	if (!tree)
		ts_parser_reset(p->ts);
	return tree;
}

/* A tree with errors gets a second chance where a bracket was never closed. */
static TSTree *parse_again(struct py_parser *p, struct source *s, TSTree *tree)
{
	TSTree *second;

	vec_clear(&p->buf.resyncs);
	if (!tree || !ts_node_has_error(ts_tree_root_node(tree)) ||
		!resync_text(&s->text, &p->copy, &p->buf.resyncs))
		return tree;
	second = parse_text(p, s);
	ts_tree_delete(tree);
	return second;
}

/* ---- the walk ---- */

/* Only a tree with errors is asked where they are. */
static uint8_t flags_of(const struct py_parser *p, TSNode node, TSSymbol symbol)
{
	uint8_t flags = symbol == ERROR_SYMBOL || p->named[symbol] ? CST_NAMED : 0;

	if (!p->has_error)
		return flags;
	if (ts_node_has_error(node))
		flags |= CST_HAS_ERROR;
	if (ts_node_is_missing(node))
		flags |= CST_MISSING | CST_HAS_ERROR;
	return flags;
}

/* Comments become ranges. A marker turned into a comment is the proof that it stands in code, not
 * in a string: its conflict is moved to the front of the list, among the real ones. */
static void add_comment(struct py_parser *p, struct str source, TSNode node)
{
	struct py_range r = {ts_node_start_byte(node), ts_node_end_byte(node)};
	py_ranges *conflicts = &p->buf.conflicts;

	while (r.end > r.start && source.ptr[r.end - 1] == '\r')
		r.end--;
	if (source.ptr[r.start] == '#') {
		*vec_push(&p->buf.comments) = r;
		return;
	}
	for (size_t i = p->real_conflicts; i < conflicts->len; i++)
		if (conflicts->items[i].start == r.start)
			conflicts->items[p->real_conflicts++] = conflicts->items[i];
}

static void walk(struct py_parser *p, struct source *s, TSNode top);

/* Python 2's `x` is a string for the grammar, which is about to end at `end`. Parses what is inside
 * as a file of its own, in place; if that is a clean statement, its nodes join the string's. */
static void walk_backticks(struct py_parser *p, struct source *s, uint32_t end)
{
	uint32_t string = *vec_last(&p->open);
	TSRange inside = {.start_byte = p->cst.items[string].start + 1,
		.end_byte = end,
		.end_point = {UINT32_MAX, UINT32_MAX}};
	TSTree *tree;

	if (s->in_backticks || inside.start_byte >= inside.end_byte)
		return;
	s->in_backticks = true;
	ts_parser_set_included_ranges(p->ts, &inside, 1);
	tree = parse_text(p, s);
	ts_parser_set_included_ranges(p->ts, NULL, 0);
	if (tree && ts_node_named_child_count(ts_tree_root_node(tree)) == 1 &&
		!ts_node_has_error(ts_tree_root_node(tree)))
		walk(p, s, ts_node_named_child(ts_tree_root_node(tree), 0));
	if (tree)
		ts_tree_delete(tree);
	s->in_backticks = false;
}

static void note_suspect(struct py_parser *p, uint8_t kind, uint32_t index)
{
	if (kind == CST_list_splat || kind == CST_type_alias_statement)
		*vec_push(&p->suspects) = index;
	p->has_xor |= kind == CST_TOK_BITXOR;
}

/* Copies the node under the cursor. False: nothing of what is below it is needed. */
static bool copy_node(struct py_parser *p, struct source *s, const TSTreeCursor *cursor)
{
	TSNode node = ts_tree_cursor_current_node(cursor);
	TSSymbol symbol = ts_node_symbol(node);
	uint8_t kind = symbol == ERROR_SYMBOL ? CST_ERROR : p->kinds[symbol];
	struct cst_node copy;

	if (kind == CST_comment)
		add_comment(p, s->original, node);
	if (kind == CST_comment || kind == CST_line_continuation)
		return false;
	if (kind == CST_string_end && s->original.ptr[ts_node_start_byte(node)] == '`')
		walk_backticks(p, s, ts_node_start_byte(node));
	copy = (struct cst_node){
		.start = ts_node_start_byte(node),
		.end = ts_node_end_byte(node),
		.next = (uint32_t)p->cst.len + 1,
		.kind = kind,
		.flags = flags_of(p, node, symbol),
	};
	note_suspect(p, kind, copy.next - 1);
	*vec_push(&p->cst) = copy;
	return kind != CST_string_content && ts_node_child_count(node) > 0;
}

static void close_node(struct py_parser *p)
{
	p->cst.items[p->open.items[--p->open.len]].next = (uint32_t)p->cst.len;
}

static void walk(struct py_parser *p, struct source *s, TSNode top)
{
	TSTreeCursor cursor = ts_tree_cursor_new(top);
	size_t base = p->open.len;

	for (;;) {
		uint32_t index = (uint32_t)p->cst.len;

		if (copy_node(p, s, &cursor) && ts_tree_cursor_goto_first_child(&cursor)) {
			*vec_push(&p->open) = index;
			continue;
		}
		while (p->open.len > base && !ts_tree_cursor_goto_next_sibling(&cursor)) {
			ts_tree_cursor_goto_parent(&cursor);
			close_node(p);
		}
		if (p->open.len == base)
			break;
	}
	ts_tree_cursor_delete(&cursor);
}

static void copy_tree(struct py_parser *p, struct source *s, TSTree *tree)
{
	vec_clear(&p->cst);
	vec_clear(&p->suspects);
	vec_clear(&p->buf.comments);
	p->has_xor = false;
	p->has_error = ts_node_has_error(ts_tree_root_node(tree));
	p->real_conflicts = 0;
	walk(p, s, ts_tree_root_node(tree));
	ts_tree_delete(tree);
	p->buf.conflicts.len = p->real_conflicts;
	repair_cst(&p->cst, p->suspects.items, p->suspects.len);
}

/* ---- py_parse ---- */

static const char *skip_reason(struct str source, const struct py_limits *limits)
{
	if (limits && limits->max_bytes && source.len > limits->max_bytes)
		return "too large";
	if (source.len >= UINT32_MAX)
		return "too large"; /* offsets have 32 bits */
	return text_unreadable(source);
}

static void publish_comments(struct py_parser *p, struct py_tree *t)
{
	size_t len = p->buf.comments.len;

	t->comment_count = (uint32_t)len;
	t->comments = arena_alloc(t->arena, (len + 1) * sizeof *t->comments);
	if (len)
		memcpy(t->comments, p->buf.comments.items, len * sizeof *t->comments);
}

static void lower_cst(struct py_parser *p, struct py_tree *t)
{
	struct lower l = {
		.cst = p->cst.items,
		.cst_len = (uint32_t)p->cst.len,
		.tree = t,
		.source = t->source,
		.arena = t->arena,
		.buf = &p->buf,
		.has_xor = p->has_xor,
	};

	lower_tree(&l);
}

static struct py_tree *new_tree(struct str source, struct arena *arena)
{
	struct py_tree *t = ARENA_NEW(arena, struct py_tree);

	t->arena = arena;
	t->source = source.len ? source : STR_EMPTY;
	return t;
}

struct py_tree *py_parse(
	struct py_parser *p, struct str source, const struct py_limits *limits, struct arena *arena)
{
	struct py_tree *t = new_tree(source, arena);
	struct source s = {
		.original = t->source, .deadline = deadline_in(limits ? limits->max_ms : 0)};
	TSTree *tree;

	t->reason = skip_reason(t->source, limits);
	t->status = t->reason ? PY_SKIPPED : PY_OK;
	if (t->reason)
		return t;
	text_lines(t->source, arena, t);
	t->latin1 = text_is_latin1(t->source);
	s.text = text_prepare(t, &p->copy, &p->buf.conflicts);
	tree = parse_again(p, &s, parse_text(p, &s));
	if (!tree) {
		t->reason = "too slow";
		t->status = PY_SKIPPED;
		return t;
	}
	copy_tree(p, &s, tree);
	publish_comments(p, t);
	lower_cst(p, t);
	return t;
}
