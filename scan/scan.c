/*
 * The scan: batches of commits flow through "read and queue blobs" and, one batch later, "wait,
 * follow, store", so that workers analyse the next batch while this thread writes the last one.
 * See scan.h.
 */
#include "scan/scan_private.h"

#include <stdlib.h>

/* A batch is full at this many commits or jobs, whichever comes first: memory against speed. */
#define BATCH_COMMITS 512
#define BATCH_JOBS    192

/* ---- the stored part of the graph ---- */

struct loading {
	struct scan *scan;
	VEC(uint32_t) node_of_id; /* + 1 */
};

static int load_commit(void *arg, const struct stored_commit *c)
{
	struct loading *l = arg;
	struct arena scratch = {0};
	uint32_t *parents = ARENA_ARRAY(&scratch, c->parent_count, uint32_t);
	struct graph_node *n;
	uint32_t node;

	for (uint32_t i = 0; i < c->parent_count; i++)
		parents[i] = l->node_of_id.items[c->parent_ids[i]] - 1;
	node = graph_add(&l->scan->graph, &c->oid, parents, c->parent_count);
	n = &l->scan->graph.nodes.items[node];
	n->id = c->id;
	n->done = true;
	n->open_total = c->open_total;
	n->tree = c->tree;
	*vec_push(&l->scan->stored) = (struct stored){c->committed_at, c->shallow};
	while (l->node_of_id.len <= c->id)
		*vec_push(&l->node_of_id) = 0;
	l->node_of_id.items[c->id] = node + 1;
	arena_release(&scratch);
	return 0;
}

static int load_graph(struct scan *s)
{
	struct loading l = {.scan = s};
	int rc = s->store->each_commit(s->store->self, load_commit, &l, s->e);

	vec_release(&l.node_of_id);
	return rc;
}

/* ---- reading: the next commits, and jobs for what must be analysed ---- */

static struct pool_job *add_job(struct batch *b)
{
	struct pool_job *job = mem_zalloc(1, sizeof *job);

	*vec_push(&b->jobs) = job;
	return job;
}

static void note_queued(struct scan *s, struct pool_job *job)
{
	if (job->want_analysis)
		*map_put(&s->queued, MAP_KEY(job->blob), NULL) = 1;
}

/* 1 when the blob still has to be analysed, 0 when it is known or queued. */
static int needs_analysis(struct scan *s, const struct oid *blob)
{
	int known;

	if (tracker_has_facts(s->tracker, blob) || map_get(&s->queued, MAP_KEY(*blob)))
		return 0;
	known = s->store->has_blob(s->store->self, blob, s->e);
	return known < 0 ? known : !known;
}

static int queue_delta(struct scan *s, struct batch *b, const struct path_delta *d, bool want_diff)
{
	struct pool_job *job;
	int analyse = oid_is_zero(&d->new_blob) ? 0 : needs_analysis(s, &d->new_blob);

	want_diff = want_diff && !oid_is_zero(&d->old_blob) && !oid_is_zero(&d->new_blob);
	if (analyse < 0 || (!analyse && !want_diff))
		return analyse;
	job = add_job(b);
	job->blob = d->new_blob;
	job->want_analysis = analyse;
	job->want_diff = want_diff;
	if (want_diff)
		job->old_blob = d->old_blob;
	note_queued(s, job);
	pool_submit(s->pool, job);
	return 0;
}

/* The difference to the only parent is always wanted, for the count of changed lines; for merges
 * it is taken when matching needs it. */
static int queue_commit(struct scan *s, struct batch *b, const struct walk_commit *c)
{
	int rc = 0;

	for (uint32_t p = 0; p < c->delta_count; p++)
		for (uint32_t i = 0; rc == 0 && i < c->deltas[p].len; i++)
			rc = queue_delta(s, b, &c->deltas[p].items[i], c->delta_count == 1);
	return rc;
}

static int read_commit(struct scan *s, struct batch *b, struct walk_commit *c)
{
	uint32_t missing;
	int rc = walk_next(s->walk, &b->arena, c, s->e);

	if (rc <= 0)
		return rc;
	missing = c->missing_trees + c->unreadable;
	rc = scan_mend_deltas(s, &b->arena, c);
	if (rc < 0)
		return rc;
	s->summary->missing_objects += c->missing_trees || c->unreadable ? missing : 0;
	s->graph.nodes.items[c->node].id = s->next_commit++;
	return 1;
}

static int read_batch(struct scan *s, struct batch *b)
{
	int rc = 1;

	while (rc > 0 && b->commits.len < BATCH_COMMITS && b->jobs.len < BATCH_JOBS) {
		struct walk_commit c;

		rc = read_commit(s, b, &c);
		if (rc <= 0)
			break;
		*vec_push(&b->commits) = c;
		rc = queue_commit(s, b, &c) < 0 ? s->e->code : 1;
	}
	return rc < 0 ? rc : 0;
}

/* ---- writing ---- */

static void count_blob(struct scan *s, const struct blob_record *r)
{
	s->summary->blobs++;
	s->summary->bytes += r->bytes;
	s->summary->blobs_partial += r->status == BLOB_PARTIAL;
	s->summary->blobs_skipped += r->status == BLOB_SKIPPED;
	s->summary->missing_objects += r->status == BLOB_MISSING;
	s->progress.blobs_done++;
	s->progress.bytes_done += r->bytes;
}

static void tell(struct scan *s)
{
	if (s->report)
		s->report(s->report_arg, &s->progress);
}

static int take_jobs(struct scan *s, struct batch *b)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->jobs.len; i++) {
		struct pool_job *job = b->jobs.items[i];

		pool_wait(s->pool, job);
		if (job->want_analysis) {
			job->record.oid = job->blob;
			tracker_add_facts(s->tracker, &job->record);
			rc = s->store->put_blob(s->store->self, &job->record, s->e);
			count_blob(s, &job->record);
			tell(s);
		}
		if (job->want_diff)
			tracker_add_hunks(s->tracker, &job->old_blob, &job->blob, &job->hunks);
	}
	return rc;
}

static void count_events(struct scan *s, const struct commit_history *h)
{
	for (uint32_t i = 0; i < h->event_count; i++) {
		enum event_kind k = h->events[i].kind;

		s->summary->introduced += k == EVENT_INTRODUCED || k == EVENT_REOPENED ||
			k == EVENT_RESURRECTED_BY_MERGE || k == EVENT_UNSUPPRESSED;
		s->summary->fixed +=
			k == EVENT_FIXED || k == EVENT_REMOVED || k == EVENT_DROPPED_BY_MERGE;
	}
}

static int put_commit(struct scan *s, struct walk_commit *c)
{
	const struct graph_node *n = &s->graph.nodes.items[c->node];
	struct arena scratch = {0};
	uint32_t *parents = ARENA_ARRAY(&scratch, n->parent_count, uint32_t);
	struct commit_history history;
	int rc;

	for (uint32_t i = 0; i < n->parent_count; i++)
		parents[i] = s->graph.nodes.items[n->parents[i]].id;
	c->record.generation = n->generation;
	c->record.parent_count = n->parent_count;
	rc = s->store->put_commit(s->store->self, n->id, &c->record, parents, s->e);
	if (rc == 0)
		rc = tracker_commit(s->tracker, c, &scratch, &history, s->e);
	if (rc == 0)
		rc = s->store->put_history(s->store->self, &history, s->e);
	if (rc == 0) {
		s->graph.nodes.items[c->node].done = true;
		s->summary->commits++;
		s->progress.commits_done++;
		count_events(s, &history);
		tell(s);
	}
	arena_release(&scratch);
	return rc;
}

static void batch_clear(struct batch *b)
{
	for (size_t i = 0; i < b->jobs.len; i++) {
		arena_release(&b->jobs.items[i]->arena);
		free(b->jobs.items[i]);
	}
	vec_clear(&b->jobs);
	vec_clear(&b->commits);
	arena_reset(&b->arena);
}

int scan_put_missing(struct scan *s)
{
	uint32_t count;
	const struct missing_object *missing = repo_missing(s->repo, &count);
	int rc = 0;

	if (!s->store->put_missing)
		return 0;
	for (; rc == 0 && s->missing_told < count; s->missing_told++)
		rc = s->store->put_missing(s->store->self, &missing[s->missing_told], s->e);
	return rc;
}

static int write_batch(struct scan *s, struct batch *b)
{
	int rc;

	if (!b->commits.len)
		return 0;
	rc = s->store->begin(s->store->self, s->e);
	if (rc == 0)
		rc = take_jobs(s, b);
	for (size_t i = 0; rc == 0 && i < b->commits.len; i++)
		rc = put_commit(s, &b->commits.items[i]);
	if (rc == 0)
		rc = scan_put_missing(s);
	if (rc == 0)
		rc = s->store->commit(s->store->self, s->e);
	tracker_forget_hunks(s->tracker);
	return rc;
}

static bool stop_wanted(const struct scan *s)
{
	return s->options->stop && atomic_load(s->options->stop);
}

static int run_batches(struct scan *s)
{
	struct batch *now = &s->batches[0], *next = &s->batches[1];
	int rc = read_batch(s, now);

	while (rc == 0 && now->commits.len) {
		struct batch *done = now;

		if (stop_wanted(s))
			return err_set(s->e, ERR_INTERRUPTED, "interrupted");
		rc = read_batch(s, next);
		if (rc == 0)
			rc = write_batch(s, now);
		if (rc < 0) /* workers may still be at jobs of both batches */
			break;
		map_clear(&s->queued);
		for (size_t i = 0; i < next->jobs.len; i++)
			note_queued(s, next->jobs.items[i]);
		batch_clear(done);
		now = next;
		next = done;
	}
	return rc;
}

/* ---- the whole ---- */

static int start_walk(struct scan *s)
{
	struct arena a = {0};
	struct oid *tips = ARENA_ARRAY(&a, s->options->ref_count, struct oid);
	int rc;

	for (uint32_t i = 0; i < s->options->ref_count; i++)
		tips[i] = s->options->refs[i].commit;
	rc = walk_new(
		&s->walk, s->repo, &s->graph, tips, s->options->ref_count, s->options->since, s->e);
	arena_release(&a);
	if (rc == 0) {
		s->progress.commits_total = walk_length(s->walk);
		s->summary->missing_commits = walk_missing(s->walk);
	}
	return rc;
}

static int start_pool(struct scan *s)
{
	struct pool_limits limits = {.rules = s->options->rules,
		.py = {.max_bytes = s->options->max_file_bytes, .max_ms = SCAN_MAX_PARSE_MS}};

	return walk_length(s->walk) ? pool_new(&s->pool, s->repo, s->options->jobs, &limits, s->e)
				    : 0;
}

/* The stored commits and those to scan. */
static int open_graph(struct scan *s)
{
	int rc = load_graph(s);

	return rc < 0 ? rc : start_walk(s);
}

static void close_graph(struct scan *s)
{
	walk_free(s->walk);
	s->walk = NULL;
	graph_release(&s->graph);
	vec_clear(&s->stored);
}

/* History is made anew: the results of blobs are there already. */
static int restart(struct scan *s, const char *why)
{
	struct scan_store *store = &s->own_store;
	int rc = store->restart(store->self, &store->next_commit, &store->next_lineage, s->e);

	s->summary->restarted = why;
	s->missing_told = 0;
	return rc;
}

static int open_current_graph(struct scan *s, bool more)
{
	const char *why;
	int rc = 0;

	if (more)
		rc = restart(s, "objects can be read that were missing");
	if (rc == 0)
		rc = open_graph(s);
	if (rc == 0)
		rc = scan_check_default_ref(s);
	if (rc < 0)
		return rc;
	why = scan_why_stale(s);
	if (!why)
		return 0;
	close_graph(s);
	rc = restart(s, why);
	return rc < 0 ? rc : open_graph(s);
}

static void scan_release(struct scan *s)
{
	pool_free(s->pool);
	for (size_t i = 0; i < ARRAY_LEN(s->batches); i++) {
		batch_clear(&s->batches[i]);
		vec_release(&s->batches[i].commits);
		vec_release(&s->batches[i].jobs);
		arena_release(&s->batches[i].arena);
	}
	tracker_free(s->tracker);
	close_graph(s);
	map_release(&s->queued);
	vec_release(&s->stand_ins);
	vec_release(&s->stored);
}

static int run_opened(struct scan *s)
{
	int rc = start_pool(s);

	s->next_commit = s->store->next_commit;
	if (rc == 0)
		rc = tracker_new(&s->tracker, &s->graph, s->store, s->repo, s->e);
	if (rc == 0)
		rc = run_batches(s);
	return rc < 0 ? rc : scan_store_refs(s);
}

int scan_run(struct repo *r, const struct scan_store *store, const struct scan_options *options,
	scan_report *report, void *report_arg, struct scan_summary *out, struct err *e)
{
	struct scan s = {.repo = r,
		.own_store = *store,
		.options = options,
		.report = report,
		.report_arg = report_arg,
		.summary = out,
		.e = e};
	bool more;
	int rc;

	*out = (struct scan_summary){0};
	s.store = &s.own_store;
	rc = scan_can_read_more(&s, &more);
	if (rc == 0 && (more || !store->scanned || store->scanned != scan_inputs(&s))) {
		rc = open_current_graph(&s, more);
		if (rc == 0)
			rc = run_opened(&s);
	}
	scan_release(&s);
	return rc;
}
