/*
 * Identity through edits: random histories of Python files in which it is known which finding is
 * which, whatever was renamed, moved, reformatted, copied or edited, also on two branches that are
 * merged. The tracker must find exactly that, and everything that must hold of any history
 * (lineage_check.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "gitrepo.h"
#include "lineage_check.h"

#define MAX_STMTS   14
#define MAX_DEFS    8
#define MAX_FILES   6
#define MAX_PLACES  (MAX_FILES * MAX_DEFS * MAX_STMTS)
#define MAX_IDS     2000
#define COMMITS     40
#define SEEDS       9
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

static uint32_t pick(struct program *p, uint32_t below)
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

static void print_line(struct program *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void print_line(struct program *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&p->text, fmt, ap);
	va_end(ap);
	strbuf_addc(&p->text, '\n');
	p->line++;
}

static void print_finding(struct program *p, const struct stmt *s, const char *v, bool exploded)
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

static void print_filler(struct program *p, const struct stmt *s, const char *v, bool exploded)
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

static void print_def(
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
static uint32_t print_commit(struct program *p, uint32_t parent, uint32_t other)
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

static struct stmt new_stmt(struct program *p, bool finding)
{
	return (struct stmt){.seed = ++p->next, .id = finding ? ++p->next_id : 0};
}

static void insert_stmt(struct program *p, struct def *d, bool finding)
{
	uint32_t at = pick(p, d->len + 1);

	if (d->len == MAX_STMTS)
		return;
	memmove(&d->stmts[at + 1], &d->stmts[at], (d->len - at) * sizeof *d->stmts);
	d->stmts[at] = new_stmt(p, finding);
	d->len++;
}

static void delete_stmt(struct program *p, struct def *d)
{
	uint32_t at = pick(p, d->len);

	if (d->len <= 3)
		return;
	memmove(&d->stmts[at], &d->stmts[at + 1], (d->len - at - 1) * sizeof *d->stmts);
	d->len--;
}

static void edit_argument(struct program *p, struct def *d)
{
	struct stmt *s = &d->stmts[pick(p, d->len)];

	s->variant += s->id != 0;
}

static void add_def(struct program *p, struct file *f)
{
	struct def *d;

	if (f->len == MAX_DEFS)
		return;
	d = &f->defs[f->len++];
	*d = (struct def){.name = ++p->next, .variable = p->next};
	for (uint32_t i = 0; i < FIRST_STMTS; i++)
		insert_stmt(p, d, i == 2 || i == 4);
}

static void take_def(struct file *f, uint32_t at)
{
	memmove(&f->defs[at], &f->defs[at + 1], (f->len - at - 1) * sizeof *f->defs);
	f->len--;
}

/* One of the team's files; NULL: it has none. */
static struct file *pick_file(struct program *p)
{
	struct file *f = &p->files[pick(p, p->len ? p->len : 1)];

	for (uint32_t i = 0; i < p->len; i++, f = f + 1 < p->files + p->len ? f + 1 : p->files)
		if (p->team == BOTH || f->team == p->team)
			return f;
	return NULL;
}

/* To another file, or another place in the same one. */
static void move_def(struct program *p, struct file *f, uint32_t at)
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

static void copy_def(struct program *p, const struct def *d)
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

static void add_file(struct program *p)
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
static void split_file(struct program *p, struct file *f)
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

static void merge_files(struct program *p, struct file *into)
{
	struct file *from = &p->files[p->len - 1];

	if (from == into || into->len + from->len > MAX_DEFS || from->team != into->team)
		return;
	memcpy(&into->defs[into->len], from->defs, from->len * sizeof *from->defs);
	into->len += from->len;
	p->len--;
}

static void rename_file(struct program *p, struct file *f, struct def *d)
{
	f->name = ++p->next;
	if (pick(p, 2))
		insert_stmt(p, d, false);
}

static void edit(struct program *p)
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
		move_def(p, f, at);
		break;
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

static void keep_team(struct program *p, unsigned team, struct file *out, uint32_t *len)
{
	for (uint32_t i = 0; i < p->len; i++)
		if (p->files[i].team == team)
			out[(*len)++] = p->files[i];
}

/* Both teams edit on branches of their own, then the branches are merged. */
static uint32_t branch_and_merge(struct program *p, uint32_t base)
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

static void make_history(struct program *p, bool branches)
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

/* ---- what was found ---- */

struct names {
	struct program *program;
	lineage_id lineage_of[MAX_IDS]; /* by id */
	uint32_t *id_of;                /* by lineage */
};

static uint32_t id_at(const struct program *p, size_t commit, struct str path, uint32_t line)
{
	for (size_t i = 0; i < p->places[commit].len; i++) {
		const struct place *at = &p->places[commit].items[i];

		if (at->line == line && str_eq(at->path, path))
			return at->id;
	}
	return 0;
}

static void check_identity(struct check *c, const struct tree_state *s, void *arg)
{
	struct names *names = arg;
	size_t commit = 0;

	while (!oid_eq(&names->program->oids[commit], &c->at->oid))
		commit++;
	CHECK(c, s->standing.len == names->program->places[commit].len);
	for (size_t i = 0; i < s->standing.len; i++) {
		const struct standing *st = &s->standing.items[i];
		const struct blob_record *b = memstore_blob(c->m, &st->sighting.blob);
		uint32_t line = b->findings[st->sighting.index].line;
		uint32_t id = id_at(names->program, commit, st->path, line);
		lineage_id lineage = check_root(c, st->lineage);

		CHECK(c, id > 0 && !st->sighting.carried);
		if (!names->lineage_of[id])
			names->lineage_of[id] = lineage;
		if (!names->id_of[lineage])
			names->id_of[lineage] = id;
		if (names->lineage_of[id] != lineage || names->id_of[lineage] != id)
			print_error("commit %zu, %.*s:%u\n", commit, STR_ARG(st->path), line);
		CHECK(c, names->lineage_of[id] == lineage && names->id_of[lineage] == id);
	}
}

static uint32_t first_original(const struct program *p, uint32_t id)
{
	while (p->original_of[id])
		id = p->original_of[id];
	return id;
}

/* Of several that are equal any may be named: the first of them is the same. */
static void check_copies(const struct names *names, const struct memstore *m)
{
	const struct program *p = names->program;

	for (size_t i = 0; i < m->lineages.len; i++) {
		const struct lineage_record *l = &m->lineages.items[i];
		uint32_t id = names->id_of[l->id];

		assert_int_equal(l->copied_from != 0, p->original_of[id] != 0);
		if (l->copied_from)
			assert_int_equal(first_original(p, names->id_of[l->copied_from]),
				first_original(p, id));
	}
}

static void read_marks(struct program *p, struct gitrepo *g)
{
	struct strbuf out = {0};
	struct str rest, line;

	gitrepo_ask(g, &out, "cat marks");
	rest = strbuf_str(&out);
	while (str_next(&rest, '\n', &line)) {
		unsigned long mark = strtoul(line.ptr + 1, NULL, 10);

		assert_true(mark >= 1 && mark <= COMMITS);
		assert_true(oid_parse(
			&p->oids[mark - 1], str_drop(line, (size_t)str_find(line, ' ') + 1)));
	}
	strbuf_release(&out);
}

static void scan_program(struct program *p, struct gitrepo *g, struct memstore *m, struct repo **r)
{
	struct scan_store store = memstore_interface(m);
	struct repo_ref ref = {.name = STR("refs/heads/main")};
	struct scan_options options = {
		.refs = &ref, .ref_count = 1, .jobs = 2, .max_file_bytes = 1 << 20};
	struct scan_summary sum;
	struct err e = {0};
	char path[600];

	gitrepo_new(g);
	gitrepo_run(g, "git init -q --bare repo");
	gitrepo_feed(g, "git -C repo fast-import --quiet --export-marks=../marks",
		strbuf_str(&p->stream));
	read_marks(p, g);
	ref.commit = gitrepo_oid(g, "git -C repo rev-parse main");
	gitrepo_path(g, "repo", path, sizeof path);
	assert_int_equal(repo_open(r, path, NULL), 0);
	if (scan_run(*r, &store, &options, NULL, NULL, &sum, &e) < 0)
		fail_msg("%s", e.message);
}

static void check_program(uint32_t seed, bool branches)
{
	struct program *p = mem_zalloc(1, sizeof *p);
	struct names names = {.program = p};
	struct memstore m = {0};
	struct gitrepo g;
	struct repo *r;

	p->seed = seed;
	make_history(p, branches);
	assert_true(p->next_id < MAX_IDS);
	scan_program(p, &g, &m, &r);
	names.id_of = mem_zalloc(m.lineages.len + 1, sizeof *names.id_of);
	check_history(&m, r, check_identity, &names);
	check_copies(&names, &m);
	free(names.id_of);
	repo_close(r);
	gitrepo_remove(&g);
	memstore_release(&m);
	for (uint32_t i = 0; i < COMMITS; i++)
		vec_release(&p->places[i]);
	strbuf_release(&p->stream);
	strbuf_release(&p->text);
	arena_release(&p->arena);
	free(p);
}

static void known_identity_is_found(void **unused)
{
	(void)unused;
	for (uint32_t seed = 1; seed <= SEEDS; seed++)
		check_program(seed, false);
}

static void known_identity_is_found_through_merges(void **unused)
{
	(void)unused;
	for (uint32_t seed = 101; seed <= 100 + SEEDS; seed++)
		check_program(seed, true);
}

/* A package of many modules gets another name, and each module another import. */
static void print_package(struct strbuf *out, int commit, uint32_t modules)
{
	strbuf_addf(out, "commit refs/heads/main\nmark :%d\n", commit);
	strbuf_addf(out, "committer C <c@example.com> %d +0000\ndata 1\nx\ndeleteall\n",
		1500000000 + commit);
	for (uint32_t i = 0; i < modules; i++) {
		struct strbuf text = {0};

		strbuf_addf(&text, "import time\nfrom pkg%d import base\n", commit);
		for (uint32_t k = 0; k < 4; k++)
			strbuf_addf(&text,
				"\n\nasync def work_%u(%s):\n    %s.%s = load(%u)\n"
				"    time.sleep(%s.%s)\n",
				k, word(i), word(i), word(k), i * 10 + k, word(i), word(k));
		strbuf_addf(out, "M 100644 inline pkg%d/d%u/m%u.py\ndata %zu\n%s\n", commit, i % 9,
			i, text.len, text.ptr);
		strbuf_release(&text);
	}
}

static void many_files_move_at_once(void **unused)
{
	enum { MODULES = 800 };
	struct program *p = mem_zalloc(1, sizeof *p);
	struct memstore m = {0};
	struct gitrepo g;
	struct repo *r;

	(void)unused;
	print_package(&p->stream, 1, MODULES);
	print_package(&p->stream, 2, MODULES);
	scan_program(p, &g, &m, &r);
	assert_int_equal(m.commits.len, 2);
	assert_int_equal(m.commits.items[0].history.event_count, 4 * MODULES);
	assert_int_equal(m.commits.items[1].history.event_count, 0);
	repo_close(r);
	gitrepo_remove(&g);
	memstore_release(&m);
	strbuf_release(&p->stream);
	free(p);
}

static int setup(void **state)
{
	return gitrepo_setup(state) || repo_library_init(NULL) < 0;
}

static int teardown(void **state)
{
	repo_library_release();
	return gitrepo_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_identity_is_found),
		cmocka_unit_test(known_identity_is_found_through_merges),
		cmocka_unit_test(many_files_move_at_once),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
