/*
 * All labelled cases as one repository, scanned, and the findings of each case under their labels.
 * What is made of them: scan_match_labels.c.
 */
#ifndef LAPSE_TESTS_MATCH_LABELS_H
#define LAPSE_TESTS_MATCH_LABELS_H

#include "gitrepo.h"
#include "match_case.h"
#include "memstore.h"
#include "scan/rules/rule.h"

/* A labelled finding as the scan saw it. */
struct seen {
	const struct label *label; /* NULL: it has none */
	struct str path;
	uint32_t line;
	uint16_t rule;
	uint32_t nth; /* of its rule on its line */
	lineage_id lineage;
	uint8_t step;
};
typedef VEC(struct seen) seen_list;

/* The cases in a repository of their own, two commits each, and what a scan said of them. */
struct case_world {
	struct gitrepo g;
	struct repo *repo;
	struct memstore m;
	VEC(struct match_case) cases;
	uint32_t label_count;
	uint32_t stale; /* labels that lost their finding, and findings without one */
};

/* ---- the repository ---- */

static inline void world_read_marks(struct case_world *w)
{
	struct strbuf out = {0};
	struct str rest, line;

	gitrepo_ask(&w->g, &out, "cat marks");
	rest = strbuf_str(&out);
	while (str_next(&rest, '\n', &line)) {
		unsigned long mark = strtoul(line.ptr + 1, NULL, 10) - 1;
		struct str hex = str_drop(line, (size_t)str_find(line, ' ') + 1);

		assert_true(mark / 2 < w->cases.len);
		assert_true(oid_parse(&w->cases.items[mark / 2].commits[mark % 2], hex));
	}
	strbuf_release(&out);
}

static inline void world_make(struct case_world *w)
{
	struct strbuf stream = {0};
	char path[600];
	struct err e = {0};

	for (unsigned i = 0; i < w->cases.len; i++)
		for (int side = OLD; side <= NEW; side++)
			case_print(&w->cases.items[i], side, 2 * i + 1 + (unsigned)side, &stream);
	gitrepo_new(&w->g);
	gitrepo_run(&w->g, "git init -q --bare repo");
	gitrepo_feed(&w->g, "git -C repo fast-import --quiet --export-marks=../marks",
		strbuf_str(&stream));
	world_read_marks(w);
	gitrepo_path(&w->g, "repo", path, sizeof path);
	if (repo_open(&w->repo, path, &e) < 0)
		fail_msg("%s", e.message);
	strbuf_release(&stream);
}

static inline void world_scan(struct case_world *w)
{
	struct scan_store store = memstore_interface(&w->m);
	struct scan_options options = {.jobs = 2, .max_file_bytes = 1 << 20};
	struct repo_ref *refs = mem_zalloc(w->cases.len, sizeof *refs);
	struct scan_summary sum;
	struct err e = {0};

	for (size_t i = 0; i < w->cases.len; i++)
		refs[i] = (struct repo_ref){w->cases.items[i].name, w->cases.items[i].commits[NEW]};
	options.refs = refs;
	options.ref_count = (uint32_t)w->cases.len;
	if (scan_run(w->repo, &store, &options, NULL, NULL, &sum, &e) < 0)
		fail_msg("%s", e.message);
	free(refs);
}

/* ---- findings under their labels ---- */

static const char *const side_names[] = {"old", "new"};

/* Files that did not change are not seen on the new side. */
static inline bool is_unchanged(const struct case_file *f)
{
	return str_eq(f->sides[OLD].path, f->sides[NEW].path) &&
		str_eq(strbuf_str(&f->sides[OLD].text), strbuf_str(&f->sides[NEW].text));
}

static inline const struct commit_history *case_history(
	const struct case_world *w, const struct oid *commit)
{
	for (size_t i = 0; i < w->m.commits.len; i++)
		if (oid_eq(&w->m.commits.items[i].oid, commit))
			return &w->m.commits.items[i].history;
	fail_msg("a commit was not scanned");
	return NULL;
}

static inline uint32_t nth_on_line(const struct blob_record *b, uint32_t index)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < index; i++)
		n += b->findings[i].line == b->findings[index].line &&
			b->findings[i].rule == b->findings[index].rule;
	return n;
}

static inline void world_see_version(const struct case_world *w, const struct match_case *c,
	int side, const struct version_record *v, seen_list *out)
{
	for (uint32_t i = 0; i < v->sighting_count; i++) {
		const struct sighting *s = &v->sightings[i];
		const struct blob_record *b = memstore_blob(&w->m, &s->blob);
		struct label *label = case_find_label(c, side, v->path, b->findings[s->index].line);

		if (label)
			label->met = true;
		*vec_push(out) = (struct seen){label, v->path, b->findings[s->index].line,
			b->findings[s->index].rule, nth_on_line(b, s->index), s->lineage, s->step};
	}
}

static inline void world_see(
	const struct case_world *w, const struct match_case *c, int side, seen_list *out)
{
	const struct commit_history *h = case_history(w, &c->commits[side]);

	for (uint32_t i = 0; i < h->version_count; i++)
		world_see_version(w, c, side, &h->versions[i], out);
}

/* Labels under which nothing is found any more, and findings of the case's rules without one: both
 * come from rules that changed. They are not counted; too many of them, and the cases need work. */
static inline void note_unmet(struct case_world *w, const struct match_case *c, int side)
{
	for (size_t i = 0; i < c->files.len; i++) {
		const struct case_side *s = &c->files.items[i].sides[side];

		if (side == NEW && is_unchanged(&c->files.items[i]))
			continue;
		w->label_count += (uint32_t)s->labels.len;
		for (size_t k = 0; k < s->labels.len; k++) {
			if (s->labels.items[k].met)
				continue;
			w->stale++;
			print_message("# stale: %s, %s %.*s:%u: nothing found at %.*s\n", c->path,
				side_names[side], STR_ARG(s->path), s->labels.items[k].line,
				STR_ARG(s->labels.items[k].tag));
		}
	}
}

static inline bool has_rule(const seen_list *seen, uint16_t rule)
{
	for (size_t i = 0; i < seen->len; i++)
		if (seen->items[i].label && seen->items[i].rule == rule)
			return true;
	return false;
}

static inline void note_unlabelled(
	struct case_world *w, const struct match_case *c, const seen_list seen[2])
{
	for (int side = OLD; side <= NEW; side++)
		for (size_t i = 0; i < seen[side].len; i++) {
			const struct seen *s = &seen[side].items[i];

			if (s->label ||
				!(has_rule(&seen[OLD], s->rule) || has_rule(&seen[NEW], s->rule)))
				continue;
			w->stale++;
			print_message("# stale: %s, %s %.*s:%u: %s has no label\n", c->path,
				side_names[side], STR_ARG(s->path), s->line, rule_at(s->rule)->id);
		}
}

static inline void world_release(struct case_world *w)
{
	repo_close(w->repo);
	for (size_t i = 0; i < w->cases.len; i++)
		case_release(&w->cases.items[i]);
	vec_release(&w->cases);
	memstore_release(&w->m);
	gitrepo_remove(&w->g);
}

#endif
