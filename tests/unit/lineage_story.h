/*
 * Small histories for tests of the history layer, told commit by commit, and what was found in them
 * as text. A tree is written as "a.py=f:1 2s !|b.py=g:3": in a.py a function f that sleeps 1,
 * sleeps 2 under a marker, and a syntax error.
 */
#ifndef LAPSE_TESTS_LINEAGE_STORY_H
#define LAPSE_TESTS_LINEAGE_STORY_H

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
static inline void print_line(struct str word, struct strbuf *out)
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
static inline void print_word(struct str word, struct strbuf *out)
{
	ptrdiff_t colon = str_find(word, ':');

	if (colon >= 0) {
		strbuf_addf(out, "\n\nasync def %.*s():\n    x = 0\n", (int)colon, word.ptr);
		word = str_drop(word, (size_t)colon + 1);
	}
	if (word.len)
		print_line(word, out);
}

static inline void print_file(struct str spec, struct strbuf *out)
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
static inline void commit(struct story *s, char name, const char *parents, const char *tree)
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

static inline void read_marks(struct story *s)
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

static inline void make(struct story *s)
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

static inline void scan(struct story *s, char tip)
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

static inline void end(struct story *s)
{
	repo_close(s->r);
	memstore_release(&s->m);
	strbuf_release(&s->stream);
	gitrepo_remove(&s->g);
}

/* ---- what was found ---- */

static inline char name_of(const struct story *s, const struct oid *oid)
{
	for (int i = 0; i < MAX_COMMITS; i++)
		if (!oid_is_zero(oid) && oid_eq(&s->oids[i], oid))
			return (char)('A' + i);
	return '?';
}

/* "C fixed a.py 1", and " (B)" for a related commit. */
static inline struct str describe(
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
static inline void expect_events(struct story *s, const char *expected)
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

static inline uint32_t count_unions(const struct story *s)
{
	uint32_t n = 0;

	for (size_t i = 0; i < s->m.commits.len; i++)
		n += s->m.commits.items[i].history.union_count;
	return n;
}

static inline const struct commit_history *history_of(const struct story *s, char name)
{
	for (size_t i = 0; i < s->m.commits.len; i++)
		if (oid_eq(&s->m.commits.items[i].oid, &s->oids[name - 'A']))
			return &s->m.commits.items[i].history;
	fail_msg("commit %c was not scanned", name);
	return NULL;
}

/* Makes, scans and checks a story that has nothing unreadable. */
static inline void tell(struct story *s, char tip, const char *expected)
{
	make(s);
	scan(s, tip);
	expect_events(s, expected);
	check_history(&s->m, s->r, NULL, NULL);
}

#endif
