/*
 * What the tracker makes of pairs of versions, against labels by hand (the .case files in
 * tests/match; their format: match_case.h). Each case is two commits of one repository, scanned as
 * any other.
 *
 * What is known to be matched wrongly stands in tests/match/known.txt; the test fails on anything
 * else, and says FIXED when such a pair is right. `--update` rewrites that list
 * (read the difference!); other arguments select cases by prefix.
 */
#include <glob.h>

#include "match_labels.h"

#include "lineage_check.h"

#define KNOWN_LIST    "tests/match/known.txt"
#define MIN_PRECISION 0.98
#define MIN_RECALL    0.97
#define MAX_STALE     0.03
#define STEP_COUNT    (STEP_CARRIED + 1)
#define MAX_KINDS     64
#define NO_PARTNER    SIZE_MAX

struct score {
	uint32_t made, right, expected;
};

struct kind_score {
	struct str kind;
	struct score score;
	uint32_t cases;
};

struct labels {
	struct case_world world;
	struct strbuf known, misses; /* lines "case tag" */
	struct score steps[STEP_COUNT];
	struct score all, hard; /* hard: the line is not the same on both sides */
	struct kind_score kinds[MAX_KINDS];
	size_t kind_count;
	bool update, some_cases; /* some: picked by arguments */
};

/* ---- links against labels ---- */

static bool is_doubtful(const struct seen *s)
{
	return !s->label || str_is(s->label->tag, "?");
}

/* Formatters change many lines, and nothing: they would hide what the others say. */
static bool is_formatting(const struct match_case *c)
{
	return str_starts(c->kind, "format");
}

static size_t expected_partner(const seen_list *old, const struct seen *s)
{
	for (size_t i = 0; i < old->len; i++) {
		const struct seen *o = &old->items[i];

		if (o->label && o->rule == s->rule && o->nth == s->nth &&
			str_eq(o->label->tag, s->label->tag))
			return i;
	}
	return NO_PARTNER;
}

static size_t partner_found(const seen_list *old, const struct seen *s)
{
	for (size_t i = 0; i < old->len; i++)
		if (old->items[i].lineage == s->lineage)
			return i;
	return NO_PARTNER;
}

static void add_score(struct score *s, bool made, bool expected, bool right)
{
	s->made += made;
	s->expected += expected;
	s->right += made && right;
}

static bool names_copy(const struct labels *l, const seen_list *old, const struct seen *s)
{
	lineage_id from = l->world.m.lineages.items[s->lineage - 1].copied_from;

	if (!s->label->copy_of.len)
		return true;
	for (size_t i = 0; i < old->len; i++)
		if (old->items[i].lineage == from)
			return old->items[i].label &&
				str_eq(old->items[i].label->tag, s->label->copy_of);
	return false;
}

static struct kind_score *kind_of(struct labels *l, struct str kind)
{
	for (size_t i = 0; i < l->kind_count; i++)
		if (str_eq(l->kinds[i].kind, kind))
			return &l->kinds[i];
	assert_true(l->kind_count < MAX_KINDS);
	l->kinds[l->kind_count].kind = kind;
	return &l->kinds[l->kind_count++];
}

static void note_miss(
	struct labels *l, const struct match_case *c, struct str tag, const char *more)
{
	struct strbuf line = {0};

	strbuf_addf(&line, "%.*s %.*s%s\n", STR_ARG(c->name), STR_ARG(tag), more);
	if (!l->misses.len || !strstr(l->misses.ptr, line.ptr))
		strbuf_add(&l->misses, strbuf_str(&line));
	strbuf_release(&line);
}

static void score_finding(
	struct labels *l, const struct match_case *c, const seen_list *old, const struct seen *s)
{
	size_t expected = expected_partner(old, s), found = partner_found(old, s);
	bool made = found != NO_PARTNER, wanted = expected != NO_PARTNER;
	bool right = found == expected;

	if (made && is_doubtful(&old->items[found]))
		return;
	if (made)
		add_score(&l->steps[s->step], true, wanted, right);
	add_score(&kind_of(l, c->kind)->score, made, wanted, right);
	if (!is_formatting(c)) {
		add_score(&l->all, made, wanted, right);
		if (!right || !s->label->common)
			add_score(&l->hard, made, wanted, right);
	}
	if (!right)
		note_miss(l, c, s->label->tag, "");
	else if (!made && !names_copy(l, old, s))
		note_miss(l, c, s->label->tag, "<");
}

/* ---- known misses ---- */

static bool has_line(const struct strbuf *text, struct str line)
{
	struct str rest = strbuf_str(text), other;

	while (str_next(&rest, '\n', &other))
		if (str_eq(other, line))
			return true;
	return false;
}

/* Lines of `a` that belong to the case and are not in `b`, each said with `words`. */
static uint32_t tell_missing(const struct match_case *c, const struct strbuf *a,
	const struct strbuf *b, const char *words)
{
	struct str rest = strbuf_str(a), line;
	uint32_t count = 0;

	while (str_next(&rest, '\n', &line)) {
		if (str_find(line, ' ') != (ptrdiff_t)c->name.len ||
			memcmp(line.ptr, c->name.ptr, c->name.len) != 0 || has_line(b, line))
			continue;
		print_error("%s: %s: %.*s\n", c->path, words, STR_ARG(line));
		count++;
	}
	return count;
}

/* Every line is about a case that is there. */
static void check_known_list(const struct labels *l)
{
	struct str rest = strbuf_str(&l->known), line, name;

	while (str_next(&rest, '\n', &line)) {
		bool there = false;

		str_next(&line, ' ', &name);
		for (size_t i = 0; i < l->world.cases.len; i++)
			there = there || str_eq(l->world.cases.items[i].name, name);
		if (!there)
			fail_msg(KNOWN_LIST ": no such case: %.*s", STR_ARG(name));
	}
}

static void read_known(struct labels *l)
{
	FILE *f = fopen(KNOWN_LIST, "rb");
	char part[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		strbuf_add(&l->known, str_slice(part, n));
	fclose(f);
	if (!l->some_cases)
		check_known_list(l);
}

/* ---- the tests ---- */

struct case_test {
	struct labels *labels;
	size_t index;
	const char *path;
};

static void check_events(const struct labels *l, const struct match_case *c)
{
	if (is_formatting(c))
		assert_int_equal(case_history(&l->world, &c->commits[NEW])->event_count, 0);
}

static void score_case(struct labels *l, struct match_case *c)
{
	seen_list seen[2] = {{0}, {0}};

	for (int side = OLD; side <= NEW; side++) {
		world_see(&l->world, c, side, &seen[side]);
		note_unmet(&l->world, c, side);
	}
	note_unlabelled(&l->world, c, seen);
	kind_of(l, c->kind)->cases++;
	for (size_t i = 0; i < seen[NEW].len; i++)
		if (!is_doubtful(&seen[NEW].items[i]))
			score_finding(l, c, &seen[OLD], &seen[NEW].items[i]);
	vec_release(&seen[OLD]);
	vec_release(&seen[NEW]);
}

static void is_matched_as_labelled(void **state)
{
	const struct case_test *t = *state;
	struct match_case *c = &t->labels->world.cases.items[t->index];
	uint32_t faults;

	score_case(t->labels, c);
	if (t->labels->update)
		return;
	faults = tell_missing(c, &t->labels->misses, &t->labels->known, "matched wrongly");
	faults += tell_missing(
		c, &t->labels->known, &t->labels->misses, "FIXED, take it off " KNOWN_LIST);
	assert_int_equal(faults, 0);
	check_events(t->labels, c);
}

static double share(uint32_t part, uint32_t whole)
{
	return whole ? (double)part / (double)whole : 1.0;
}

static void print_score(struct str name, const struct score *s)
{
	print_message("# %-26.*s links %5u, right %5.1f %%; expected %5u, found %5.1f %%\n",
		STR_ARG(name), s->made, 100 * share(s->right, s->made), s->expected,
		100 * share(s->right, s->expected));
}

static void print_scores(const struct labels *l)
{
	for (int i = 0; i < STEP_COUNT; i++)
		if (l->steps[i].made)
			print_message("# step %-21s links %5u, right %5.1f %%\n",
				match_step_name((enum match_step)i), l->steps[i].made,
				100 * share(l->steps[i].right, l->steps[i].made));
	for (size_t i = 0; i < l->kind_count; i++)
		print_score(l->kinds[i].kind, &l->kinds[i].score);
	print_score(STR("where the line differs"), &l->hard);
	print_score(STR("all but formatting"), &l->all);
}

static void write_known(const struct labels *l)
{
	FILE *f = fopen(KNOWN_LIST, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(l->misses.ptr, 1, l->misses.len, f), l->misses.len);
	assert_int_equal(fclose(f), 0);
}

/* Runs last: every case was scored. The list of known misses must not grow beyond these. */
static void precision_and_recall(void **state)
{
	const struct case_test *t = *state;
	struct labels *l = t->labels;
	double precision = share(l->all.right, l->all.made);
	double recall = share(l->all.right, l->all.expected);
	double stale = share(l->world.stale, l->world.label_count);
	bool some_cases = l->some_cases;

	print_scores(l);
	if (l->update)
		write_known(l);
	world_release(&l->world);
	strbuf_release(&l->known);
	strbuf_release(&l->misses);
	if (some_cases)
		return;
	assert_true(stale <= MAX_STALE);
	assert_true(precision >= MIN_PRECISION);
	assert_true(recall >= MIN_RECALL);
}

/* Runs first. */
static void cases_are_scanned(void **state)
{
	const struct case_test *t = *state;
	struct labels *l = t->labels;

	for (t++; t->path; t++)
		case_load(vec_push(&l->world.cases), t->path);
	if (!l->update)
		read_known(l);
	world_make(&l->world);
	world_scan(&l->world);
	check_history(&l->world.m, l->world.repo, NULL, NULL);
}

static int setup(void **state)
{
	struct err e = {0};

	return gitrepo_setup(state) < 0 ? -1 : repo_library_init(&e);
}

static int teardown(void **state)
{
	repo_library_release();
	return gitrepo_teardown(state);
}

static bool selected(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strncmp(name, argv[i], strlen(argv[i])) == 0)
			return true;
	return argc <= 1;
}

/* The first and the last state have no path: they stand for the tests around the cases. */
static size_t list_tests(struct labels *l, const glob_t *found, int argc, char **argv,
	struct case_test *states, struct CMUnitTest *tests)
{
	size_t n = 0;

	states[n++] = (struct case_test){.labels = l};
	for (size_t i = 0; i < found->gl_pathc; i++) {
		const char *path = found->gl_pathv[i], *name = strrchr(path, '/') + 1;

		if (!selected(name, argc, argv))
			continue;
		tests[n] = (struct CMUnitTest){.name = name,
			.test_func = is_matched_as_labelled,
			.initial_state = &states[n]};
		states[n] = (struct case_test){l, n - 1, path};
		n++;
	}
	tests[0] = (struct CMUnitTest){.name = "cases_are_scanned",
		.test_func = cases_are_scanned,
		.initial_state = &states[0]};
	states[n] = (struct case_test){.labels = l};
	tests[n] = (struct CMUnitTest){.name = "precision_and_recall",
		.test_func = precision_and_recall,
		.initial_state = &states[n]};
	return n + 1;
}

int main(int argc, char **argv)
{
	bool update = argc == 2 && strcmp(argv[1], "--update") == 0;
	struct labels l = {.update = update, .some_cases = argc > 1 && !update};
	struct case_test *states;
	struct CMUnitTest *tests;
	glob_t found;
	int failed;
	size_t count;

	if (glob("tests/match/*.case", 0, NULL, &found) != 0)
		return 1;
	states = mem_zalloc(found.gl_pathc + 2, sizeof *states);
	tests = mem_zalloc(found.gl_pathc + 2, sizeof *tests);
	count = list_tests(&l, &found, l.update ? 1 : argc, argv, states, tests);
	failed = _cmocka_run_group_tests("match labels", tests, count, setup, teardown);
	free(states);
	free(tests);
	globfree(&found);
	return failed;
}
