/*
 * Comparing two revisions: the range, a scan of it into memory, and what that says of every
 * finding. See compare.h.
 */
#include "cmd/compare.h"

#include <stdlib.h>

#include "cmd/compare_pair.h"
#include "cmd/config.h"
#include "cmd/database.h"
#include "cmd/progress.h"
#include "cmd/scan.h"
#include "scan/range.h"

#define MAX_FILE_BYTES (4u << 20) /* as `lapse scan` has it */

/* Work on one comparison. */
struct comparing {
	struct session *session;
	struct repo *repo;
	struct revisions revisions;
	bool whole;
	struct range range;
	struct compare_store store;
	struct lineage_sets sets;
	struct rule_set *rules;
	struct repo_mailmap *mailmap;
	struct comparison *out;
	struct err *e;
};

/* ---- the range ---- */

static uint32_t max_commits(const struct comparing *c)
{
	int64_t n = options_number(&c->session->options, "max-commits");

	return n > UINT32_MAX ? 0 : (uint32_t)n;
}

static int find_range(struct comparing *c)
{
	uint32_t most = max_commits(c);
	int rc =
		range_find(&c->range, c->repo, &c->revisions.left, &c->revisions.right, most, c->e);

	c->out->commits = c->range.right_count;
	if (rc == ERR_USAGE)
		session_note(c->session,
			"%.*s: more than %u commits between: compared directly, which tells no "
			"commits; see --max-commits",
			STR_ARG(c->revisions.text), (unsigned)most);
	else if (rc == 0 && !c->range.bases.len)
		session_note(c->session,
			"%.*s: no history in common: compared directly, which tells no commits",
			STR_ARG(c->revisions.text));
	else
		return rc;
	c->out->direct = true;
	return 0;
}

static int cut_history(struct comparing *c)
{
	if (c->out->direct)
		range_cut_direct(&c->range, c->repo);
	else
		range_cut(&c->range, c->repo);
	c->store.all_needed = c->whole;
	if (c->whole)
		return 0;
	return range_blobs(
		&c->range, c->out->direct, c->repo, &c->store.needed, &c->store.arena, c->e);
}

/* ---- the database: an aid, never a condition, unless --db names one ---- */

static void close_database(struct comparing *c)
{
	session_detail(c->session, "analysing anew: %s", c->e->message);
	store_close(c->store.database);
	c->store.database = NULL;
}

static int open_database(struct comparing *c)
{
	struct session *s = c->session;
	const char *named = database_named(s);
	struct str path = named ? arena_dup(&s->arena, str_from(named))
				: database_of_repo(c->repo, &s->arena);
	const struct store_options options = {.lock_timeout_ms = 0};
	char digest[17];
	int rc = store_open(&c->store.database, path.ptr, &options, c->e);

	if (rc < 0 && options_get(&s->options, "db")->given)
		return rc;
	rule_set_digest(c->rules, digest);
	if (rc < 0 || store_use_rules(c->store.database, digest, c->e) < 0)
		close_database(c);
	return 0;
}

/* ---- the scan ---- */

static int run_scan(struct comparing *c)
{
	const struct repo_ref refs[] = {
		{c->revisions.left_name, c->range.left}, {c->revisions.right_name, c->range.right}};
	const struct scan_options options = {
		.refs = refs,
		.ref_count = ARRAY_LEN(refs),
		.rules = c->rules,
		.jobs = scan_job_count(c->session),
		.max_file_bytes = MAX_FILE_BYTES,
	};
	const struct scan_store store = compare_store_interface(&c->store);
	struct scan_summary summary;
	struct progress progress;
	int rc;

	progress_begin(&progress, c->session->quiet);
	rc = scan_run(c->repo, &store, &options, progress_report, &progress, &summary, c->e);
	progress_end(&progress);
	if (rc < 0)
		return rc;
	c->out->missing = summary.missing_objects + summary.missing_commits;
	if (c->store.side_count < ARRAY_LEN(c->store.sides))
		return err_set(c->e, ERR_CORRUPT,
			"%.*s: its commits cannot be read; try git fsck in %.*s",
			STR_ARG(c->revisions.text), STR_ARG(repo_common_dir(c->repo)));
	return 0;
}

/* ---- changes ---- */

static bool adds(enum event_kind k)
{
	return k == EVENT_INTRODUCED || k == EVENT_REOPENED || k == EVENT_UNSUPPRESSED ||
		k == EVENT_RESURRECTED_BY_MERGE;
}

static bool ends(enum event_kind k)
{
	return k == EVENT_FIXED || k == EVENT_REMOVED || k == EVENT_DROPPED_BY_MERGE;
}

static bool explains(enum event_kind event, enum change_kind change)
{
	switch (change) {
	case CHANGE_INTRODUCED:
		return adds(event);
	case CHANGE_FIXED:
		return ends(event);
	case CHANGE_SUPPRESSED:
		return event == EVENT_SUPPRESSED;
	default:
		return false;
	}
}

/* The last event of the right side's commits that tells why a finding changed. */
static void find_event(struct comparing *c, lineage_id lineage, struct finding_change *x)
{
	lineage_id set = lineage_sets_find(&c->sets, lineage);
	bool told = x->kind != CHANGE_MOVED && x->kind != CHANGE_UNCHANGED;

	for (size_t i = told ? c->store.events.len : 0; i > 0; i--) {
		const struct told_event *ev = &c->store.events.items[i - 1];
		struct commit_record *by = &c->store.commits.items[ev->commit - 1];

		if (lineage_sets_find(&c->sets, ev->lineage) != set ||
			!explains(ev->kind, x->kind) ||
			range_sides(&c->range, &by->oid) != RANGE_RIGHT)
			continue;
		x->has_event = true;
		x->event = ev->kind;
		x->commit = c->revisions.staged ? NULL : by;
		return;
	}
}

static struct finding_change *add_change(
	struct comparing *c, enum change_kind kind, const struct standing *at)
{
	struct finding_change *x = vec_push(&c->out->changes);

	*x = (struct finding_change){
		.kind = kind, .path = at->path, .finding = at->finding, .blob = at->blob};
	if (!c->out->direct)
		find_event(c, at->lineage, x);
	return x;
}

/* As the configuration has it: with the level it sets; false when the finding is not wanted. */
static bool configure(struct comparing *c, struct standing *s)
{
	const struct config *config = c->session->config;
	enum level level = (enum level)s->finding->level;
	struct finding *f;

	if (!config_level(config, s->finding->rule, &level) ||
		(options_flag(&c->session->options, "no-tests") && config_is_test(config, s->path)))
		return false;
	if (level == (enum level)s->finding->level)
		return true;
	f = ARENA_NEW(&c->store.arena, struct finding);
	*f = *s->finding;
	f->level = (uint8_t)level;
	s->finding = f;
	return true;
}

static enum change_kind kind_of_pair(const struct standing *old, const struct standing *new)
{
	if (old->finding->suppressed != new->finding->suppressed)
		return old->finding->suppressed ? CHANGE_INTRODUCED : CHANGE_SUPPRESSED;
	return str_eq(old->path, new->path) ? CHANGE_UNCHANGED : CHANGE_MOVED;
}

/* What was there and now is under a syntax error is neither seen nor fixed: nothing is told of it.
 */
static void add_right(struct comparing *c, const struct standing *new)
{
	const struct standing *old = new->partner;
	struct finding_change *x;

	if (!old) {
		(void)add_change(
			c, new->finding->suppressed ? CHANGE_SUPPRESSED : CHANGE_INTRODUCED, new);
		return;
	}
	if (new->carried)
		return;
	x = add_change(c, kind_of_pair(old, new), new);
	x->old_path = old->path;
	x->old_line = old->finding->line;
}

static int by_kind_and_place(const void *a, const void *b)
{
	const struct finding_change *x = a, *y = b;
	const struct finding *f = x->finding, *g = y->finding;
	int d;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	d = str_cmp(x->path, y->path);
	if (d)
		return d;
	if (f->line != g->line)
		return f->line < g->line ? -1 : 1;
	if (f->column != g->column)
		return f->column < g->column ? -1 : 1;
	return (f->rule > g->rule) - (f->rule < g->rule);
}

static void sort_changes(struct comparison *out)
{
	if (out->changes.len)
		qsort(out->changes.items, out->changes.len, sizeof *out->changes.items,
			by_kind_and_place);
}

/* Suppressed ones that went are no news. */
static void list_changes(struct comparing *c)
{
	for (uint32_t i = 0; i < c->store.sides[1].len; i++)
		if (configure(c, &c->store.sides[1].items[i]))
			add_right(c, &c->store.sides[1].items[i]);
	for (uint32_t i = 0; i < c->store.sides[0].len; i++) {
		struct standing *old = &c->store.sides[0].items[i];

		if (!old->partner && !old->finding->suppressed && configure(c, old))
			(void)add_change(c, CHANGE_FIXED, old);
	}
	sort_changes(c->out);
}

static void map_authors(struct comparing *c)
{
	struct arena *a = &c->store.arena;
	struct str text;

	if (repo_mailmap_load(c->repo, &c->mailmap, &text, a, NULL) < 0)
		return;
	for (size_t i = 0; i < c->store.commits.len; i++) {
		struct commit_record *x = &c->store.commits.items[i];

		if (!oid_is_zero(&x->oid))
			x->author = repo_mailmap_apply(c->mailmap, a, x->author);
	}
	repo_mailmap_free(c->mailmap);
}

static int run(struct comparing *c)
{
	int rc = find_range(c);

	if (rc == 0)
		rc = cut_history(c);
	if (rc == 0)
		rc = open_database(c);
	if (rc == 0)
		rc = run_scan(c);
	if (rc < 0)
		return rc;
	map_authors(c);
	c->sets = lineage_sets_make(&c->store);
	rc = compare_pair(&c->store, &c->sets, c->e);
	if (rc == 0)
		list_changes(c);
	return rc;
}

/* Compares `left` with the right revision. */
static int compare_with(struct comparing *c, const struct oid *left, struct comparison *out)
{
	int rc;

	repo_set_grafts(c->repo, NULL, 0);
	c->revisions.left = *left;
	c->range = (struct range){.missing = 0};
	c->store = (struct compare_store){.database = NULL};
	*out = (struct comparison){.left = *left};
	c->out = out;
	rc = run(c);
	out->store = c->store;
	out->right = c->revisions.right;
	out->staged = c->revisions.staged;
	range_release(&c->range);
	return rc;
}

/* ---- A...B ---- */

static int no_base(const struct comparing *c, const struct range *range)
{
	if (range->cut_short || repo_is_shallow(c->repo))
		return err_set(c->e, ERR_NOT_FOUND,
			"%.*s: this shallow clone ends before the commit where both part; run "
			"`git fetch --deepen=100` until it is there, or `git fetch --unshallow` "
			"(in CI: fetch-depth: 0 on GitHub, GIT_DEPTH: 0 on GitLab)",
			STR_ARG(c->revisions.text));
	return err_set(c->e, ERR_NOT_FOUND,
		"%.*s: the two have no history in common; %.*s..%.*s compares them as they are",
		STR_ARG(c->revisions.text), STR_ARG(c->revisions.left_name),
		STR_ARG(c->revisions.right_name));
}

/* What a comparison begins with: the left revision, or the best common ancestors, the newest first.
 */
static int find_lefts(struct comparing *c, struct oid **lefts, size_t *count)
{
	struct range range;
	int rc;

	*lefts = &c->revisions.left;
	*count = 1;
	if (!c->revisions.from_base)
		return 0;
	rc = range_find(&range, c->repo, &c->revisions.left, &c->revisions.right, 0, c->e);
	*count = range.bases.len;
	if (rc == 0 && !*count)
		rc = no_base(c, &range);
	*lefts = ARENA_ARRAY(&c->session->arena, *count, struct oid);
	for (size_t i = 0; i < *count; i++)
		(*lefts)[i] = range.bases.items[i];
	range_release(&range);
	return rc;
}

/* Where branches were merged both ways there are several best common ancestors: what stands in any
 * of them is not new. */
static int leave_out_known(struct comparing *c, const struct oid *base, struct comparison *out)
{
	struct comparison other;
	int rc = compare_with(c, base, &other);

	for (size_t i = 0; rc == 0 && i < out->changes.len; i++) {
		struct finding_change *x = &out->changes.items[i];

		if (x->kind != CHANGE_INTRODUCED ||
			(other.changes.len &&
				bsearch(x, other.changes.items, other.changes.len,
					sizeof *other.changes.items, by_kind_and_place)))
			continue;
		x->kind = CHANGE_UNCHANGED;
		x->has_event = false;
		x->commit = NULL;
		x->old_path = x->path;
		x->old_line = x->finding->line;
	}
	out->missing += other.missing;
	comparison_release(&other);
	sort_changes(out);
	return rc;
}

int compare(struct session *s, struct repo *r, const struct revisions *revisions, bool whole,
	struct comparison *out)
{
	struct err e;
	struct comparing c = {.session = s, .repo = r, .revisions = *revisions, .whole = whole};
	struct oid *lefts;
	size_t count;
	int rc;

	*out = (struct comparison){.commits = 0};
	c.e = &e;
	c.rules = rule_set_new(s->config->blocking, s->config->blocking_count);
	rc = find_lefts(&c, &lefts, &count);
	if (rc == 0)
		rc = compare_with(&c, &lefts[0], out);
	for (size_t i = 1; rc == 0 && i < count; i++)
		rc = leave_out_known(&c, &lefts[i], out);
	rule_set_free(c.rules);
	return rc < 0 ? session_fail_err(s, &e) : 0;
}

void comparison_release(struct comparison *c)
{
	compare_store_release(&c->store);
	vec_release(&c->changes);
}
