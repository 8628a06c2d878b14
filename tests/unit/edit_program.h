/*
 * Random histories of Python files in which it is known which finding is which: a program that is
 * edited, its text, and a stream for git fast-import with a mark for every finding.
 */
#ifndef LAPSE_TESTS_EDIT_PROGRAM_H
#define LAPSE_TESTS_EDIT_PROGRAM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "scan/base/mem.h"
#include "scan/base/record.h"

#define MAX_STMTS   14
#define MAX_DEFS    8
#define MAX_FILES   6
#define MAX_PLACES  (MAX_FILES * MAX_DEFS * MAX_STMTS)
#define MAX_IDS     2000
#define COMMITS     40
#define FIRST_STMTS 5
#define BOTH        2

/* ---- the program that is edited ---- */

struct stmt {
	uint32_t seed;    /* makes its text; no two are equal */
	uint32_t id;      /* of the finding; 0: none */
	uint32_t variant; /* its argument was edited so often */
};

struct def {
	uint32_t name, variable, len;
	struct stmt stmts[MAX_STMTS];
};

struct file {
	uint32_t name, len;
	unsigned team; /* each of two branches edits its own files */
	bool exploded; /* as a formatter likes it */
	struct def defs[MAX_DEFS];
};

/* Where a finding stands in a commit. */
struct place {
	struct str path;
	uint32_t line, id;
};

struct program {
	uint32_t seed, next, next_id;
	unsigned team; /* whose files are edited now; BOTH */
	uint32_t len;
	struct file files[MAX_FILES];
	uint32_t commits;
	struct oid oids[COMMITS];
	uint32_t original_of[MAX_IDS]; /* copies; else 0 */
	VEC(struct place) places[COMMITS];
	struct arena arena;
	struct strbuf stream, text;
	uint32_t line; /* of text, the next one */
};

static inline uint32_t pick(struct program *p, uint32_t below)
{
	p->seed = p->seed * 1664525u + 1013904223u;
	return (p->seed >> 8) % below;
}

static const char *word(uint32_t seed)
{
	static const char *const words[] = {"tariff", "meter", "orchard", "ledger", "phase",
		"berth", "silo", "gauge", "crew", "batch", "label", "region", "stamp", "quota"};

	return words[(seed * 2654435761u >> 16) % ARRAY_LEN(words)];
}

/* ---- its text ---- */

static inline void print_line(struct program *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static inline void print_line(struct program *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&p->text, fmt, ap);
	va_end(ap);
	strbuf_addc(&p->text, '\n');
	p->line++;
}

static inline void print_finding(
	struct program *p, const struct stmt *s, const char *v, bool exploded)
{
	static const char *const calls[] = {"time.sleep", "os.system", "socket.getfqdn"};
	const char *call = calls[s->seed % ARRAY_LEN(calls)];
	uint32_t n = s->seed * 100 + s->variant;

	if (exploded) {
		print_line(p, "    %s(", call);
		print_line(p, "        %s.%s[\"%s\"] + %u,", v, word(s->seed), word(n), n);
		print_line(p, "    )");
		return;
	}
	print_line(p, "    %s(%s.%s['%s'] + %u)", call, v, word(s->seed), word(n), n);
}

static inline void print_filler(
	struct program *p, const struct stmt *s, const char *v, bool exploded)
{
	uint32_t n = s->seed;

	if (exploded)
		print_line(p, "    # %s", word(n + 1));
	switch (n % 3) {
	case 0:
		print_line(p,
			exploded ? "    %s.%s = load(\"%s\", %u)" : "    %s.%s = load('%s',%u)", v,
			word(n), word(n + 7), n);
		break;
	case 1:
		print_line(p, "    if %s.%s > %u:", v, word(n), n);
		print_line(p, "        report(%s)", v);
		break;
	default:
		print_line(p, "    %s.%s(%u)", v, word(n), n);
	}
}

static inline void print_def(
	struct program *p, const struct def *d, struct str path, uint32_t commit, bool exploded)
{
	char v[40];

	snprintf(v, sizeof v, "%s_%u", word(d->variable), d->variable);
	print_line(p, "%s", "");
	print_line(p, "async def work_%u(%s):", d->name, v);
	for (uint32_t i = 0; i < d->len; i++) {
		const struct stmt *s = &d->stmts[i];

		if (exploded && i % 3 == 2)
			print_line(p, "%s", "");
		if (s->id)
			*vec_push(&p->places[commit]) = (struct place){path, p->line, s->id};
		(s->id ? print_finding : print_filler)(p, s, v, exploded);
	}
}

/* Parents are numbers of commits + 1; 0: none. */
static inline uint32_t print_commit(struct program *p, uint32_t parent, uint32_t other)
{
	uint32_t commit = p->commits++;

	strbuf_addf(&p->stream, "commit refs/heads/main\nmark :%u\n", commit + 1);
	strbuf_addf(&p->stream, "committer C <c@example.com> %u +0000\n", 1500000000u + commit);
	strbuf_addf(&p->stream, "data 1\nx\n");
	if (parent)
		strbuf_addf(&p->stream, "from :%u\n", parent);
	if (other)
		strbuf_addf(&p->stream, "merge :%u\n", other);
	strbuf_addf(&p->stream, "deleteall\n");
	for (uint32_t i = 0; i < p->len; i++) {
		const struct file *f = &p->files[i];
		struct str path = arena_printf(&p->arena, "pkg/%s_%u.py", word(f->name), f->name);

		strbuf_clear(&p->text);
		p->line = 1;
		print_line(p, "import os");
		print_line(p, "import socket");
		print_line(p, "import time");
		for (uint32_t k = 0; k < f->len; k++)
			print_def(p, &f->defs[k], path, commit, f->exploded);
		strbuf_addf(
			&p->stream, "M 100644 inline %.*s\ndata %zu\n", STR_ARG(path), p->text.len);
		strbuf_add(&p->stream, strbuf_str(&p->text));
		strbuf_addc(&p->stream, '\n');
	}
	return commit + 1;
}

/* ---- edits: what happens to identity is plain from each ---- */

static inline struct stmt new_stmt(struct program *p, bool finding)
{
	return (struct stmt){.seed = ++p->next, .id = finding ? ++p->next_id : 0};
}

static inline void insert_stmt(struct program *p, struct def *d, bool finding)
{
	uint32_t at = pick(p, d->len + 1);

	if (d->len == MAX_STMTS)
		return;
	memmove(&d->stmts[at + 1], &d->stmts[at], (d->len - at) * sizeof *d->stmts);
	d->stmts[at] = new_stmt(p, finding);
	d->len++;
}

static inline void delete_stmt(struct program *p, struct def *d)
{
	uint32_t at = pick(p, d->len);

	if (d->len <= 3)
		return;
	memmove(&d->stmts[at], &d->stmts[at + 1], (d->len - at - 1) * sizeof *d->stmts);
	d->len--;
}

static inline void edit_argument(struct program *p, struct def *d)
{
	struct stmt *s = &d->stmts[pick(p, d->len)];

	s->variant += s->id != 0;
}

static inline void add_def(struct program *p, struct file *f)
{
	struct def *d;

	if (f->len == MAX_DEFS)
		return;
	d = &f->defs[f->len++];
	*d = (struct def){.name = ++p->next, .variable = p->next};
	for (uint32_t i = 0; i < FIRST_STMTS; i++)
		insert_stmt(p, d, i == 2 || i == 4);
}

static inline void take_def(struct file *f, uint32_t at)
{
	memmove(&f->defs[at], &f->defs[at + 1], (f->len - at - 1) * sizeof *f->defs);
	f->len--;
}

/* One of the team's files; NULL: it has none. */
static inline struct file *pick_file(struct program *p)
{
	struct file *f = &p->files[pick(p, p->len ? p->len : 1)];

	for (uint32_t i = 0; i < p->len; i++, f = f + 1 < p->files + p->len ? f + 1 : p->files)
		if (p->team == BOTH || f->team == p->team)
			return f;
	return NULL;
}

/* To another file, or another place in the same one. */
static inline void move_def(struct program *p, struct file *f, uint32_t at)
{
	struct file *to = pick_file(p);
	struct def moved = f->defs[at];

	if (to != f && to->len == MAX_DEFS)
		return;
	take_def(f, at);
	if (pick(p, 3) == 0)
		insert_stmt(p, &moved, false);
	at = pick(p, to->len + 1);
	memmove(&to->defs[at + 1], &to->defs[at], (to->len - at) * sizeof *to->defs);
	to->defs[at] = moved;
	to->len++;
}

static inline void copy_def(struct program *p, const struct def *d)
{
	struct file *to = pick_file(p);
	struct def *copy;

	if (to->len == MAX_DEFS)
		return;
	copy = &to->defs[to->len++];
	*copy = *d;
	copy->name = ++p->next;
	for (uint32_t i = 0; i < copy->len; i++)
		if (copy->stmts[i].id) {
			p->original_of[++p->next_id] = copy->stmts[i].id;
			copy->stmts[i].id = p->next_id;
		}
}

static inline void add_file(struct program *p)
{
	struct file *f;

	if (p->len == MAX_FILES)
		return;
	f = &p->files[p->len++];
	*f = (struct file){.name = ++p->next, .exploded = pick(p, 2)};
	f->team = p->team == BOTH ? pick(p, 2) : p->team;
	for (uint32_t i = 0; i < 3; i++)
		add_def(p, f);
}

/* Half of the functions go to a new module. */
static inline void split_file(struct program *p, struct file *f)
{
	struct file *to = &p->files[p->len];

	if (p->len == MAX_FILES || f->len < 2)
		return;
	*to = (struct file){.name = ++p->next, .exploded = f->exploded, .len = f->len / 2};
	to->team = f->team;
	f->len -= to->len;
	memcpy(to->defs, &f->defs[f->len], to->len * sizeof *to->defs);
	p->len++;
}

static inline void merge_files(struct program *p, struct file *into)
{
	struct file *from = &p->files[p->len - 1];

	if (from == into || into->len + from->len > MAX_DEFS || from->team != into->team)
		return;
	memcpy(&into->defs[into->len], from->defs, from->len * sizeof *from->defs);
	into->len += from->len;
	p->len--;
}

static inline void rename_file(struct program *p, struct file *f, struct def *d)
{
	f->name = ++p->next;
	if (pick(p, 2))
		insert_stmt(p, d, false);
}

static inline void edit(struct program *p)
{
	struct file *f = pick_file(p);
	uint32_t at;

	if (!f)
		return;
	if (!f->len) {
		add_def(p, f);
		return;
	}
	at = pick(p, f->len);
	switch (pick(p, 16)) {
	case 0:
		f->defs[at].variable = ++p->next;
		break;
	case 1:
		f->defs[at].name = ++p->next;
		break;
	case 2:
		f->exploded = !f->exploded;
		break;
	case 3:
	case 4:
		move_def(p, f, at);
		break;
	case 5:
		copy_def(p, &f->defs[at]);
		break;
	case 6:
		rename_file(p, f, &f->defs[at]);
		break;
	case 7:
		split_file(p, f);
		break;
	case 8:
		merge_files(p, f);
		break;
	case 9:
		add_file(p);
		break;
	case 10:
		add_def(p, f);
		break;
	case 11:
		take_def(f, at);
		break;
	case 12:
		insert_stmt(p, &f->defs[at], true);
		break;
	case 13:
		delete_stmt(p, &f->defs[at]);
		break;
	case 14:
		edit_argument(p, &f->defs[at]);
		break;
	default:
		insert_stmt(p, &f->defs[at], false);
	}
}

/* ---- branches ---- */

static inline void keep_team(struct program *p, unsigned team, struct file *out, uint32_t *len)
{
	for (uint32_t i = 0; i < p->len; i++)
		if (p->files[i].team == team)
			out[(*len)++] = p->files[i];
}

/* Both teams edit on branches of their own, then the branches are merged. */
static inline uint32_t branch_and_merge(struct program *p, uint32_t base)
{
	struct file *before = mem_zalloc(MAX_FILES, sizeof *before);
	struct file *merged = mem_zalloc(2 * MAX_FILES, sizeof *merged);
	uint32_t before_len = p->len, merged_len = 0, tips[2];

	memcpy(before, p->files, sizeof p->files);
	for (p->team = 0; p->team < 2; p->team++) {
		memcpy(p->files, before, sizeof p->files);
		p->len = before_len;
		tips[p->team] = base;
		for (uint32_t edits = 1 + pick(p, 2); edits; edits--) {
			edit(p);
			tips[p->team] = print_commit(p, tips[p->team], 0);
		}
		keep_team(p, p->team, merged, &merged_len);
	}
	if (merged_len <= MAX_FILES) {
		memcpy(p->files, merged, sizeof p->files);
		p->len = merged_len;
		base = print_commit(p, tips[0], tips[1]);
	} else { /* too large: the second branch goes on alone */
		base = tips[1];
	}
	free(before);
	free(merged);
	return base;
}

static inline void make_history(struct program *p, bool branches)
{
	uint32_t tip;

	p->team = BOTH;
	add_file(p);
	add_file(p);
	tip = print_commit(p, 0, 0);
	while (p->commits + 5 < COMMITS) {
		p->team = BOTH;
		if (branches && pick(p, 3) == 0) {
			tip = branch_and_merge(p, tip);
			continue;
		}
		edit(p);
		tip = print_commit(p, tip, 0);
	}
}

#endif
