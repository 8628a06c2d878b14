/*
 * Stored results against the blobs, analysed again.
 */
#include "scan/verify_private.h"

#include <stdlib.h>
#include <string.h>

#include "scan/base/hash.h"
#include "scan/pool.h"

#define WINDOW 64 /* jobs under way */

struct choosing {
	struct verify *v;
	VEC(struct oid) all;
};

static int add_blob(void *arg, const struct oid *blob)
{
	struct choosing *c = arg;

	*vec_push(&c->all) = *blob;
	return 0;
}

/* Some of them, by chance: the first n become a random choice (Fisher and Yates). */
static uint32_t choose(struct choosing *c)
{
	uint64_t dice = c->v->options->seed;
	uint32_t n = c->v->options->blobs;

	if (n > c->all.len)
		n = (uint32_t)c->all.len;
	for (uint32_t i = 0; i < n && n < c->all.len; i++) {
		size_t k;
		struct oid swap = c->all.items[i];

		dice = hash_finish(hash_number(HASH_SEED, dice));
		k = i + dice % (c->all.len - i);
		c->all.items[i] = c->all.items[k];
		c->all.items[k] = swap;
	}
	return n;
}

/* ---- comparing ---- */

static bool same_signature(const struct signature *a, const struct signature *b)
{
	return a->token_hash == b->token_hash && a->callee_hash == b->callee_hash &&
		a->body_hash == b->body_hash && a->before_hash == b->before_hash &&
		a->after_hash == b->after_hash && str_eq(a->sketch, b->sketch);
}

static const char *finding_difference(const struct finding *a, const struct finding *b)
{
	if (a->rule != b->rule)
		return "rule";
	if (a->level != b->level)
		return "level";
	if (a->suppressed != b->suppressed)
		return "suppression";
	if (a->line != b->line || a->column != b->column || a->end_line != b->end_line ||
		a->end_column != b->end_column)
		return "place";
	if (!str_eq(a->scope, b->scope))
		return "scope";
	if (!str_eq(a->snippet, b->snippet) || !str_eq(a->message, b->message))
		return "text";
	return same_signature(&a->id, &b->id) ? NULL : "signature";
}

static bool same_unknown(const struct blob_record *a, const struct blob_record *b)
{
	if (a->unknown_count != b->unknown_count)
		return false;
	for (uint32_t i = 0; i < a->unknown_count; i++)
		if (a->unknown[i].first != b->unknown[i].first ||
			a->unknown[i].last != b->unknown[i].last)
			return false;
	return true;
}

static const char *blob_difference(const struct blob_record *a, const struct blob_record *b)
{
	if (a->status != b->status || !str_eq(a->reason, b->reason))
		return "status";
	if (a->bytes != b->bytes || a->lines != b->lines)
		return "size";
	if (a->unknown_bytes != b->unknown_bytes || !same_unknown(a, b))
		return "unknown part";
	if (a->async_defs != b->async_defs || a->awaits != b->awaits)
		return "async functions";
	return a->finding_count != b->finding_count ? "number of findings" : NULL;
}

static void compare(
	struct verify *v, const struct blob_record *stored, const struct blob_record *now)
{
	const char *what = blob_difference(stored, now);
	char hex[OID_HEX_LEN + 1];

	oid_hex(&stored->oid, hex);
	v->proof->blobs++;
	for (uint32_t i = 0; !what && i < now->finding_count; i++)
		what = finding_difference(&stored->findings[i], &now->findings[i]);
	if (what)
		verify_fault_of(v, "blob %s: analysed again it has another %s", hex, what);
}

/* A limit that another scan had is no difference; what is missing here was there once. */
static bool is_comparable(const struct blob_record *stored, const struct blob_record *now)
{
	return stored->status != BLOB_MISSING && now->status != BLOB_MISSING &&
		!str_is(stored->reason, REASON_TOO_LARGE);
}

static int take_job(struct verify *v, struct pool *pool, struct pool_job *job)
{
	const struct scan_store *s = v->store->scan;
	struct arena scratch = {0};
	struct blob_record stored;
	int rc;

	pool_wait(pool, job);
	rc = s->load_blob(s->self, &job->blob, &scratch, &stored, v->e);
	if (rc == 0 && is_comparable(&stored, &job->record))
		compare(v, &stored, &job->record);
	else if (rc == 0)
		v->proof->blobs_unreadable++;
	v->progress.blobs_done++;
	v->progress.bytes_done += job->record.bytes;
	verify_tell(v);
	arena_release(&scratch);
	arena_release(&job->arena);
	*job = (struct pool_job){0};
	return rc;
}

/* ---- all of it ---- */

static int run_jobs(struct verify *v, const struct oid *blobs, uint32_t n)
{
	const struct pool_limits limits = {
		.rules = v->options->rules, .py = {.max_ms = SCAN_MAX_PARSE_MS}};
	struct pool_job *jobs = mem_zalloc(WINDOW, sizeof *jobs);
	struct pool *pool = NULL;
	uint32_t taken = 0;
	int rc = pool_new(&pool, v->repo, v->options->jobs, &limits, v->e);

	for (uint32_t sent = 0; rc == 0 && taken < n;) {
		if (verify_stopped(v)) {
			rc = err_set(v->e, ERR_INTERRUPTED, "interrupted");
		} else if (sent < n && sent - taken < WINDOW) {
			struct pool_job *job = &jobs[sent % WINDOW];

			job->blob = blobs[sent++];
			job->want_analysis = true;
			pool_submit(pool, job);
		} else {
			rc = take_job(v, pool, &jobs[taken++ % WINDOW]);
		}
	}
	pool_free(pool);
	for (uint32_t i = 0; i < WINDOW; i++)
		arena_release(&jobs[i].arena);
	free(jobs);
	return rc;
}

int verify_blobs(struct verify *v)
{
	const struct scan_store *s = v->store->scan;
	struct choosing c = {.v = v};
	uint32_t n;
	int rc = v->store->each_blob(s->self, add_blob, &c, v->e);

	if (rc == 0) {
		v->proof->blobs_stored = (uint32_t)c.all.len;
		n = choose(&c);
		rc = n ? run_jobs(v, c.all.items, n) : 0;
	}
	vec_release(&c.all);
	return rc;
}
