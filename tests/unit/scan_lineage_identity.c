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

#include "edit_program.h"
#include "gitrepo.h"
#include "lineage_check.h"

#define SEEDS 9

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
