/*
 * The history layer on random repositories: linear ones and graphs with merges of all kinds, edits
 * that move, add, mend, hide and suppress findings. Every history is checked by brute force
 * (lineage_check.h), and scanned in several ways that must say the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "gitrepo.h"
#include "lineage_check.h"

#define MAX_LINES   90
#define MAX_FILES   6
#define MAX_COMMITS 300
#define MAX_PARENTS 4

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* ---- what a tree holds ---- */

enum line_kind { LINE_DEF, LINE_FILLER, LINE_SLEEP, LINE_BREAK };

struct line {
	enum line_kind kind;
	uint32_t number;
	bool suppressed;
};

struct file {
	uint32_t name;
	uint32_t len;
	struct line lines[MAX_LINES];
};

struct tree {
	uint32_t len;
	struct file files[MAX_FILES];
};

struct node {
	uint32_t parents[MAX_PARENTS];
	uint32_t parent_count;
	bool has_child;
	struct tree tree;
	struct oid oid;
};

/* How histories are made. */
struct recipe {
	uint32_t commits;
	bool linear;
	bool identity; /* every finding has a number of its own, no file changes its name: what is
			* the same and what is not can be told from the text */
};

struct world {
	struct gitrepo g;
	struct repo *r;
	struct recipe recipe;
	uint32_t seed, next_number;
	uint32_t edits_before; /* in the commit that is being made */
	uint32_t len;
	struct node nodes[MAX_COMMITS];
};

static uint32_t pick(struct world *w, uint32_t below)
{
	return next_random(&w->seed) % below;
}

static uint32_t fresh_number(struct world *w)
{
	/* Few numbers make many equal texts. */
	return w->recipe.identity ? ++w->next_number : 1 + pick(w, 4);
}

/* ---- edits ---- */

static void insert_line(struct file *f, uint32_t at, struct line l)
{
	if (f->len == MAX_LINES)
		return;
	memmove(&f->lines[at + 1], &f->lines[at], (f->len - at) * sizeof *f->lines);
	f->lines[at] = l;
	f->len++;
}

static void delete_lines(struct file *f, uint32_t first, uint32_t last)
{
	memmove(&f->lines[first], &f->lines[last], (f->len - last) * sizeof *f->lines);
	f->len -= last - first;
}

static uint32_t end_of_def(const struct file *f, uint32_t at)
{
	for (at++; at < f->len && f->lines[at].kind != LINE_DEF;)
		at++;
	return at;
}

static void add_def(struct world *w, struct file *f)
{
	insert_line(f, f->len, (struct line){LINE_DEF, ++w->next_number, false});
	for (uint32_t n = 1 + pick(w, 4); n; n--)
		insert_line(f, f->len,
			(struct line){pick(w, 2) ? LINE_SLEEP : LINE_FILLER, fresh_number(w),
				pick(w, 8) == 0});
}

static void add_file(struct world *w, struct tree *t, uint32_t name)
{
	struct file *f = &t->files[t->len++];

	*f = (struct file){.name = name};
	for (uint32_t n = 1 + pick(w, 3); n; n--)
		add_def(w, f);
}

/* A function moves to the end of the file. */
static void move_def(struct file *f, uint32_t at)
{
	struct line moved[MAX_LINES];
	uint32_t end, n;

	while (at && f->lines[at].kind != LINE_DEF)
		at--;
	end = end_of_def(f, at);
	n = end - at;
	memcpy(moved, &f->lines[at], n * sizeof *moved);
	delete_lines(f, at, end);
	for (uint32_t i = 0; i < n; i++)
		insert_line(f, f->len, moved[i]);
}

static bool is_broken(const struct file *f)
{
	for (uint32_t i = 0; i < f->len; i++)
		if (f->lines[i].kind == LINE_BREAK)
			return true;
	return false;
}

/* A finding that nobody ever saw, and that two branches uncover, is introduced by both. */
static bool may_add(const struct world *w, const struct file *f)
{
	return !w->recipe.identity || !is_broken(f);
}

static void edit_line(struct world *w, struct file *f)
{
	uint32_t at = pick(w, f->len);
	struct line *l = &f->lines[at];

	switch (pick(w, 10)) {
	case 0:
	case 1:
		insert_line(f, at + 1, (struct line){LINE_FILLER, pick(w, 3), false});
		break;
	case 2:
	case 3:
		if (may_add(w, f))
			insert_line(f, at + 1, (struct line){LINE_SLEEP, fresh_number(w), false});
		break;
	case 4:
	case 5:
		if (l->kind != LINE_DEF)
			delete_lines(f, at, at + 1);
		break;
	case 6:
		l->suppressed = l->kind == LINE_SLEEP && !l->suppressed;
		break;
	case 7:
		if (!w->recipe.identity || w->edits_before == 0)
			insert_line(f, at + 1, (struct line){.kind = LINE_BREAK});
		break;
	case 8:
		if (!w->recipe.identity && l->kind == LINE_SLEEP)
			l->number = fresh_number(w);
		break;
	default:
		if (!w->recipe.identity)
			move_def(f, at);
	}
}

static void mend(struct file *f)
{
	for (uint32_t i = 0; i < f->len;)
		if (f->lines[i].kind == LINE_BREAK)
			delete_lines(f, i, i + 1);
		else
			i++;
}

static bool has_name(const struct tree *t, uint32_t name)
{
	for (uint32_t i = 0; i < t->len; i++)
		if (t->files[i].name == name)
			return true;
	return false;
}

static void edit_file(struct world *w, struct tree *t, uint32_t i)
{
	uint32_t name = pick(w, MAX_FILES);
	struct file *f = &t->files[i];

	if (has_name(t, name) || (w->recipe.identity && pick(w, 2)))
		return;
	switch (w->recipe.identity ? 3 : pick(w, 4)) {
	case 0:
		f->name = name;
		break;
	case 1:
		t->files[t->len] = *f;
		t->files[t->len++].name = name;
		break;
	case 2:
		*f = t->files[--t->len];
		break;
	default:
		add_file(w, t, name);
	}
}

static void edit(struct world *w, struct tree *t)
{
	uint32_t i;

	if (!t->len) {
		add_file(w, t, pick(w, MAX_FILES));
		return;
	}
	i = pick(w, t->len);
	switch (pick(w, 12)) {
	case 0:
		edit_file(w, t, i);
		return;
	case 1:
		if (may_add(w, &t->files[i]))
			add_def(w, &t->files[i]);
		return;
	case 2: {
		uint32_t end = end_of_def(&t->files[i], 0);

		if (end < t->files[i].len)
			delete_lines(&t->files[i], 0, end);
		return;
	}
	case 3:
	case 4:
		mend(&t->files[i]);
		return;
	default:
		edit_line(w, &t->files[i]);
	}
}

/* ---- commits ---- */

static void add_parent(struct world *w, struct node *n, uint32_t parent)
{
	for (uint32_t i = 0; i < n->parent_count; i++)
		if (n->parents[i] == parent)
			return;
	n->parents[n->parent_count++] = parent;
	w->nodes[parent].has_child = true;
}

static void choose_parents(struct world *w, struct node *n)
{
	uint32_t wish = 1, dice = pick(w, 100);

	if (!w->len || (!w->recipe.linear && dice >= 97))
		return;
	if (w->recipe.linear) {
		add_parent(w, n, w->len - 1);
		return;
	}
	if (dice < 28)
		wish = dice < 3 ? 4 : dice < 7 ? 3 : 2;
	for (uint32_t i = 0; i < wish; i++) {
		uint32_t back = 1 + pick(w, 8);

		add_parent(w, n, w->len > back ? w->len - back : 0);
	}
}

static const struct file *file_of(const struct tree *t, uint32_t name)
{
	for (uint32_t i = 0; i < t->len; i++)
		if (t->files[i].name == name)
			return &t->files[i];
	return NULL;
}

/* Each file as one of the parents has it, or has it not. */
static void merge_trees(struct world *w, struct node *n)
{
	for (uint32_t name = 0; name < MAX_FILES; name++) {
		uint32_t p = n->parents[pick(w, n->parent_count)];
		const struct file *f = file_of(&w->nodes[p].tree, name);

		if (f)
			n->tree.files[n->tree.len++] = *f;
	}
}

static void make_history(struct world *w)
{
	while (w->len < w->recipe.commits) {
		struct node *n = &w->nodes[w->len];
		uint32_t edits = 1 + pick(w, 3);

		choose_parents(w, n);
		if (n->parent_count == 1)
			n->tree = w->nodes[n->parents[0]].tree;
		else if (n->parent_count)
			merge_trees(w, n);
		if (n->parent_count > 1 && pick(w, 3))
			edits = 0;
		for (w->edits_before = 0; w->edits_before < edits; w->edits_before++)
			edit(w, &n->tree);
		w->len++;
	}
}

/* ---- into git ---- */

static void print_file(const struct file *f, struct strbuf *out)
{
	static const char *const marks[] = {"", "  # lapse: ignore[blocking-sleep]"};

	strbuf_addz(out, "import time\n");
	for (uint32_t i = 0; i < f->len; i++) {
		const struct line *l = &f->lines[i];

		if (l->kind == LINE_DEF)
			strbuf_addf(out, "\n\nasync def f%u():\n    x = 0\n", l->number);
		else if (l->kind == LINE_SLEEP)
			strbuf_addf(out, "    time.sleep(%u)%s\n", l->number, marks[l->suppressed]);
		else if (l->kind == LINE_BREAK)
			strbuf_addz(out, "    y = (1 +\n");
		else
			strbuf_addf(out, "    x = %u\n", l->number);
	}
}

static void print_commit(struct world *w, uint32_t i, struct strbuf *out)
{
	const struct node *n = &w->nodes[i];
	struct strbuf text = {0};

	/* Dates say nothing about the order. */
	strbuf_addf(out, "commit refs/heads/c%u\nmark :%u\ncommitter C <c@example.com> %u +0000\n",
		i, i + 1, 1500000000u + pick(w, 1000000));
	strbuf_addf(out, "data <<END\ncommit %u\nEND\n", i);
	for (uint32_t p = 0; p < n->parent_count; p++)
		strbuf_addf(out, "%s :%u\n", p ? "merge" : "from", n->parents[p] + 1);
	strbuf_addz(out, "deleteall\n");
	for (uint32_t k = 0; k < n->tree.len; k++) {
		strbuf_clear(&text);
		print_file(&n->tree.files[k], &text);
		strbuf_addf(out, "M 100644 inline d%u/file%u.py\ndata %zu\n",
			n->tree.files[k].name % 2, n->tree.files[k].name, text.len);
		strbuf_add(out, strbuf_str(&text));
		strbuf_addc(out, '\n');
	}
	strbuf_release(&text);
}

static void read_marks(struct world *w)
{
	struct strbuf out = {0};
	struct str rest, line;

	gitrepo_ask(&w->g, &out, "cat marks");
	rest = strbuf_str(&out);
	while (str_next(&rest, '\n', &line)) {
		uint32_t mark = (uint32_t)strtoul(line.ptr + 1, NULL, 10);

		assert_true(mark >= 1 && mark <= w->len);
		assert_true(oid_parse(
			&w->nodes[mark - 1].oid, str_drop(line, (size_t)str_find(line, ' ') + 1)));
	}
	strbuf_release(&out);
}

static struct world *world_new(uint32_t seed, struct recipe recipe)
{
	struct world *w = mem_zalloc(1, sizeof *w);
	struct strbuf stream = {0};
	char path[600];

	w->seed = seed;
	w->recipe = recipe;
	make_history(w);
	for (uint32_t i = 0; i < w->len; i++)
		print_commit(w, i, &stream);
	gitrepo_new(&w->g);
	gitrepo_run(&w->g, "git init -q --bare repo");
	gitrepo_feed(&w->g, "git -C repo fast-import --quiet --export-marks=../marks",
		strbuf_str(&stream));
	strbuf_release(&stream);
	read_marks(w);
	gitrepo_path(&w->g, "repo", path, sizeof path);
	assert_int_equal(repo_open(&w->r, path, NULL), 0);
	return w;
}

static void world_free(struct world *w)
{
	repo_close(w->r);
	gitrepo_remove(&w->g);
	free(w);
}

/* ---- scanning ---- */

static int scan_refs(struct world *w, struct memstore *m, const struct repo_ref *refs,
	uint32_t count, uint32_t jobs, struct err *e)
{
	struct scan_store store = memstore_interface(m);
	struct scan_options options = {
		.refs = refs, .ref_count = count, .jobs = jobs, .max_file_bytes = 1 << 20};
	struct scan_summary sum;

	return scan_run(w->r, &store, &options, NULL, NULL, &sum, e);
}

static void scan_ok(struct world *w, struct memstore *m, const struct repo_ref *refs,
	uint32_t count, uint32_t jobs)
{
	struct err e = {0};

	if (scan_refs(w, m, refs, count, jobs, &e) < 0)
		fail_msg("%s", e.message);
}

/* All commits without children; the last made is the default. */
static uint32_t list_tips(struct world *w, struct arena *a, struct repo_ref **out)
{
	uint32_t n = 0;

	*out = ARENA_ARRAY(a, w->len, struct repo_ref);
	for (uint32_t i = w->len; i-- > 0;)
		if (!w->nodes[i].has_child)
			(*out)[n++] = (struct repo_ref){
				arena_printf(a, "refs/heads/c%u", i), w->nodes[i].oid};
	return n;
}

static void expect_same(const struct memstore *a, const struct memstore *b, bool with_refs)
{
	struct strbuf x = {0}, y = {0};
	struct str p, q, line, other;

	memstore_dump(a, with_refs, &x);
	memstore_dump(b, with_refs, &y);
	p = strbuf_str(&x);
	q = strbuf_str(&y);
	while (str_next(&p, '\n', &line)) {
		if (!str_next(&q, '\n', &other))
			other = STR("(nothing)");
		if (!str_eq(line, other))
			fail_msg("\n%.*s\n%.*s", STR_ARG(line), STR_ARG(other));
	}
	assert_int_equal(q.len, 0);
	strbuf_release(&x);
	strbuf_release(&y);
}

/* ---- identity ---- */

struct names {
	const struct memstore *m;
	lineage_id *lineage_of; /* by number */
	uint32_t *number_of;    /* by lineage */
};

static uint32_t number_in(struct str snippet)
{
	return (uint32_t)strtoul(snippet.ptr + STR("time.sleep(").len, NULL, 10);
}

/* One number is one lineage, in all commits of all branches, seen or hidden. */
static void check_names(struct check *c, const struct tree_state *s, void *arg)
{
	struct names *names = arg;

	for (size_t i = 0; i < s->standing.len; i++) {
		const struct standing *st = &s->standing.items[i];
		const struct blob_record *b = memstore_blob(c->m, &st->sighting.blob);
		uint32_t number = number_in(b->findings[st->sighting.index].snippet);
		lineage_id id = check_root(c, st->lineage);

		CHECK(c, number > 0);
		if (!names->lineage_of[number])
			names->lineage_of[number] = id;
		if (!names->number_of[id])
			names->number_of[id] = number;
		CHECK(c, names->lineage_of[number] == id);
		CHECK(c, names->number_of[id] == number);
	}
}

/* ---- tests ---- */

static void check_world(uint32_t seed, struct recipe recipe)
{
	struct world *w = world_new(seed, recipe);
	struct memstore m = {0};
	struct arena a = {0};
	struct repo_ref *refs;
	uint32_t count = list_tips(w, &a, &refs);
	struct names names = {.m = &m};

	scan_ok(w, &m, refs, count, 2);
	assert_int_equal(m.commits.len, w->len);
	names.lineage_of = mem_zalloc(w->next_number + 1, sizeof *names.lineage_of);
	names.number_of = mem_zalloc(m.lineages.len + 1, sizeof *names.number_of);
	check_history(&m, w->r, recipe.identity ? check_names : NULL, &names);
	free(names.lineage_of);
	free(names.number_of);
	memstore_release(&m);
	arena_release(&a);
	world_free(w);
}

#define SEEDS 12

static void linear_histories_add_up(void **unused)
{
	(void)unused;
	for (uint32_t seed = 1; seed <= SEEDS; seed++)
		check_world(seed, (struct recipe){.commits = 60, .linear = true});
}

static void graphs_add_up(void **unused)
{
	(void)unused;
	for (uint32_t seed = 100; seed < 100 + 2 * SEEDS; seed++)
		check_world(seed, (struct recipe){.commits = 60});
}

static void distinct_findings_keep_their_lineage(void **unused)
{
	(void)unused;
	for (uint32_t seed = 200; seed < 200 + SEEDS; seed++) {
		check_world(seed, (struct recipe){.commits = 60, .linear = true, .identity = true});
		check_world(seed + 100, (struct recipe){.commits = 60, .identity = true});
	}
}

/* Refs in random order, then every commit alone in a random order, then all at once again. */
static void scan_piecemeal(struct world *w, struct memstore *m, uint32_t seed)
{
	for (uint32_t i = 0; i < w->len; i++) {
		uint32_t k = seed ? next_random(&seed) % w->len : i;
		struct repo_ref ref = {STR("refs/heads/x"), w->nodes[k].oid};

		if (!seed || i < 6)
			scan_ok(w, m, &ref, 1, 1);
	}
}

static void any_order_of_scans_says_the_same(void **unused)
{
	(void)unused;
	for (uint32_t seed = 500; seed < 500 + SEEDS; seed++) {
		struct world *w = world_new(seed, (struct recipe){.commits = 40});
		struct memstore once = {0};
		struct arena a = {0};
		struct repo_ref *refs;
		uint32_t count = list_tips(w, &a, &refs);

		scan_ok(w, &once, refs, count, 1);
		for (uint32_t way = 0; way < 3; way++) {
			struct memstore m = {0};

			scan_piecemeal(w, &m, way * seed); /* way 0: one commit after the other */
			scan_ok(w, &m, refs, count, way ? 4 : 1);
			expect_same(&once, &m, true);
			check_history(&m, w->r, NULL, NULL);
			memstore_release(&m);
		}
		memstore_release(&once);
		arena_release(&a);
		world_free(w);
	}
}

static void order_of_refs_and_jobs_do_not_matter(void **unused)
{
	struct world *w = world_new(77, (struct recipe){.commits = 80});
	struct memstore one = {0}, two = {0};
	struct arena a = {0};
	struct repo_ref *refs;
	uint32_t count = list_tips(w, &a, &refs);

	(void)unused;
	assert_true(count > 2);
	scan_ok(w, &one, refs, count, 1);
	for (uint32_t i = 0, j = count - 1; i < j; i++, j--) {
		struct repo_ref swap = refs[i];

		refs[i] = refs[j];
		refs[j] = swap;
	}
	scan_ok(w, &two, refs, count, 4);
	expect_same(&one, &two, true);
	memstore_release(&one);
	memstore_release(&two);
	arena_release(&a);
	world_free(w);
}

struct stopping {
	atomic_bool stop;
};

static void stop_now(void *arg, const struct scan_progress *p)
{
	struct stopping *s = arg;

	if (p->commits_done)
		atomic_store(&s->stop, true);
}

static void a_stopped_scan_goes_on(void **unused)
{
	struct world *w = world_new(78, (struct recipe){.commits = MAX_COMMITS});
	struct memstore whole = {0}, parts = {0};
	struct arena a = {0};
	struct repo_ref *refs;
	uint32_t count = list_tips(w, &a, &refs), stops = 0;
	int rc;

	(void)unused;
	scan_ok(w, &whole, refs, count, 2);
	do {
		struct stopping stopping = {0};
		struct scan_store store = memstore_interface(&parts);
		struct scan_options options = {.refs = refs,
			.ref_count = count,
			.jobs = 2,
			.max_file_bytes = 1 << 20,
			.stop = &stopping.stop};
		struct scan_summary sum;
		struct err e = {0};

		rc = scan_run(w->r, &store, &options, stop_now, &stopping, &sum, &e);
		stops += rc == ERR_INTERRUPTED;
	} while (rc == ERR_INTERRUPTED);
	assert_int_equal(rc, 0);
	assert_true(stops > 0);
	expect_same(&whole, &parts, true);
	memstore_release(&whole);
	memstore_release(&parts);
	arena_release(&a);
	world_free(w);
}

/* Whatever call of the store fails: its message comes out, and a later scan makes up for it. */
static void every_failure_of_the_store_surfaces(void **unused)
{
	struct world *w = world_new(79, (struct recipe){.commits = 25});
	struct memstore whole = {0};
	struct arena a = {0};
	struct repo_ref *refs, half = {STR("refs/heads/x"), w->nodes[w->len / 2].oid};
	uint32_t count = list_tips(w, &a, &refs);
	int rc = -1;

	(void)unused;
	scan_ok(w, &whole, refs, count, 1);
	for (uint32_t n = 1; rc < 0; n++) {
		struct memstore m = {0};
		struct err e = {0};

		scan_ok(w, &m, &half, 1, 1);
		m.calls = 0;
		m.fail_at = n;
		rc = scan_refs(w, &m, refs, count, 1, &e);
		if (rc < 0) {
			assert_int_equal(rc, ERR_LOCKED);
			assert_string_equal(e.message, MEMSTORE_SAYS_NO);
			m.fail_at = 0;
			memstore_rollback(&m);
			scan_ok(w, &m, refs, count, 1);
		}
		expect_same(&whole, &m, true);
		memstore_release(&m);
	}
	memstore_release(&whole);
	arena_release(&a);
	world_free(w);
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
		cmocka_unit_test(linear_histories_add_up),
		cmocka_unit_test(graphs_add_up),
		cmocka_unit_test(distinct_findings_keep_their_lineage),
		cmocka_unit_test(any_order_of_scans_says_the_same),
		cmocka_unit_test(order_of_refs_and_jobs_do_not_matter),
		cmocka_unit_test(a_stopped_scan_goes_on),
		cmocka_unit_test(every_failure_of_the_store_surfaces),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
