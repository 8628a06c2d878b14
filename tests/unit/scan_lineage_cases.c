/*
 * What happened to findings, told by small histories: each case of the history design, section 5,
 * with all events of all commits. A tree is written as "a.py=f:1 2s !|b.py=g:3": in a.py a function
 * f that sleeps 1, sleeps 2 under a marker, and a syntax error.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "gitrepo.h"
#include "lineage_check.h"

#define MAX_COMMITS 26

struct story {
	struct gitrepo g;
	struct strbuf stream;
	struct oid oids[MAX_COMMITS]; /* of commits A, B, … */
	struct memstore m;
	struct repo *r;
	int64_t since;
	struct scan_summary sum;
};

/* ---- telling ---- */

/* "1", "2s" or "!". */
static void print_line(struct str word, struct strbuf *out)
{
	if (str_is(word, "!"))
		strbuf_addz(out, "    y = (1 +\n");
	else if (str_ends(word, "s"))
		strbuf_addf(out, "    time.sleep(%.*s)  # lapse: ignore\n", (int)word.len - 1,
			word.ptr);
	else
		strbuf_addf(out, "    time.sleep(%.*s)\n", STR_ARG(word));
}

/* A line, with or without the start of a function before it: "f:1", "f:". */
static void print_word(struct str word, struct strbuf *out)
{
	ptrdiff_t colon = str_find(word, ':');

	if (colon >= 0) {
		strbuf_addf(out, "\n\nasync def %.*s():\n    x = 0\n", (int)colon, word.ptr);
		word = str_drop(word, (size_t)colon + 1);
	}
	if (word.len)
		print_line(word, out);
}

static void print_file(struct str spec, struct strbuf *out)
{
	struct strbuf text = {0};
	struct str name, rest, word;

	str_next(&spec, '=', &name);
	rest = spec;
	strbuf_addz(&text, "import time\n");
	while (str_next(&rest, ' ', &word))
		print_word(word, &text);
	strbuf_addf(out, "M 100644 inline %.*s\ndata %zu\n%s\n", STR_ARG(name), text.len, text.ptr);
	strbuf_release(&text);
}

/* Commit `name` with the parents named; dates run with the letters. */
static void commit(struct story *s, char name, const char *parents, const char *tree)
{
	struct str rest = str_from(tree), spec;
	struct strbuf *out = &s->stream;

	strbuf_addf(out, "commit refs/heads/%c\nmark :%d\ncommitter C <c@example.com> %d +0000\n",
		name, name - 'A' + 1, 1500000000 + (name - 'A') * 1000);
	strbuf_addf(out, "data 1\n%c\n", name);
	for (const char *p = parents; *p; p++)
		strbuf_addf(out, "%s :%d\n", p == parents ? "from" : "merge", *p - 'A' + 1);
	strbuf_addz(out, "deleteall\n");
	while (str_next(&rest, '|', &spec))
		print_file(spec, out);
}

static void read_marks(struct story *s)
{
	struct strbuf out = {0};
	struct str rest, line;

	gitrepo_ask(&s->g, &out, "cat marks");
	rest = strbuf_str(&out);
	while (str_next(&rest, '\n', &line)) {
		unsigned long mark = strtoul(line.ptr + 1, NULL, 10);

		assert_true(mark >= 1 && mark <= MAX_COMMITS);
		assert_true(oid_parse(
			&s->oids[mark - 1], str_drop(line, (size_t)str_find(line, ' ') + 1)));
	}
	strbuf_release(&out);
}

static void make(struct story *s)
{
	gitrepo_new(&s->g);
	gitrepo_run(&s->g, "git init -q --bare repo");
	gitrepo_feed(&s->g, "git -C repo fast-import --quiet --export-marks=../marks",
		strbuf_str(&s->stream));
	/* Loose objects, so that single ones can be lost. */
	gitrepo_run(&s->g,
		"mkdir packs && (mv repo/objects/pack/* packs 2>/dev/null || true) &&"
		" for p in packs/*.pack; do [ ! -e $p ] ||"
		" git -C repo unpack-objects -q < $p; done");
	read_marks(s);
}

static void scan(struct story *s, char tip)
{
	struct scan_store store = memstore_interface(&s->m);
	struct repo_ref ref = {STR("refs/heads/tip"), s->oids[tip - 'A']};
	struct scan_options options = {.refs = &ref,
		.ref_count = 1,
		.jobs = 1,
		.max_file_bytes = 1 << 20,
		.since = s->since};
	struct err e = {0};
	char path[600];

	gitrepo_path(&s->g, "repo", path, sizeof path);
	if (!s->r)
		assert_int_equal(repo_open(&s->r, path, &e), 0);
	if (scan_run(s->r, &store, &options, NULL, NULL, &s->sum, &e) < 0)
		fail_msg("%s", e.message);
}

static void end(struct story *s)
{
	repo_close(s->r);
	memstore_release(&s->m);
	strbuf_release(&s->stream);
	gitrepo_remove(&s->g);
}

/* ---- what was found ---- */

static char name_of(const struct story *s, const struct oid *oid)
{
	for (int i = 0; i < MAX_COMMITS; i++)
		if (!oid_is_zero(oid) && oid_eq(&s->oids[i], oid))
			return (char)('A' + i);
	return '?';
}

/* "C fixed a.py 1", and " (B)" for a related commit. */
static struct str describe(
	struct story *s, const struct mem_commit *c, const struct event_record *ev)
{
	const struct blob_record *b = memstore_blob(&s->m, &ev->blob);
	unsigned long number =
		strtoul(b->findings[ev->index].snippet.ptr + STR("time.sleep(").len, NULL, 10);
	struct str line = arena_printf(&s->m.arena, "%c %s %.*s %lu", name_of(s, &c->oid),
		event_kind_name(ev->kind), STR_ARG(ev->path), number);

	return oid_is_zero(&ev->related)
		? line
		: arena_printf(&s->m.arena, "%.*s (%c)", STR_ARG(line), name_of(s, &ev->related));
}

/* All events, one a line, sorted. */
static void expect_events(struct story *s, const char *expected)
{
	VEC(struct str) lines = {0};
	struct strbuf got = {0};

	for (size_t i = 0; i < s->m.commits.len; i++) {
		const struct mem_commit *c = &s->m.commits.items[i];

		for (uint32_t k = 0; k < c->history.event_count; k++)
			*vec_push(&lines) = describe(s, c, &c->history.events[k]);
	}
	if (lines.len)
		qsort(lines.items, lines.len, sizeof *lines.items, memstore_by_line);
	for (size_t i = 0; i < lines.len; i++)
		strbuf_addf(&got, "%.*s\n", STR_ARG(lines.items[i]));
	assert_string_equal(got.ptr ? got.ptr : "", expected);
	vec_release(&lines);
	strbuf_release(&got);
}

static uint32_t count_unions(const struct story *s)
{
	uint32_t n = 0;

	for (size_t i = 0; i < s->m.commits.len; i++)
		n += s->m.commits.items[i].history.union_count;
	return n;
}

static const struct commit_history *history_of(const struct story *s, char name)
{
	for (size_t i = 0; i < s->m.commits.len; i++)
		if (oid_eq(&s->m.commits.items[i].oid, &s->oids[name - 'A']))
			return &s->m.commits.items[i].history;
	fail_msg("commit %c was not scanned", name);
	return NULL;
}

/* Makes, scans and checks a story that has nothing unreadable. */
static void tell(struct story *s, char tip, const char *expected)
{
	make(s);
	scan(s, tip);
	expect_events(s, expected);
	check_history(&s->m, s->r, NULL, NULL);
}

/* ---- one parent ---- */

static void fixed_and_removed(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1 g:2 h:3|b.py=f:4");
	commit(&s, 'B', "A", "a.py=f: h:3|b.py=f:4");
	commit(&s, 'C', "B", "a.py=f: h:3");
	tell(&s, 'C',
		"A introduced a.py 1\nA introduced a.py 2\nA introduced a.py 3\n"
		"A introduced b.py 4\n"
		"B fixed a.py 1\nB removed a.py 2\n"
		"C removed b.py 4\n");
	end(&s);
}

static void reopened_names_where_it_had_ended(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:");
	commit(&s, 'C', "B", "a.py=f:1");
	commit(&s, 'D', "C", "b.py=f:");
	commit(&s, 'E', "D", "a.py=f:1s|b.py=f:");
	tell(&s, 'E',
		"A introduced a.py 1\nB fixed a.py 1\nC reopened a.py 1 (B)\nD removed a.py 1\n"
		"E suppressed a.py 1 (D)\n");
	assert_int_equal(s.m.lineages.len, 1);
	end(&s);
}

static void of_equal_findings_the_first_comes_back_first(void **unused)
{
	struct story s = {0};
	const struct commit_history *c, *a;

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1 1");
	commit(&s, 'B', "A", "a.py=f:");
	commit(&s, 'C', "B", "a.py=f:1");
	tell(&s, 'C',
		"A introduced a.py 1\nA introduced a.py 1\nB fixed a.py 1\nB fixed a.py 1\n"
		"C reopened a.py 1 (B)\n");
	a = history_of(&s, 'A');
	c = history_of(&s, 'C');
	assert_int_equal(c->events[0].lineage, a->events[0].lineage);
	assert_int_equal(a->events[0].index, 0);
	end(&s);
}

static void suppressed_and_unsuppressed(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1 2s");
	commit(&s, 'B', "A", "a.py=f:1s 2");
	commit(&s, 'C', "B", "a.py=f:1s");
	tell(&s, 'C',
		"A introduced a.py 1\nA suppressed a.py 2\n"
		"B suppressed a.py 1\nB unsuppressed a.py 2\nC fixed a.py 2\n");
	assert_int_equal(history_of(&s, 'B')->deltas[0].silenced, 1);
	end(&s);
}

static void moves_are_no_events_and_copies_are_new(void **unused)
{
	struct story s = {0};
	const struct commit_history *c;

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "sub/b.py=f:1");
	commit(&s, 'C', "B", "sub/b.py=f:1|c.py=f:1");
	tell(&s, 'C', "A introduced a.py 1\nC introduced c.py 1\n");
	c = history_of(&s, 'C');
	assert_int_equal(c->lineage_count, 1);
	assert_int_equal(c->lineages[0].copied_from, history_of(&s, 'A')->lineages[0].id);
	end(&s);
}

static void a_file_that_returns_beside_its_copy_is_reopened(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1|b.py=f:1");
	commit(&s, 'B', "A", "b.py=f:1");
	commit(&s, 'C', "B", "a.py=f:1|b.py=f:1");
	tell(&s, 'C',
		"A introduced a.py 1\nA introduced b.py 1\nB removed a.py 1\n"
		"C reopened a.py 1 (B)\n");
	end(&s);
}

/* ---- syntax errors ---- */

static void hidden_through_broken_revisions(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1 g:2");
	commit(&s, 'B', "A", "a.py=f:! 1 g:2");
	commit(&s, 'C', "B", "a.py=f:! ! 1 g:2 3");
	commit(&s, 'D', "C", "a.py=f:1 g:2 3");
	tell(&s, 'D', "A introduced a.py 1\nA introduced a.py 2\nC introduced a.py 3\n");
	assert_int_equal(s.sum.blobs_partial, 2);
	assert_int_equal(history_of(&s, 'B')->deltas[0].open, -1);
	assert_int_equal(history_of(&s, 'B')->deltas[0].unknown, 1);
	assert_int_equal(history_of(&s, 'D')->deltas[0].unknown, -1);
	end(&s);
}

static void mended_without_the_finding_is_fixed(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:! 1");
	commit(&s, 'C', "B", "a.py=f:");
	tell(&s, 'C', "A introduced a.py 1\nC fixed a.py 1\n");
	end(&s);
}

static void deleted_while_broken_is_removed(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1|b.py=f:");
	commit(&s, 'B', "A", "a.py=f:! 1|b.py=f:");
	commit(&s, 'C', "B", "b.py=f:");
	tell(&s, 'C', "A introduced a.py 1\nC removed a.py 1\n");
	end(&s);
}

static void moved_while_broken_stays_hidden(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:! 1");
	commit(&s, 'C', "B", "c.py=f:! 1");
	commit(&s, 'D', "C", "c.py=f:1");
	tell(&s, 'D', "A introduced a.py 1\n");
	end(&s);
}

/* ---- merges ---- */

static void introduced_by_the_merge_itself(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:");
	commit(&s, 'B', "A", "a.py=f:1");
	commit(&s, 'C', "A", "a.py=f:|b.py=f:2");
	commit(&s, 'D', "BC", "a.py=f:1 9|b.py=f:2");
	tell(&s, 'D', "B introduced a.py 1\nC introduced b.py 2\nD introduced a.py 9\n");
	end(&s);
}

static void twins_are_united(void **unused)
{
	struct story s = {0};
	const struct commit_history *d;

	(void)unused;
	commit(&s, 'A', "", "a.py=f:");
	commit(&s, 'B', "A", "a.py=f:1");
	commit(&s, 'C', "A", "a.py=f:1|b.py=f:");
	commit(&s, 'D', "BC", "a.py=f:1|b.py=f:");
	commit(&s, 'E', "C", "a.py=f:1|b.py=f:|c.py=f:");
	commit(&s, 'F', "DE",
		"a.py=f:1|b.py=f:|c.py=f:"); /* the union holds: it is not made again */
	commit(&s, 'G', "F", "a.py=f:|b.py=f:|c.py=f:");
	tell(&s, 'G', "B introduced a.py 1\nC introduced a.py 1\nG fixed a.py 1\n");
	assert_int_equal(count_unions(&s), 1);
	d = history_of(&s, 'D');
	assert_int_equal(d->union_count, 1);
	/* Both have generation 2: the id of the commit decides. */
	assert_int_equal(d->unions[0].kept,
		history_of(&s, memcmp(&s.oids[1], &s.oids[2], sizeof s.oids[1]) < 0 ? 'B' : 'C')
			->lineages[0]
			.id);
	end(&s);
}

static void two_of_one_tree_are_never_united(void **unused)
{
	struct story s = {0};

	(void)unused;
	/* Each side takes away one of two equal findings; the merge keeps one: not a twin. */
	commit(&s, 'A', "", "a.py=f:1 g: f:1");
	commit(&s, 'B', "A", "a.py=f:1 g: f:");
	commit(&s, 'C', "A", "a.py=f: g: f:1");
	commit(&s, 'D', "BC", "a.py=f:1");
	make(&s);
	scan(&s, 'D');
	assert_int_equal(count_unions(&s), 0);
	check_history(&s.m, s.r, NULL, NULL);
	end(&s);
}

static void fixed_by_the_merge(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1|b.py=f:2");
	commit(&s, 'B', "A", "a.py=f:1|b.py=f:2|c.py=f:");
	commit(&s, 'C', "A", "a.py=f:1|b.py=f:2|d.py=f:");
	commit(&s, 'D', "BC", "a.py=f:|c.py=f:|d.py=f:");
	tell(&s, 'D',
		"A introduced a.py 1\nA introduced b.py 2\nD fixed a.py 1\nD removed b.py 2\n");
	end(&s);
}

static void fixed_on_a_branch_is_that_branchs_event(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:");
	commit(&s, 'C', "A", "a.py=f:1|b.py=f:");
	commit(&s, 'D', "CB", "a.py=f:|b.py=f:");
	tell(&s, 'D', "A introduced a.py 1\nB fixed a.py 1\n");
	assert_int_equal(history_of(&s, 'D')->deltas[0].fixed, 1); /* it lands there */
	assert_int_equal(history_of(&s, 'D')->open_total, 0);
	end(&s);
}

static void dropped_by_the_merge(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:");
	commit(&s, 'B', "A", "a.py=f:1");
	commit(&s, 'C', "A", "a.py=f:|b.py=f:");
	commit(&s, 'D', "CB", "a.py=f:|b.py=f:");
	tell(&s, 'D', "B introduced a.py 1\nD dropped_by_merge a.py 1\n");
	end(&s);
}

static void resurrected_by_the_merge_names_the_fix(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:");
	commit(&s, 'C', "A", "a.py=f:1|b.py=f:");
	commit(&s, 'D', "BC", "a.py=f:1|b.py=f:");
	tell(&s, 'D', "A introduced a.py 1\nB fixed a.py 1\nD resurrected_by_merge a.py 1 (B)\n");
	end(&s);
}

static void resurrected_names_the_last_of_several_fixes(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:");
	commit(&s, 'C', "B", "a.py=f:1");
	commit(&s, 'D', "C", "a.py=f:");
	commit(&s, 'E', "A", "a.py=f:1|b.py=f:");
	commit(&s, 'F', "ED", "a.py=f:1|b.py=f:");
	tell(&s, 'F',
		"A introduced a.py 1\nB fixed a.py 1\nC reopened a.py 1 (B)\nD fixed a.py 1\n"
		"F resurrected_by_merge a.py 1 (D)\n");
	end(&s);
}

/* The fix was of the twin that gave the lineage its other name. */
static void resurrected_under_its_twins_name(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:");
	commit(&s, 'B', "A", "a.py=f:1");
	commit(&s, 'C', "A", "a.py=f:1|b.py=f:");
	commit(&s, 'D', "BC", "a.py=f:1|b.py=f:");
	commit(&s, 'E', "D", "a.py=f:|b.py=f:");
	commit(&s, 'F', "C", "a.py=f:1|b.py=f:|c.py=f:");
	commit(&s, 'G', "B", "a.py=f:1|d.py=f:");
	commit(&s, 'H', "EF", "a.py=f:1|b.py=f:|c.py=f:");
	commit(&s, 'I', "EG", "a.py=f:1|b.py=f:|d.py=f:");
	commit(&s, 'J', "HI", "a.py=f:1|b.py=f:|c.py=f:|d.py=f:");
	tell(&s, 'J',
		"B introduced a.py 1\nC introduced a.py 1\nE fixed a.py 1\n"
		"H resurrected_by_merge a.py 1 (E)\nI resurrected_by_merge a.py 1 (E)\n");
	end(&s);
}

static void octopus_and_criss_cross(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1 2");
	commit(&s, 'B', "A", "a.py=f:2");
	commit(&s, 'C', "A", "a.py=f:1 2|c.py=f:3");
	commit(&s, 'D', "A", "a.py=f:1 2|d.py=f:4");
	commit(&s, 'E', "BCD", "a.py=f:2|c.py=f:3|d.py=f:4");
	commit(&s, 'F', "BC", "a.py=f:2|c.py=f:3");
	commit(&s, 'G', "CB", "a.py=f:2|c.py=f:3");
	commit(&s, 'H', "FGE", "a.py=f:|c.py=f:3|d.py=f:4");
	tell(&s, 'H',
		"A introduced a.py 1\nA introduced a.py 2\nB fixed a.py 1\n"
		"C introduced c.py 3\nD introduced d.py 4\nH fixed a.py 2\n");
	end(&s);
}

static void alive_elsewhere_or_not_it_is_reopened(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:1|b.py=f:");
	commit(&s, 'C', "A", "a.py=f:");
	commit(&s, 'D', "C", "a.py=f:1");
	commit(&s, 'E', "BD", "a.py=f:1|b.py=f:");
	tell(&s, 'E', "A introduced a.py 1\nC fixed a.py 1\nD reopened a.py 1 (C)\n");
	end(&s);
}

/* ---- where history starts ---- */

static void what_stands_at_the_cut_starts_there(void **unused)
{
	struct story s = {.since = 1500000000 + 1000};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1 2s");
	commit(&s, 'B', "A", "a.py=f:1 2s|b.py=f:3");
	commit(&s, 'C', "B", "a.py=f:|b.py=f:3");
	tell(&s, 'C',
		"B history_start a.py 1\nB history_start a.py 2\nB history_start b.py 3\n"
		"C fixed a.py 1\nC fixed a.py 2\n");
	assert_int_equal(history_of(&s, 'B')->lines_added, 0); /* nobody wrote them there */
	assert_int_equal(s.sum.introduced, 0);
	end(&s);
}

static void a_merge_that_lost_a_parent(void **unused)
{
	struct story s = {.since = 1500000000 + 1000};

	(void)unused;
	/* B is older than its letter says to the cut: D's side through A is gone. */
	commit(&s, 'A', "", "a.py=f:1|b.py=f:2");
	commit(&s, 'B', "", "b.py=f:2");
	commit(&s, 'C', "B", "b.py=f:2|c.py=f:3");
	commit(&s, 'D', "CA", "a.py=f:1|b.py=f:2|c.py=f:3");
	tell(&s, 'D', "B introduced b.py 2\nC introduced c.py 3\nD history_start a.py 1\n");
	assert_int_equal(history_of(&s, 'D')->lines_added, 0);
	end(&s);
}

/* ---- what cannot be read ---- */

static void lose(struct story *s, const char *rev)
{
	struct strbuf command = {0};
	struct oid id;
	char dir[600];

	strbuf_addf(&command, "git -C repo rev-parse %s", rev);
	id = gitrepo_oid(&s->g, command.ptr);
	strbuf_release(&command);
	gitrepo_path(&s->g, "repo", dir, sizeof dir);
	gitrepo_lose(&s->g, dir, &id);
}

static void a_missing_tree_says_nothing(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:1 2");
	commit(&s, 'C', "B", "a.py=f:2 3");
	make(&s);
	lose(&s, "B^{tree}");
	scan(&s, 'C');
	expect_events(&s,
		"A introduced a.py 1\nC fixed a.py 1\nC introduced a.py 2\nC introduced a.py 3\n");
	assert_int_equal(history_of(&s, 'B')->open_total, 1);
	assert_int_equal(history_of(&s, 'C')->open_total, 2);
	assert_true(s.sum.missing_objects > 0);
	end(&s);
}

static void a_missing_blob_hides_its_findings(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:1 2");
	commit(&s, 'C', "B", "a.py=f:1 2 3");
	make(&s);
	lose(&s, "B:a.py");
	scan(&s, 'C');
	expect_events(&s, "A introduced a.py 1\nC introduced a.py 2\nC introduced a.py 3\n");
	assert_int_equal(history_of(&s, 'B')->open_total, 0);
	assert_int_equal(history_of(&s, 'B')->deltas[0].unknown, 1);
	assert_int_equal(s.sum.missing_objects, 1);
	end(&s);
}

static void a_ref_that_cannot_be_read_is_left_out(void **unused)
{
	struct story s = {0};
	struct repo_ref refs[2] = {{STR("refs/heads/A"), {{0}}}, {STR("refs/heads/lost"), {{7}}}};
	struct scan_options options = {
		.refs = refs, .ref_count = 2, .jobs = 1, .max_file_bytes = 1 << 20};
	struct scan_store store = memstore_interface(&s.m);
	struct err e = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	make(&s);
	scan(&s, 'A');
	refs[0].commit = s.oids[0];
	store = memstore_interface(&s.m);
	assert_int_equal(scan_run(s.r, &store, &options, NULL, NULL, &s.sum, &e), 0);
	assert_int_equal(s.m.refs.len, 1);
	assert_int_equal(s.sum.missing_commits, 1);
	options.refs = refs + 1;
	options.ref_count = 1;
	assert_int_equal(scan_run(s.r, &store, &options, NULL, NULL, &s.sum, &e), ERR_CORRUPT);
	assert_non_null(strstr(e.message, "refs/heads/lost"));
	end(&s);
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
		cmocka_unit_test(fixed_and_removed),
		cmocka_unit_test(reopened_names_where_it_had_ended),
		cmocka_unit_test(of_equal_findings_the_first_comes_back_first),
		cmocka_unit_test(suppressed_and_unsuppressed),
		cmocka_unit_test(moves_are_no_events_and_copies_are_new),
		cmocka_unit_test(a_file_that_returns_beside_its_copy_is_reopened),
		cmocka_unit_test(hidden_through_broken_revisions),
		cmocka_unit_test(mended_without_the_finding_is_fixed),
		cmocka_unit_test(deleted_while_broken_is_removed),
		cmocka_unit_test(moved_while_broken_stays_hidden),
		cmocka_unit_test(introduced_by_the_merge_itself),
		cmocka_unit_test(twins_are_united),
		cmocka_unit_test(two_of_one_tree_are_never_united),
		cmocka_unit_test(fixed_by_the_merge),
		cmocka_unit_test(fixed_on_a_branch_is_that_branchs_event),
		cmocka_unit_test(dropped_by_the_merge),
		cmocka_unit_test(resurrected_by_the_merge_names_the_fix),
		cmocka_unit_test(resurrected_names_the_last_of_several_fixes),
		cmocka_unit_test(resurrected_under_its_twins_name),
		cmocka_unit_test(octopus_and_criss_cross),
		cmocka_unit_test(alive_elsewhere_or_not_it_is_reopened),
		cmocka_unit_test(what_stands_at_the_cut_starts_there),
		cmocka_unit_test(a_merge_that_lost_a_parent),
		cmocka_unit_test(a_missing_tree_says_nothing),
		cmocka_unit_test(a_missing_blob_hides_its_findings),
		cmocka_unit_test(a_ref_that_cannot_be_read_is_left_out),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
