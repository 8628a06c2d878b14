/*
 * Hand-labelled pairs of versions, read from tests/match/NAME.case: what is in the old tree, what
 * in the new one, and which finding is which.
 *
 *   # from: PROJECT COMMIT     the change of a real history whose shape the case has
 *   # kind: moved-method       for the statistics; "format…": a formatter's work, no events at all
 *   # line-ends: crlf          the new files' (default: lf)
 *   @@ old.py -> new.py        a file; one name: the same on both sides; either side may be missing
 *    a line of both versions, after a space
 *   -a line of the old one
 *   +a line of the new one     #@a
 *
 * A tag at the end of a line labels what is found there, and is cut off. The same tag on both
 * sides: the same finding; only in the old: it ended; only in the new: introduced; `#@b<a`: a copy
 * of the old a, which stands still; `#@?`: doubtful, not counted.
 */
#ifndef LAPSE_TESTS_MATCH_CASE_H
#define LAPSE_TESTS_MATCH_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scan/base/mem.h"
#include "scan/base/record.h"

enum { OLD, NEW };

struct label {
	uint32_t line;
	struct str tag, copy_of; /* copy_of "" for none */
	bool common;             /* the line stands in both versions */
	bool met;
};

struct case_side {
	struct str path; /* "": no such file */
	struct strbuf text;
	uint32_t lines;
	VEC(struct label) labels;
};

struct case_file {
	struct case_side sides[2];
};

struct match_case {
	const char *path;      /* the caller's */
	struct str name, kind; /* views of path and text */
	struct strbuf text;
	VEC(struct case_file) files;
	bool crlf;
	struct oid commits[2];
};

static inline void case_read(struct match_case *c, const char *path)
{
	FILE *f = fopen(path, "rb");
	char part[8192];
	size_t n;

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		strbuf_add(&c->text, str_slice(part, n));
	fclose(f);
	c->path = path;
	c->name = str_from(strrchr(c->path, '/') + 1);
	c->name.len -= strlen(".case");
}

static inline bool case_header(struct str line, const char *name, struct str *value)
{
	if (!str_starts(line, name))
		return false;
	*value = str_trim(str_drop(line, strlen(name)));
	return true;
}

/* "old.py -> new.py", "old.py ->", "-> new.py" or "both.py". */
static inline void case_begin_file(struct match_case *c, struct str names)
{
	struct case_file *f = vec_push(&c->files);
	ptrdiff_t arrow = str_find(names, '>');

	*f = (struct case_file){0};
	f->sides[OLD].path = arrow < 0 ? names : str_trim(str_slice(names.ptr, (size_t)arrow - 1));
	f->sides[NEW].path = arrow < 0 ? names : str_trim(str_drop(names, (size_t)arrow + 1));
}

/* Cuts the tag off a line. */
static inline bool case_label(struct str *line, struct label *out)
{
	ptrdiff_t at = str_rfind(*line, '#'), copy;

	if (at < 0 || !str_starts(str_drop(*line, (size_t)at), "#@"))
		return false;
	*out = (struct label){.tag = str_trim(str_drop(*line, (size_t)at + 2))};
	copy = str_find(out->tag, '<');
	if (copy >= 0) {
		out->copy_of = str_drop(out->tag, (size_t)copy + 1);
		out->tag.len = (size_t)copy;
	}
	line->len = (size_t)at;
	while (line->len && line->ptr[line->len - 1] == ' ')
		line->len--;
	return true;
}

static inline void case_add_line(
	struct case_side *s, struct str line, bool common, const char *line_end)
{
	struct label label;

	s->lines++;
	if (case_label(&line, &label)) {
		label.line = s->lines;
		label.common = common;
		*vec_push(&s->labels) = label;
	}
	strbuf_add(&s->text, line);
	strbuf_addz(&s->text, line_end);
}

static inline void case_line(struct match_case *c, struct str line)
{
	struct case_file *f = vec_last(&c->files);
	char kind = line.len ? line.ptr[0] : ' ';
	struct str rest = str_drop(line, 1);

	if (kind != ' ' && kind != '-' && kind != '+')
		fail_msg("%s: neither of ' ', '-', '+' before: %.*s", c->path, STR_ARG(line));
	if (kind != '+')
		case_add_line(&f->sides[OLD], rest, kind == ' ', "\n");
	if (kind != '-')
		case_add_line(&f->sides[NEW], rest, kind == ' ', c->crlf ? "\r\n" : "\n");
}

static inline void case_load(struct match_case *c, const char *path)
{
	struct str rest, line, value;

	*c = (struct match_case){0};
	case_read(c, path);
	rest = strbuf_str(&c->text);
	while (str_next(&rest, '\n', &line))
		if (case_header(line, "@@", &value))
			case_begin_file(c, value);
		else if (c->files.len)
			case_line(c, line);
		else if (case_header(line, "# kind:", &value))
			c->kind = value;
		else if (case_header(line, "# line-ends:", &value))
			c->crlf = str_is(value, "crlf");
	if (!c->files.len)
		fail_msg("%s: no file in it", c->path);
}

static inline void case_release(struct match_case *c)
{
	for (size_t i = 0; i < c->files.len; i++)
		for (int side = OLD; side <= NEW; side++) {
			strbuf_release(&c->files.items[i].sides[side].text);
			vec_release(&c->files.items[i].sides[side].labels);
		}
	vec_release(&c->files);
	strbuf_release(&c->text);
}

/* One version as a commit for git fast-import; `mark` is its, the old one's is mark - 1. */
static inline void case_print(
	const struct match_case *c, int side, unsigned mark, struct strbuf *out)
{
	strbuf_addf(out, "commit refs/heads/%.*s\nmark :%u\n", STR_ARG(c->name), mark);
	strbuf_addf(out, "committer C <c@example.com> %u +0000\ndata 0\n", 1500000000 + mark);
	if (side == NEW)
		strbuf_addf(out, "from :%u\n", mark - 1);
	strbuf_addz(out, "deleteall\n");
	for (size_t i = 0; i < c->files.len; i++) {
		const struct case_side *s = &c->files.items[i].sides[side];

		if (s->path.len)
			strbuf_addf(out, "M 100644 inline %.*s\ndata %zu\n%s\n", STR_ARG(s->path),
				s->text.len, s->text.len ? s->text.ptr : "");
	}
}

/* The label of a line of a path, NULL for none. */
static inline struct label *case_find_label(
	const struct match_case *c, int side, struct str path, uint32_t line)
{
	for (size_t i = 0; i < c->files.len; i++) {
		struct case_side *s = &c->files.items[i].sides[side];

		for (size_t k = 0; str_eq(s->path, path) && k < s->labels.len; k++)
			if (s->labels.items[k].line == line)
				return &s->labels.items[k];
	}
	return NULL;
}

#endif
