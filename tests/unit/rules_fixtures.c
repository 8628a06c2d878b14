/*
 * Runs every fixture in tests/rules and the snippets of every rule.
 *
 * A fixture is a Python file whose comments say what is found where:
 *   # expect: a-rule, b-rule(info)   these findings start on this line (with this level)
 *   # suppressed: a-rule             the same, recorded as suppressed
 *   # known-miss: a-rule             not found yet; the test says FIXED once it is
 *   # clean                          a look-alike: nothing may be found here; these are counted
 * Everything unlisted must be silent. ID.py is the fixture of rule ID: it needs three expected
 * findings of that rule and five clean lines. Arguments select fixtures and rules by prefix.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <glob.h>

#include "scan/base/mem.h"
#include "scan/rules/rule.h"

#define MIN_HITS  3
#define MIN_CLEAN 5

enum mark_kind { EXPECT, SUPPRESSED, KNOWN_MISS };

struct mark {
	enum mark_kind kind;
	uint32_t line;
	struct str id;
	struct str level; /* "" for any */
	bool met;
};

struct fixture {
	const char *path;
	struct str id; /* file name without .py */
	struct strbuf text;
	VEC(struct mark) marks;
	uint32_t clean_lines;
	int faults;
};

static void read_file(const char *path, struct strbuf *out)
{
	FILE *f = fopen(path, "rb");
	char part[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		strbuf_add(out, str_slice(part, n));
	fclose(f);
}

static bool is_id_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* "b-rule(info), …": takes one off the front. */
static bool next_id(struct str *s, struct str *id, struct str *level)
{
	size_t n = 0, close = 0;

	*s = str_trim(*s);
	while (n < s->len && is_id_char(s->ptr[n]))
		n++;
	*id = str_slice(s->ptr, n);
	*level = STR_EMPTY;
	*s = str_drop(*s, n);
	if (str_starts(*s, "(")) {
		while (close < s->len && s->ptr[close] != ')')
			close++;
		*level = str_slice(s->ptr + 1, close - 1);
		*s = str_drop(*s, close + 1);
	}
	if (str_starts(*s, ","))
		*s = str_drop(*s, 1);
	else
		*s = STR_EMPTY;
	return n > 0;
}

static bool find_text(struct str line, const char *what, struct str *after)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= line.len; i++)
		if (memcmp(line.ptr + i, what, n) == 0) {
			*after = str_drop(line, i + n);
			return true;
		}
	return false;
}

static void read_marks(struct fixture *f, struct str line, uint32_t number)
{
	static const char *const starts[] = {
		[EXPECT] = "# expect: ",
		[SUPPRESSED] = "# suppressed: ",
		[KNOWN_MISS] = "# known-miss: ",
	};
	struct str rest;

	for (size_t kind = 0; kind < ARRAY_LEN(starts); kind++) {
		struct mark m = {.kind = (enum mark_kind)kind, .line = number};

		if (!find_text(line, starts[kind], &rest))
			continue;
		while (rest.len > 0 && next_id(&rest, &m.id, &m.level))
			*vec_push(&f->marks) = m;
	}
	if (find_text(line, "# clean", &rest))
		f->clean_lines++;
}

static void load(struct fixture *f)
{
	struct str rest, line;
	uint32_t number = 0;

	read_file(f->path, &f->text);
	rest = strbuf_str(&f->text);
	while (str_next(&rest, '\n', &line))
		read_marks(f, line, ++number);
}

static void fault(struct fixture *f, uint32_t line, const char *what, struct str detail)
{
	f->faults++;
	print_error("%s:%u: %s %.*s\n", f->path, line, what, STR_ARG(detail));
}

static bool meets(const struct mark *m, const struct finding *d)
{
	return !m->met && m->line == d->line && str_is(m->id, rule_at(d->rule)->id) &&
		(m->level.len == 0 || str_is(m->level, level_name(d->level))) &&
		(m->kind == KNOWN_MISS || d->suppressed == (m->kind == SUPPRESSED));
}

static void meet(struct fixture *f, const struct finding *d)
{
	struct strbuf text = {0};

	for (size_t i = 0; i < f->marks.len; i++)
		if (meets(&f->marks.items[i], d)) {
			f->marks.items[i].met = true;
			return;
		}
	strbuf_addf(&text, "%s (%s%s): %.*s", rule_at(d->rule)->id, level_name(d->level),
		d->suppressed ? ", suppressed" : "", STR_ARG(d->message));
	fault(f, d->line, "unexpected", strbuf_str(&text));
	strbuf_release(&text);
}

static void check_marks(struct fixture *f)
{
	for (size_t i = 0; i < f->marks.len; i++) {
		const struct mark *m = &f->marks.items[i];

		if (m->kind == KNOWN_MISS && m->met)
			fault(f, m->line, "FIXED, make it an `expect`:", m->id);
		else if (m->kind != KNOWN_MISS && !m->met)
			fault(f, m->line, "missing", m->id);
		if (rule_find(m->id) < 0)
			fault(f, m->line, "no such rule:", m->id);
	}
}

static void check_counts(struct fixture *f)
{
	uint32_t hits = 0;

	if (rule_find(f->id) < 0)
		return;
	for (size_t i = 0; i < f->marks.len; i++)
		hits += f->marks.items[i].kind == EXPECT && str_eq(f->marks.items[i].id, f->id);
	if (hits < MIN_HITS)
		fault(f, 1, "fewer than three hits of", f->id);
	if (f->clean_lines < MIN_CLEAN)
		fault(f, 1, "fewer than five clean look-alikes of", f->id);
}

static void runs_fixture(void **state)
{
	struct fixture f = {.path = *state};
	struct analyser *a = analyser_new(NULL, NULL);
	struct arena arena = {0};
	struct blob_record out;

	f.id = str_from(strrchr(f.path, '/') + 1);
	f.id.len -= strlen(".py");
	load(&f);
	analyse(a, strbuf_str(&f.text), &arena, &out);
	for (uint32_t i = 0; i < out.finding_count; i++)
		meet(&f, &out.findings[i]);
	check_marks(&f);
	check_counts(&f);
	arena_release(&arena);
	analyser_free(a);
	vec_release(&f.marks);
	strbuf_release(&f.text);
	assert_int_equal(f.faults, 0);
}

static uint32_t count_of(struct analyser *a, const char *source, const struct rule *rule)
{
	struct arena arena = {0};
	struct blob_record out;
	uint32_t count = 0;

	analyse(a, str_from(source), &arena, &out);
	for (uint32_t i = 0; i < out.finding_count; i++)
		count += rule_at(out.findings[i].rule) == rule && !out.findings[i].suppressed;
	if (out.status != BLOB_OK)
		print_error("%s: a snippet of it has a syntax error\n", rule->id);
	assert_int_equal(out.status, BLOB_OK);
	arena_release(&arena);
	return count;
}

/* The row is complete, its bad snippet is reported, its good one is not, and it has a fixture. */
static void rule_is_sound(void **state)
{
	const struct rule *rule = *state;
	const char *const texts[] = {rule->id, rule->title, rule->why, rule->fix, rule->bad,
		rule->good, rule->libraries, rule->pythons, rule->since};
	struct analyser *a = analyser_new(NULL, NULL);
	struct strbuf path = {0};
	FILE *fixture;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_non_null(texts[i]);
	assert_true(count_of(a, rule->bad, rule) > 0);
	assert_int_equal(count_of(a, rule->good, rule), 0);
	strbuf_addf(&path, "tests/rules/%s.py", rule->id);
	fixture = fopen(path.ptr, "rb");
	assert_non_null(fixture);
	fclose(fixture);
	strbuf_release(&path);
	analyser_free(a);
}

struct test_list {
	VEC(struct CMUnitTest) tests;
	int argc;
	char **argv;
};

static bool selected(const struct test_list *l, const char *name)
{
	for (int i = 1; i < l->argc; i++)
		if (strncmp(name, l->argv[i], strlen(l->argv[i])) == 0)
			return true;
	return l->argc <= 1;
}

static void add_test(
	struct test_list *l, const char *name, CMUnitTestFunction run, const void *state)
{
	if (selected(l, name))
		*vec_push(&l->tests) = (struct CMUnitTest){
			.name = name, .test_func = run, .initial_state = (void *)(uintptr_t)state};
}

int main(int argc, char **argv)
{
	struct test_list l = {.argc = argc, .argv = argv};
	glob_t found;
	int failed;

	if (glob("tests/rules/*.py", 0, NULL, &found) != 0)
		return 1;
	for (size_t i = 0; i < found.gl_pathc; i++)
		add_test(&l, strrchr(found.gl_pathv[i], '/') + 1, runs_fixture, found.gl_pathv[i]);
	for (size_t i = 0; i < rule_count(); i++)
		add_test(&l, rule_at(i)->id, rule_is_sound, rule_at(i));
	failed = _cmocka_run_group_tests("rule fixtures", l.tests.items, l.tests.len, NULL, NULL);
	vec_release(&l.tests);
	globfree(&found);
	return failed;
}
