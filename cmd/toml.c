/*
 * From tree-sitter's tree of a TOML text to values. See toml.h.
 *
 * Only arrays and inline tables nest; their depth is capped, so this may recurse.
 */
#include "cmd/toml.h"

#include <inttypes.h>
#include <stdlib.h>

#include <tree_sitter/api.h>

#include "scan/base/map.h"
#include "scan/base/utf8.h"

const TSLanguage *tree_sitter_toml(void);

/* How a table came to be decides who may add to it. */
enum made_by {
	BY_VALUE,  /* inline table, array: closed */
	BY_HEADER, /* [table] */
	BY_DEEPER, /* the [table] in [table.deeper]: may still get a header of its own */
	BY_DOTS,   /* dotted.key = value: dotted keys may add more */
	BY_LIST,   /* [[table]] */
};

struct reader {
	struct str text, name;
	struct arena *arena;
	struct err *e;
	struct toml_value *root, *table; /* pairs go to `table` */
	int depth;
	struct map index;        /* address of a table and a key -> value: tables may be large */
	struct strbuf lookup;    /* the key of `index` in hand */
	uint32_t offset, column; /* told last: lines may be long */
};

/* ---- places and errors ---- */

static struct str text_of(const struct reader *r, TSNode n)
{
	uint32_t start = ts_node_start_byte(n);

	return str_slice(r->text.ptr + start, ts_node_end_byte(n) - start);
}

/* From 1, in characters: continuation bytes of UTF-8 do not count. */
static uint32_t column_of(struct reader *r, uint32_t offset, uint32_t bytes_before)
{
	uint32_t from = offset - bytes_before, column = 1;

	if (r->offset >= from && r->offset <= offset && r->column) {
		from = r->offset;
		column = r->column;
	}
	for (uint32_t i = from; i < offset; i++)
		column += (r->text.ptr[i] & 0xc0) != 0x80;
	r->offset = offset;
	r->column = column;
	return column;
}

static void set_place(struct reader *r, struct toml_value *v, TSNode n)
{
	TSPoint point = ts_node_start_point(n);

	v->line = point.row + 1;
	v->column = column_of(r, ts_node_start_byte(n), point.column);
}

static int fail_in(struct reader *r, uint32_t line, uint32_t column, const char *what)
{
	return err_set(r->e, ERR_USAGE, "%.*s:%" PRIu32 ":%" PRIu32 ": %s", STR_ARG(r->name), line,
		column, what);
}

static int fail_at(struct reader *r, TSNode n, const char *what)
{
	struct toml_value place;

	set_place(r, &place, n);
	return fail_in(r, place.line, place.column, what);
}

static int fail_twice(struct reader *r, TSNode n, const struct toml_value *first)
{
	struct toml_value place;

	set_place(r, &place, n);
	return err_set(r->e, ERR_USAGE,
		"%.*s:%" PRIu32 ":%" PRIu32 ": `%.*s` is given twice, first in line %" PRIu32
		"; remove one",
		STR_ARG(r->name), place.line, place.column, STR_ARG(text_of(r, n)), first->line);
}

/* ---- tables ---- */

const struct toml_value *toml_get(const struct toml_value *table, const char *key)
{
	if (table && table->type == TOML_TABLE)
		for (struct toml_value *v = table->first; v; v = v->next)
			if (str_is(v->key, key))
				return v;
	return NULL;
}

/* The key of the index for a key of a table, until the next call. */
static struct str index_key(struct reader *r, const struct toml_value *table, struct str key)
{
	strbuf_clear(&r->lookup);
	strbuf_add(&r->lookup, MAP_KEY(table));
	strbuf_add(&r->lookup, key);
	return strbuf_str(&r->lookup);
}

static struct toml_value *find(struct reader *r, const struct toml_value *table, struct str key)
{
	const uint64_t *at = map_get(&r->index, index_key(r, table, key));

	return at ? (struct toml_value *)(uintptr_t)*at : NULL;
}

static struct toml_value *add(struct reader *r, struct toml_value *into, struct str key, TSNode at)
{
	struct toml_value *v = ARENA_NEW(r->arena, struct toml_value);

	v->key = key;
	v->text = STR_EMPTY;
	if (into->type == TOML_TABLE)
		*map_put(&r->index, arena_dup(r->arena, index_key(r, into, key)), NULL) =
			(uint64_t)(uintptr_t)v;
	set_place(r, v, at);
	if (into->last)
		into->last->next = v;
	else
		into->first = v;
	into->last = v;
	return v;
}

static bool is(TSNode n, const char *type)
{
	return strcmp(ts_node_type(n), type) == 0;
}

/* Brackets, commas and comments say nothing. */
static bool is_skipped(TSNode n)
{
	return !ts_node_is_named(n) || is(n, "comment");
}

static int read_key(struct reader *r, TSNode n, struct str *key)
{
	if (is(n, "quoted_key"))
		return toml_decode(text_of(r, n), r->arena, key)
			? 0
			: fail_at(r, n, "an escape is no character");
	*key = arena_dup(r->arena, text_of(r, n));
	return 0;
}

/* The parts of a key: a.b.c is ((a . b) . c) in the tree. */
typedef VEC(TSNode) key_parts;

static void split_key(TSNode n, key_parts *parts)
{
	while (is(n, "dotted_key")) {
		*vec_push(parts) = ts_node_named_child(n, 1);
		n = ts_node_named_child(n, 0);
	}
	*vec_push(parts) = n;
	for (size_t i = 0, j = parts->len - 1; i < j; i++, j--) {
		TSNode t = parts->items[i];

		parts->items[i] = parts->items[j];
		parts->items[j] = t;
	}
}

/* The table of a part before the last, made when it is missing. */
static int enter(struct reader *r, struct toml_value **at, TSNode part, enum made_by how)
{
	struct toml_value *found;
	struct str key;
	int status = read_key(r, part, &key);

	if (status < 0)
		return status;
	found = find(r, *at, key);
	if (!found) {
		found = add(r, *at, key, part);
		found->made_by = (uint8_t)how;
	} else if (found->type == TOML_ARRAY && found->made_by == BY_LIST && how == BY_DEEPER) {
		found = found->last;
	} else if (found->type != TOML_TABLE || found->made_by == BY_VALUE ||
		(how == BY_DOTS && found->made_by != BY_DOTS)) {
		return fail_twice(r, part, found);
	}
	*at = found;
	return 0;
}

/* Goes to where the last part belongs; *last is its name. */
static int enter_all(struct reader *r, struct toml_value **at, const key_parts *parts,
	enum made_by how, struct str *last)
{
	int status = 0;

	for (size_t i = 0; i + 1 < parts->len && status == 0; i++)
		status = enter(r, at, parts->items[i], how);
	return status == 0 ? read_key(r, parts->items[parts->len - 1], last) : status;
}

/* ---- values ---- */

static int read_pair(struct reader *r, struct toml_value *table, TSNode pair);
static int read_value(struct reader *r, TSNode n, struct toml_value *v);

static int read_item(struct reader *r, struct toml_value *into, TSNode child)
{
	if (into->type == TOML_TABLE)
		return read_pair(r, into, child);
	return read_value(r, child, add(r, into, STR_EMPTY, child));
}

static int read_items(struct reader *r, TSNode n, struct toml_value *v)
{
	TSTreeCursor c;
	int status = 0;
	bool more;

	if (++r->depth > TOML_MAX_DEPTH)
		return fail_at(r, n, "nested too deeply; use fewer brackets");
	c = ts_tree_cursor_new(n);
	for (more = ts_tree_cursor_goto_first_child(&c); more && status == 0;
		more = ts_tree_cursor_goto_next_sibling(&c))
		if (!is_skipped(ts_tree_cursor_current_node(&c)))
			status = read_item(r, v, ts_tree_cursor_current_node(&c));
	ts_tree_cursor_delete(&c);
	r->depth--;
	return status;
}

static int read_string(struct reader *r, TSNode n, struct toml_value *v)
{
	v->type = TOML_STRING;
	return toml_decode(text_of(r, n), r->arena, &v->text)
		? 0
		: fail_at(r, n, "an escape in this text is no character");
}

static int read_integer(struct reader *r, TSNode n, struct toml_value *v)
{
	v->type = TOML_INTEGER;
	v->text = arena_dup(r->arena, text_of(r, n));
	return toml_decode_integer(v->text, &v->integer) ? 0
							 : fail_at(r, n, "the number is too large");
}

static int read_value(struct reader *r, TSNode n, struct toml_value *v)
{
	if (is(n, "string"))
		return read_string(r, n, v);
	if (is(n, "integer"))
		return read_integer(r, n, v);
	if (is(n, "array") || is(n, "inline_table")) {
		v->type = is(n, "array") ? TOML_ARRAY : TOML_TABLE;
		return read_items(r, n, v);
	}
	v->type = is(n, "boolean") ? TOML_BOOLEAN : TOML_OTHER;
	v->text = arena_dup(r->arena, text_of(r, n));
	v->integer = str_is(v->text, "true");
	return 0;
}

static int read_pair(struct reader *r, struct toml_value *table, TSNode pair)
{
	key_parts parts = {0};
	struct toml_value *found;
	struct str key;
	TSNode value = ts_node_named_child(pair, ts_node_named_child_count(pair) - 1);
	int status;

	while (is_skipped(value))
		value = ts_node_prev_named_sibling(value);
	split_key(ts_node_named_child(pair, 0), &parts);
	status = enter_all(r, &table, &parts, BY_DOTS, &key);
	if (status == 0 && (found = find(r, table, key)))
		status = fail_twice(r, *vec_last(&parts), found);
	if (status == 0)
		status = read_value(r, value, add(r, table, key, *vec_last(&parts)));
	vec_release(&parts);
	return status;
}

/* ---- headers ---- */

static int open_table(struct reader *r, struct toml_value *at, struct str key, TSNode name)
{
	struct toml_value *found = find(r, at, key);

	if (found && (found->type != TOML_TABLE || found->made_by != BY_DEEPER))
		return fail_twice(r, name, found);
	if (!found)
		found = add(r, at, key, name);
	found->made_by = BY_HEADER;
	r->table = found;
	return 0;
}

static int open_list_item(struct reader *r, struct toml_value *at, struct str key, TSNode name)
{
	struct toml_value *found = find(r, at, key);

	if (found && (found->type != TOML_ARRAY || found->made_by != BY_LIST))
		return fail_twice(r, name, found);
	if (!found) {
		found = add(r, at, key, name);
		found->type = TOML_ARRAY;
		found->made_by = BY_LIST;
	}
	r->table = add(r, found, STR_EMPTY, name);
	r->table->made_by = BY_HEADER;
	return 0;
}

static int read_header(struct reader *r, TSNode name, bool list)
{
	key_parts parts = {0};
	struct toml_value *at = r->root;
	struct str key;
	int status;

	split_key(name, &parts);
	status = enter_all(r, &at, &parts, BY_DEEPER, &key);
	if (status == 0)
		status = list ? open_list_item(r, at, key, name) : open_table(r, at, key, name);
	vec_release(&parts);
	return status;
}

/* ---- the document ---- */

/* [table] and [[table]] hold their pairs; the name is the first child that is no comment. */
static int read_section(struct reader *r, TSNode section)
{
	bool list = is(section, "table_array_element"), named = false;
	TSTreeCursor c = ts_tree_cursor_new(section);
	int status = 0;

	for (bool more = ts_tree_cursor_goto_first_child(&c); more && status == 0;
		more = ts_tree_cursor_goto_next_sibling(&c)) {
		TSNode n = ts_tree_cursor_current_node(&c);

		if (is_skipped(n))
			continue;
		status = named ? read_pair(r, r->table, n) : read_header(r, n, list);
		named = true;
	}
	ts_tree_cursor_delete(&c);
	return status;
}

static int read_document(struct reader *r, TSNode root)
{
	TSTreeCursor c = ts_tree_cursor_new(root);
	int status = 0;

	for (bool more = ts_tree_cursor_goto_first_child(&c); more && status == 0;
		more = ts_tree_cursor_goto_next_sibling(&c)) {
		TSNode n = ts_tree_cursor_current_node(&c);

		if (is_skipped(n))
			continue;
		status = is(n, "pair") ? read_pair(r, r->root, n) : read_section(r, n);
	}
	ts_tree_cursor_delete(&c);
	return status;
}

/* ---- syntax errors ---- */

/* The first error node, going only where errors are. A missing line end has no node: then the
 * innermost node around it. */
static TSNode find_error(TSNode root)
{
	TSTreeCursor c = ts_tree_cursor_new(root);
	TSNode found = root;
	bool more = true;

	while (more) {
		TSNode n = ts_tree_cursor_current_node(&c);

		if (ts_node_has_error(n))
			found = n;
		if (ts_node_is_error(n) || ts_node_is_missing(n))
			break;
		more = ts_node_has_error(n) ? ts_tree_cursor_goto_first_child(&c)
					    : ts_tree_cursor_goto_next_sibling(&c);
	}
	ts_tree_cursor_delete(&c);
	return found;
}

/* An error node may begin long before what is wrong: the first line that something is known about
 * is told. */
static int fail_syntax(struct reader *r, TSNode n)
{
	uint32_t at = ts_node_start_byte(n) - ts_node_start_point(n).column;
	uint32_t line = ts_node_start_point(n).row + 1;

	for (; at <= ts_node_end_byte(n) && at < r->text.len; line++) {
		struct str rest = str_drop(r->text, at), text = rest;
		const char *what;

		(void)str_next(&rest, '\n', &text);
		what = toml_explain_line(text);
		if (what)
			return fail_in(r, line, 1, what);
		at += (uint32_t)text.len + 1;
	}
	return fail_at(r, n, "this is not TOML; see toml.io for how it is written");
}

static int read_tree(struct reader *r, TSTree *tree)
{
	TSNode root = ts_tree_root_node(tree);

	if (ts_node_has_error(root))
		return fail_syntax(r, find_error(root));
	return read_document(r, root);
}

static int check_text(struct reader *r)
{
	if (str_starts(r->text, "\xef\xbb\xbf"))
		r->text = str_drop(r->text, 3);
	if (!utf8_is_valid(r->text) || (r->text.len && memchr(r->text.ptr, 0, r->text.len)))
		return err_set(r->e, ERR_USAGE, "%.*s: is not UTF-8 text; save it as UTF-8",
			STR_ARG(r->name));
	if (r->text.len >= UINT32_MAX)
		return err_set(r->e, ERR_USAGE, "%.*s: is too large", STR_ARG(r->name));
	return 0;
}

int toml_parse(
	struct str text, struct str name, struct arena *a, struct toml_value **out, struct err *e)
{
	struct reader r = {.text = text, .name = name, .arena = a, .e = e};
	int status = check_text(&r);
	TSParser *parser;
	TSTree *tree;

	if (status < 0)
		return status;
	*out = r.root = r.table = ARENA_NEW(a, struct toml_value);
	r.root->made_by = BY_HEADER;
	r.root->text = r.root->key = STR_EMPTY;
	parser = ts_parser_new();
	ts_parser_set_language(parser, tree_sitter_toml());
	tree = ts_parser_parse_string(
		parser, NULL, r.text.len ? r.text.ptr : "", (uint32_t)r.text.len);
	status = read_tree(&r, tree);
	map_release(&r.index);
	strbuf_release(&r.lookup);
	ts_tree_delete(tree);
	ts_parser_delete(parser);
	return status;
}

const char *toml_type_name(enum toml_type type)
{
	static const char *const names[] = {
		[TOML_TABLE] = "a table",
		[TOML_ARRAY] = "an array",
		[TOML_STRING] = "a string",
		[TOML_INTEGER] = "a number",
		[TOML_BOOLEAN] = "true or false",
		[TOML_OTHER] = "a decimal number or a date",
	};

	return names[type];
}
