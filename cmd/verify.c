/*
 * lapse verify: proves a database right, or says what is wrong in it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/progress.h"
#include "cmd/scan.h"
#include "cmd/text.h"
#include "scan/verify.h"
#include "store/query.h"
#include "store/verify.h"

static int run(struct session *s);

static const struct option_spec options[] = {
	{.name = "sample",
		.type = OPTION_NUMBER,
		.argument = "N",
		.initial = "200",
		.help = "analyse N file versions of each repository again"},
	{.name = "all-blobs", .help = "analyse every file version again: as long as a first scan"},
	{.name = "commits",
		.type = OPTION_NUMBER,
		.argument = "N",
		.initial = "50",
		.help = "count about N trees, besides those of the references"},
	{.name = "jobs",
		.letter = 'j',
		.type = OPTION_NUMBER,
		.argument = "N",
		.help = "analyse in N threads (default: one for each processor)"},
	{0},
};

static const struct example examples[] = {
	{"lapse verify", "the database of the current repository"},
	{"lapse verify --db findings.db --repo example.org/acme/shop --all-blobs",
		"one repository of many, every file version"},
	{0},
};

const struct command command_verify = {
	.name = "verify",
	.summary = "prove the stored history consistent",
	.operands = "",
	.groups = GROUP_DATABASE,
	.options = options,
	.about = "Checks that every id in the database points somewhere; that on every parent edge "
		 "of the history the findings of a commit are those of its parent, and what came, "
		 "and not what went, for each rule and level; that every coming and going has its "
		 "event; that the totals of the references and of some commits are those of their "
		 "trees; that file versions, taken by chance, analysed again give what is stored; "
		 "and that what reports read is what all that makes. Prints a line for each thing "
		 "that is wrong, and one that says what was looked at; exits with 1 when anything "
		 "is wrong. Writes nothing.",
	.examples = examples,
	.run = run,
};

/* More of them help nobody: the first show what happened. */
#define MOST_LINES 200

struct verifying {
	struct session *session;
	struct database *db;
	struct rule_set *rules;
	const struct store_repo_info *repo; /* in hand; NULL: all of them */
	uint64_t wrong;
};

static void print_found(void *arg, struct str line)
{
	struct verifying *v = arg;
	struct strbuf b = {0};

	if (++v->wrong > MOST_LINES)
		return;
	if (v->repo) {
		text_escape(&b, v->repo->name, TEXT_KEEP_NONE);
		strbuf_addz(&b, ": ");
	}
	text_escape(&b, line, TEXT_KEEP_NONE);
	strbuf_addc(&b, '\n');
	(void)fwrite(b.ptr, 1, b.len, session_out(v->session));
	strbuf_release(&b);
}

/* ---- one repository ---- */

static int list_refs(struct verifying *v, struct verify_options *o, struct err *e)
{
	static const char sql[] =
		"SELECT ref, commit_oid FROM refs WHERE repo = :repo ORDER BY ref";
	const struct query_limits limits = {0};
	struct arena *a = &v->session->arena;
	VEC(struct repo_ref) found = {0};
	struct query_run *q = NULL;
	struct repo_ref *refs;
	int r = query_open_sql(&q, v->db->store, str_from(sql), &limits, e);

	if (r == 0)
		r = query_bind(q, STR("repo"), v->repo->name, e);
	while (r >= 0 && (r = query_next(q, e)) == 1) {
		struct repo_ref *ref = vec_push(&found);

		ref->name = arena_dup(a, query_value(q, 0).text);
		(void)oid_parse(&ref->commit, query_value(q, 1).text);
	}
	query_close(q);
	refs = ARENA_ARRAY(a, found.len, struct repo_ref);
	if (found.len)
		memcpy(refs, found.items, found.len * sizeof *refs);
	o->refs = refs;
	o->ref_count = (uint32_t)found.len;
	vec_release(&found);
	return r;
}

static void add_proof(struct strbuf *b, const struct verify_proof *p, bool with_repo)
{
	text_add_count(b, p->commits, "commit", "commits");
	strbuf_addz(b, ", ");
	text_add_count(b, p->edges, "parent edge", "parent edges");
	strbuf_addz(b, ", ");
	text_add_count(b, p->events, "event", "events");
	strbuf_addz(b, ", ");
	text_add_count(b, p->refs, "reference", "references");
	if (!with_repo)
		return;
	strbuf_addz(b, "; ");
	text_add_count(b, p->trees, "tree", "trees");
	strbuf_addz(b, " counted; ");
	text_add_number(b, p->blobs);
	strbuf_addz(b, " of ");
	text_add_count(b, p->blobs_stored, "file version", "file versions");
	strbuf_addz(b, " analysed again");
}

static void print_proof(struct verifying *v, const struct verify_proof *p, bool with_repo)
{
	struct strbuf b = {0};
	uint32_t unreadable = p->trees_unreadable + p->blobs_unreadable;

	text_escape(&b, v->repo->name, TEXT_KEEP_NONE);
	strbuf_addz(&b, ": ");
	add_proof(&b, p, with_repo);
	strbuf_addc(&b, '\n');
	if (!v->session->quiet)
		(void)fwrite(b.ptr, 1, b.len, session_out(v->session));
	strbuf_release(&b);
	if (unreadable)
		session_warn(v->session, "%u of the chosen trees and file versions cannot be read",
			(unsigned)unreadable);
}

static uint32_t sample(const struct session *s, const char *name)
{
	int64_t n = options_number(&s->options, name);

	return n >= UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

static int prove(struct verifying *v, struct repo *r)
{
	struct session *s = v->session;
	/* Nothing is new: all numbers are stored ones. */
	const struct store_scan nothing = {.next_commit = UINT32_MAX, .next_lineage = UINT32_MAX};
	const struct scan_store scan = scan_store_of(v->db->store, &nothing);
	const struct verify_store store = {
		&scan, store_load_deltas, store_load_events, store_load_ref, store_each_blob};
	struct verify_options o = {
		.blobs = options_flag(&s->options, "all-blobs") ? UINT32_MAX : sample(s, "sample"),
		.commits = sample(s, "commits"),
		.seed = (uint64_t)time(NULL),
		.rules = v->rules,
		.jobs = scan_job_count(s),
	};
	struct verify_proof proof;
	struct progress progress;
	struct err e;
	int status = list_refs(v, &o, &e);

	progress_begin(&progress, s->quiet);
	if (status == 0)
		status = verify_history(
			r, &store, &o, print_found, v, progress_report, &progress, &proof, &e);
	progress_end(&progress);
	if (status < 0)
		return session_fail_err(s, &e);
	print_proof(v, &proof, r != NULL);
	return 0;
}

/* The repository where it was scanned, unless it is the one we stand in. */
static int prove_with_git(struct verifying *v)
{
	struct repo *r = NULL;
	struct err e;
	int status;

	if (v->db->repo && v->repo->id == v->db->repo_id)
		return prove(v, v->db->repo);
	if (repo_open(&r, v->repo->path.ptr, &e) < 0) {
		session_warn(
			v->session, "%s; its trees and file versions are not looked at", e.message);
		r = NULL;
	} else if (!database_is_repo(v->db, r, v->repo->id)) {
		session_warn(v->session,
			"%s is another repository by now; the trees and file versions of %.*s are "
			"not looked at",
			v->repo->path.ptr, STR_ARG(v->repo->name));
		repo_close(r);
		r = NULL;
	}
	status = prove(v, r);
	repo_close(r);
	return status;
}

static int verify_repo(struct verifying *v)
{
	struct session *s = v->session;
	char digest[17];
	struct str stored;
	struct err e;

	if (store_use_repo(v->db->store, v->repo->id, &stored, &s->arena, &e) < 0)
		return session_fail_err(s, &e);
	rule_set_digest(v->rules, digest);
	if (str_is(stored, digest))
		return prove_with_git(v);
	session_warn(s,
		"%.*s was scanned by another version of the rules: only its tables are "
		"checked; scan it again, then verify",
		STR_ARG(v->repo->name));
	return 0;
}

/* ---- the database ---- */

static int verify_tables(struct verifying *v, uint32_t *checks)
{
	struct err e;

	if (store_verify(v->db->store, print_found, v, checks, &e) < 0 ||
		store_verify_derived(v->db->store, print_found, v, &e) < 0)
		return session_fail_err(v->session, &e);
	return 0;
}

static int verify_repos(struct verifying *v)
{
	struct session *s = v->session;
	struct store_repo_info *infos;
	uint32_t count;
	struct err e;
	int status = 0;

	if (store_repos(v->db->store, &s->arena, &infos, &count, &e) < 0)
		return session_fail_err(s, &e);
	for (uint32_t i = 0; status == 0 && i < count; i++) {
		v->repo = &infos[i];
		if (!v->db->repo_name.len || str_eq(v->db->repo_name, infos[i].name))
			status = verify_repo(v);
	}
	v->repo = NULL;
	return status;
}

static int print_end(const struct verifying *v, uint32_t checks)
{
	struct strbuf b = {0};

	strbuf_addf(&b, "%s: %u checks of the tables; ", v->db->path.ptr, (unsigned)checks);
	if (v->wrong > MOST_LINES)
		strbuf_addf(&b, "the first %d of ", MOST_LINES);
	if (v->wrong)
		text_add_count(&b, (int64_t)v->wrong, "thing is wrong", "things are wrong");
	else
		strbuf_addz(&b, "all is right");
	strbuf_addc(&b, '\n');
	if (v->wrong || !v->session->quiet)
		(void)fwrite(b.ptr, 1, b.len, session_out(v->session));
	strbuf_release(&b);
	return v->wrong ? EXIT_FOUND : EXIT_DONE;
}

static int run(struct session *s)
{
	struct database d;
	struct verifying v = {.session = s, .db = &d};
	uint32_t checks = 0;
	int status = database_open(s, &d);

	v.rules = rule_set_new(s->config->blocking, s->config->blocking_count);
	if (status == 0)
		status = verify_tables(&v, &checks);
	if (status == 0)
		status = verify_repos(&v);
	if (status == 0)
		status = print_end(&v, checks);
	rule_set_free(v.rules);
	database_close(&d);
	return status;
}
