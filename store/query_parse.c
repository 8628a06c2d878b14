/*
 * The header of query files: name, title, prose, parameters, columns. See query.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/embed.h"
#include "store/private.h"
#include "store/query.h"

#define READ_BYTES     4096
#define MAX_FILE_BYTES (1024 * 1024) /* nobody writes such a query: not a query */

const char *query_type_name(enum query_type t)
{
	static const char *const names[] = {
		[QUERY_TEXT] = "text",
		[QUERY_INT] = "int",
		[QUERY_REAL] = "real",
		[QUERY_DATE] = "date",
		[QUERY_LEVEL] = "level",
		[QUERY_BOOL] = "bool",
	};

	return names[t];
}

static bool parse_type(struct str word, enum query_type *out)
{
	for (int t = QUERY_TEXT; t <= QUERY_BOOL; t++)
		if (str_is(word, query_type_name((enum query_type)t))) {
			*out = (enum query_type)t;
			return true;
		}
	return false;
}

/* ---- the parser ---- */

enum part { PART_TITLE, PART_PROSE, PART_PARAM, PART_COLUMN, PART_SQL };

struct parser {
	struct arena *arena;
	struct str source, rest;
	unsigned line;
	enum part part; /* what a continuation line belongs to */
	struct strbuf prose, text;
	VEC(struct query_param) params;
	VEC(struct query_column) columns;
	struct query *out;
	struct err *e;
};

static int fail(struct parser *p, const char *what, struct str word)
{
	return err_set(p->e, ERR_USAGE, "%.*s:%u: %s%.*s", STR_ARG(p->source), p->line, what,
		STR_ARG(word));
}

static bool is_name(struct str s)
{
	if (s.len == 0 || s.ptr[0] < 'a' || s.ptr[0] > 'z')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", s.ptr[i]))
			return false;
	return true;
}

/* Takes the next word off the front. */
static struct str next_word(struct str *s)
{
	struct str word = STR_EMPTY;

	*s = str_trim(*s);
	if (str_next(s, ' ', &word))
		*s = str_trim(*s);
	return word;
}

/* Takes "[…]" off the front. */
static bool next_bracket(struct str *s, struct str *out)
{
	ptrdiff_t end = str_starts(*s, "[") ? str_find(*s, ']') : -1;

	if (end < 0)
		return false;
	*out = str_slice(s->ptr + 1, (size_t)end - 1);
	*s = str_trim(str_drop(*s, (size_t)end + 1));
	return true;
}

/* The text of the parameter or column before is complete. */
static void end_text(struct parser *p)
{
	struct str text = arena_dup(p->arena, strbuf_str(&p->text));

	if (p->part == PART_PARAM)
		vec_last(&p->params)->text = text;
	else if (p->part == PART_COLUMN)
		vec_last(&p->columns)->text = text;
	strbuf_clear(&p->text);
}

/* An empty line, or the SELECT: comments are SQL's from here on. */
static void end_header(struct parser *p)
{
	end_text(p);
	p->part = PART_SQL;
}

static int parse_title(struct parser *p, struct str line)
{
	ptrdiff_t colon = str_find(line, ':');

	if (colon < 0)
		return fail(p, "the first line must be `-- name: title`", STR_EMPTY);
	p->out->name = str_slice(line.ptr, (size_t)colon);
	p->out->title = str_trim(str_drop(line, (size_t)colon + 1));
	p->part = PART_PROSE;
	if (!is_name(p->out->name))
		return fail(p, "a name has small letters, digits, - and _: ", p->out->name);
	return p->out->title.len ? 0 : fail(p, "the title is missing", STR_EMPTY);
}

/* NAME TYPE, for both kinds of lines. */
static int parse_head(struct parser *p, struct str *line, struct str *name, enum query_type *type)
{
	struct str word;

	end_text(p);
	*name = next_word(line);
	if (!is_name(*name))
		return fail(p, "a name has small letters, digits, - and _: ", *name);
	word = next_word(line);
	if (!parse_type(word, type))
		return fail(p, "a type is text, int, real, date, level or bool, not ", word);
	return 0;
}

static int parse_param(struct parser *p, struct str line)
{
	struct query_param param = {0};
	int rc = parse_head(p, &line, &param.name, &param.type);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < p->params.len; i++)
		if (str_eq(p->params.items[i].name, param.name))
			return fail(p, "second parameter of the name ", param.name);
	param.has_fallback = next_bracket(&line, &param.fallback);
	if (!line.len)
		return fail(p, "the text is missing for parameter ", param.name);
	*vec_push(&p->params) = param;
	p->part = PART_PARAM;
	strbuf_add(&p->text, line);
	return 0;
}

static int parse_column(struct parser *p, struct str line)
{
	struct query_column column = {0};
	int rc = parse_head(p, &line, &column.name, &column.type);

	if (rc < 0)
		return rc;
	(void)next_bracket(&line, &column.hint);
	*vec_push(&p->columns) = column;
	p->part = PART_COLUMN;
	strbuf_add(&p->text, line);
	return 0;
}

static int parse_prose(struct parser *p, struct str line)
{
	if (p->prose.len || line.len)
		strbuf_addf(&p->prose, "%s%.*s", p->prose.len ? "\n" : "", STR_ARG(line));
	return 0;
}

static bool take_keyword(struct str *line, const char *keyword)
{
	if (!str_starts(*line, keyword))
		return false;
	*line = str_trim(str_drop(*line, strlen(keyword)));
	return true;
}

/* `line` is what stands behind the comment sign. */
static int parse_header_line(struct parser *p, struct str line)
{
	bool is_continued = str_starts(line, "   ") && p->part > PART_PROSE;

	line = str_trim(line);
	if (p->part == PART_TITLE)
		return parse_title(p, line);
	if (take_keyword(&line, "param "))
		return parse_param(p, line);
	if (take_keyword(&line, "column "))
		return parse_column(p, line);
	if (p->part == PART_PROSE)
		return parse_prose(p, line);
	if (is_continued) {
		strbuf_addf(&p->text, " %.*s", STR_ARG(line));
		return 0;
	}
	return line.len ? fail(p, "neither param nor column: ", line) : 0;
}

static bool starts_statement(struct str line)
{
	static const char *const words[] = {"SELECT", "WITH", "VALUES"};

	for (size_t w = 0; w < ARRAY_LEN(words); w++) {
		size_t n = strlen(words[w]), i = 0;

		while (i < n && i < line.len && (line.ptr[i] & ~0x20) == words[w][i])
			i++;
		if (i == n)
			return true;
	}
	return false;
}

static int parse_lines(struct parser *p)
{
	struct str line;

	while (str_next(&p->rest, '\n', &line)) {
		int rc = 0;

		p->line++;
		if (str_starts(line, "--"))
			rc = p->part == PART_SQL ? 0 : parse_header_line(p, str_drop(line, 2));
		else if (str_trim(line).len)
			return p->part == PART_TITLE ? parse_title(p, STR_EMPTY)
				: starts_statement(str_trim(line))
				? 0
				: fail(p, "a SELECT must follow, not ", str_trim(line));
		else if (p->part != PART_TITLE)
			end_header(p);
		if (rc < 0)
			return rc;
	}
	return fail(p, "there is no SELECT", STR_EMPTY);
}

static void take_lists(struct parser *p)
{
	struct query *q = p->out;

	q->prose = arena_dup(p->arena, str_trim(strbuf_str(&p->prose)));
	q->param_count = (uint32_t)p->params.len;
	q->params = store_list(p->arena, p->params.items, p->params.len, sizeof *p->params.items);
	q->column_count = (uint32_t)p->columns.len;
	q->columns =
		store_list(p->arena, p->columns.items, p->columns.len, sizeof *p->columns.items);
}

int query_parse(
	struct arena *a, struct str source, struct str text, struct query *out, struct err *e)
{
	struct parser p = {.arena = a, .out = out, .e = e};
	int rc;

	*out = (struct query){.source = arena_dup(a, source), .sql = arena_dup(a, text)};
	p.source = out->source;
	p.rest = out->sql;
	rc = parse_lines(&p);
	if (rc == 0) {
		end_text(&p);
		take_lists(&p);
	}
	strbuf_release(&p.prose);
	strbuf_release(&p.text);
	vec_release(&p.params);
	vec_release(&p.columns);
	return rc;
}

/* ---- where queries come from ---- */

int query_builtin(struct arena *a, struct query **out, uint32_t *count, struct err *e)
{
	size_t n = 0;
	int rc = 0;

	while (embed_queries[n].source)
		n++;
	*out = ARENA_ARRAY(a, n, struct query);
	*count = (uint32_t)n;
	for (size_t i = 0; i < n && rc == 0; i++) {
		rc = query_parse(a, str_from(embed_queries[i].source),
			str_from(embed_queries[i].text), &(*out)[i], e);
		(*out)[i].builtin = true;
	}
	return rc;
}

static int read_file(const char *path, struct strbuf *out, struct err *e)
{
	FILE *f = fopen(path, "rb");
	char part[READ_BYTES];
	size_t n;
	int number;

	if (!f)
		return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_FAILED,
			"%s: cannot be read: %s", path, strerror(errno));
	while (out->len <= MAX_FILE_BYTES && (n = fread(part, 1, sizeof part, f)) > 0)
		strbuf_add(out, str_slice(part, n));
	number = ferror(f) ? errno : 0;
	fclose(f);
	if (number)
		return err_set(e, ERR_FAILED, "%s: cannot be read: %s", path, strerror(number));
	if (out->len > MAX_FILE_BYTES || memchr(out->ptr ? out->ptr : "", 0, out->len))
		return err_set(e, ERR_USAGE, "%s: is not a query file", path);
	return 0;
}

int query_load(struct arena *a, const char *path, struct query *out, struct err *e)
{
	struct strbuf text = {0};
	int rc = read_file(path, &text, e);

	if (rc == 0)
		rc = query_parse(a, str_from(path), strbuf_str(&text), out, e);
	strbuf_release(&text);
	return rc;
}

const struct query *query_find(const struct query *queries, uint32_t count, struct str name)
{
	for (uint32_t i = 0; i < count; i++)
		if (str_eq(queries[i].name, name))
			return &queries[i];
	return NULL;
}

const struct query_param *query_param_find(const struct query *q, struct str name)
{
	for (uint32_t i = 0; i < q->param_count; i++)
		if (str_eq(q->params[i].name, name))
			return &q->params[i];
	return NULL;
}
