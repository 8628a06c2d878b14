/*
 * The worker threads of pool.h: one queue, one lock, one condition for each direction. A job takes
 * milliseconds, so the lock is never contended enough to matter.
 */
#include "scan/pool.h"

#include <pthread.h>
#include <stdlib.h>

/* The front end recurses over syntax to a tested depth; that needs less than half of this. */
#define STACK_BYTES ((size_t)16 * 1024 * 1024)

struct worker {
	struct pool *pool;
	pthread_t thread;
	struct repo *repo;
	struct analyser *analyser;
	struct arena scratch; /* the blobs of one job */
};

struct pool {
	struct pool_limits limits;
	struct worker *workers;
	uint32_t worker_count; /* those whose thread runs */
	pthread_mutex_t lock;
	/* Under the lock: the queue, `stopping`, and `done` of every job. */
	pthread_cond_t work, finished;
	struct pool_job *head, **tail;
	bool stopping;
};

/* ---- one job ---- */

static void unreadable(struct blob_record *b, int why)
{
	b->status = BLOB_MISSING;
	b->reason = why == ERR_NOT_FOUND ? STR("object missing") : STR("object corrupt");
}

static void too_large(struct blob_record *b, int64_t bytes)
{
	b->status = BLOB_SKIPPED;
	b->reason = STR(REASON_TOO_LARGE);
	b->bytes = bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
}

static bool over_limit(const struct worker *w, int64_t bytes)
{
	uint32_t max = w->pool->limits.py.max_bytes;

	return max && bytes > (int64_t)max;
}

/* Reads a blob unless it is over the limit; *bytes is its size in any case. The text is empty when
 * it was not read. */
static int read_blob(struct worker *w, const struct oid *id, struct str *text, int64_t *bytes)
{
	*text = STR_EMPTY;
	*bytes = repo_blob_size(w->repo, id);
	if (*bytes < 0)
		return (int)*bytes;
	return over_limit(w, *bytes) ? 0 : repo_blob(w->repo, id, &w->scratch, text, NULL);
}

static struct str read_new_side(struct worker *w, struct pool_job *j)
{
	int64_t bytes;
	struct str text;
	int status = read_blob(w, &j->blob, &text, &bytes);

	if (!j->want_analysis)
		return text;
	if (status)
		unreadable(&j->record, status);
	else if (over_limit(w, bytes))
		too_large(&j->record, bytes);
	else
		analyse(w->analyser, text, &j->arena, &j->record);
	j->record.oid = j->blob;
	return text;
}

static void run_job(struct worker *w, struct pool_job *j)
{
	struct str old_text = STR_EMPTY, new_text = STR_EMPTY;
	int64_t bytes;

	if (!oid_is_zero(&j->blob))
		new_text = read_new_side(w, j);
	if (j->want_diff) {
		if (!oid_is_zero(&j->old_blob))
			(void)read_blob(w, &j->old_blob, &old_text, &bytes);
		(void)repo_diff_lines(old_text, new_text, &j->arena, &j->hunks, NULL);
	}
	arena_reset(&w->scratch);
}

/* ---- threads ---- */

/* The next job, or NULL when the pool is being freed. Called with the lock held. */
static struct pool_job *take_job(struct pool *p)
{
	struct pool_job *j;

	while (!p->head && !p->stopping)
		(void)pthread_cond_wait(&p->work, &p->lock);
	if (p->stopping)
		return NULL;
	j = p->head;
	p->head = j->next;
	if (!p->head)
		p->tail = &p->head;
	return j;
}

static void *run_worker(void *arg)
{
	struct worker *w = arg;
	struct pool *p = w->pool;
	struct pool_job *j;

	(void)pthread_mutex_lock(&p->lock);
	while ((j = take_job(p))) {
		(void)pthread_mutex_unlock(&p->lock);
		run_job(w, j);
		(void)pthread_mutex_lock(&p->lock);
		j->done = true;
		(void)pthread_cond_broadcast(&p->finished);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

static int start_thread(struct worker *w)
{
	pthread_attr_t attr;
	int status = pthread_attr_init(&attr);

	if (status)
		return status;
	status = pthread_attr_setstacksize(&attr, STACK_BYTES);
	if (!status)
		status = pthread_create(&w->thread, &attr, run_worker, w);
	(void)pthread_attr_destroy(&attr);
	return status;
}

static int start_worker(struct worker *w, struct pool *p, struct repo *r, struct err *e)
{
	int status = repo_reopen(&w->repo, r, e);

	if (status)
		return status;
	w->pool = p;
	w->analyser = analyser_new(p->limits.rules, &p->limits.py);
	status = start_thread(w);
	return status
		? err_set(e, ERR_FAILED,
			  "a worker thread cannot be started (error %d); try fewer jobs", status)
		: 0;
}

static void release_worker(struct worker *w)
{
	if (w->analyser)
		analyser_free(w->analyser);
	repo_close(w->repo);
	arena_release(&w->scratch);
}

int pool_new(struct pool **out, struct repo *r, uint32_t threads, const struct pool_limits *limits,
	struct err *e)
{
	struct pool *p = mem_zalloc(1, sizeof *p);
	int status = 0;

	p->limits = *limits;
	p->tail = &p->head;
	p->workers = mem_zalloc(threads, sizeof *p->workers);
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->work, NULL);
	(void)pthread_cond_init(&p->finished, NULL);
	while (!status && p->worker_count < threads) {
		status = start_worker(&p->workers[p->worker_count], p, r, e);
		if (status)
			release_worker(&p->workers[p->worker_count]);
		else
			p->worker_count++;
	}
	if (status && !p->worker_count) { /* with fewer than asked for it only takes longer */
		pool_free(p);
		return status;
	}
	*out = p;
	return 0;
}

void pool_submit(struct pool *p, struct pool_job *job)
{
	job->next = NULL;
	job->done = false;
	(void)pthread_mutex_lock(&p->lock);
	*p->tail = job;
	p->tail = &job->next;
	(void)pthread_cond_signal(&p->work);
	(void)pthread_mutex_unlock(&p->lock);
}

void pool_wait(struct pool *p, struct pool_job *job)
{
	(void)pthread_mutex_lock(&p->lock);
	while (!job->done)
		(void)pthread_cond_wait(&p->finished, &p->lock);
	(void)pthread_mutex_unlock(&p->lock);
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	(void)pthread_mutex_lock(&p->lock);
	p->stopping = true;
	(void)pthread_cond_broadcast(&p->work);
	(void)pthread_mutex_unlock(&p->lock);
	for (uint32_t i = 0; i < p->worker_count; i++)
		(void)pthread_join(p->workers[i].thread, NULL);
	for (uint32_t i = 0; i < p->worker_count; i++)
		release_worker(&p->workers[i]);
	(void)pthread_cond_destroy(&p->finished);
	(void)pthread_cond_destroy(&p->work);
	(void)pthread_mutex_destroy(&p->lock);
	free(p->workers);
	free(p);
}
