/*
 * lapse scan: joins scan/ (which walks and analyses) with store/ (which keeps).
 */
#include "cmd/scan.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cmd/progress.h"
#include "store/query.h"

static int run(struct session *s);

static const struct option_spec options[] = {
	{.name = "ref",
		.type = OPTION_LIST,
		.argument = "REF",
		.words = WORDS_REVISIONS,
		.help = "follow this branch, tag or revision; the first is the default reference"},
	{.name = "all", .letter = 'a', .help = "follow every local branch and tag"},
	{.name = "since",
		.type = OPTION_DATE,
		.argument = "DATE",
		.help = "leave out older commits: 2024-05-31 (UTC), '6 months ago', 2.weeks; what "
			"stands "
			"then counts as there from the start"},
	{.name = "jobs",
		.letter = 'j',
		.type = OPTION_NUMBER,
		.argument = "N",
		.help = "analyse in N threads (default: one for each processor)"},
	{.name = "max-file-size",
		.type = OPTION_SIZE,
		.argument = "BYTES",
		.initial = "4M",
		.help = "skip larger files; 0: none is"},
	{.name = "repos-from",
		.type = OPTION_FILE,
		.argument = "FILE",
		.help = "scan the repositories that FILE names, one path on each line; -: standard "
			"input"},
	{.name = "fetch", .help = "run 'git fetch --all --prune --tags' first"},
	{.name = "summary-json",
		.type = OPTION_FILE,
		.argument = "FILE",
		.help = "write what was done to FILE, for programs"},
	{.name = "strict", .help = "exit with 3 when part of the history could not be read"},
	{.name = "db",
		.letter = 'd',
		.type = OPTION_FILE,
		.argument = "FILE",
		.help = "the database (default: $LAPSE_DB, else lapse.db in the git directory)"},
	{.name = "lock-timeout",
		.type = OPTION_NUMBER,
		.argument = "SECONDS",
		.initial = "10",
		.help = "how long to wait for a locked database"},
	{0},
};

static const struct example examples[] = {
	{"lapse scan", "the repository of the current directory: its HEAD, all history"},
	{"lapse scan ~/src/shop --all", "every local branch and tag of another one"},
	{"lapse scan --ref main --ref v1.2 --since '2 years ago'", "some references, some history"},
	{"lapse scan /srv/git/*.git --db findings.db --fetch -q",
		"nightly: many repositories in one database"},
	{"lapse scan --repos-from repos.txt --db findings.db --summary-json done.json",
		"the same of a list, with a report for programs"},
	{0},
};

const struct command command_scan = {
	.name = "scan",
	.summary = "scan what is new in a repository's history",
	.operands = "[REPO...]",
	.max_operands = ANY_NUMBER,
	.words = WORDS_FOLDERS,
	.config = CONFIG_OF_OPERAND,
	.options = options,
	.about =
		"Walks the history of a git repository (bare, with a work tree, or a linked "
		"worktree), analyses every version of every Python file once, and keeps findings "
		"and "
		"their history in a database. The first scan takes all history, later ones what is "
		"new. References followed before stay followed as long as they exist. Interrupt it "
		"at "
		"any time: what is done is kept, the next scan goes on.\n\n"
		"Of several repositories each is scanned on its own, with its own configuration: "
		"one "
		"that fails does not stop the others, and the exit code is then 2.",
	.examples = examples,
	.run = run,
};

/* ---- signals: a handler can reach nothing but file scope ---- */

static atomic_bool stop_requested;
static volatile sig_atomic_t stop_signal;

static void on_signal(int number)
{
	stop_signal = number;
	atomic_store(&stop_requested, true);
}

/* The second signal of a kind ends at once, as if there were no handler. */
static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
}

/* ---- the parts of a scan ---- */

struct scan {
	struct session *session;
	struct repo *repo;
	struct store *store;
	struct str path; /* of the database */
	bool path_is_default;
	struct rule_set *rules;
	struct scan_refs refs;
	struct progress progress;
	struct scan_summary summary;
	int64_t missing; /* objects of the whole history */
};

static const char *repo_operand(const struct session *s)
{
	return s->options.operands.len ? s->options.operands.items[0] : ".";
}

static int fetch_first(const struct scan *sc)
{
	const struct session *s = sc->session;

	return options_flag(&s->options, "fetch") ? scan_fetch(s, repo_operand(s)) : 0;
}

static int open_repo(struct scan *sc)
{
	struct session *s = sc->session;
	const char *path = repo_operand(s);
	const char *named = database_named(s);
	struct err e;

	if (repo_open(&sc->repo, path, &e) < 0) {
		sc->repo = NULL;
		return session_fail_err(s, &e);
	}
	sc->path_is_default = !named;
	sc->path = named ? arena_dup(&s->arena, str_from(named))
			 : database_of_repo(sc->repo, &s->arena);
	return 0;
}

static int open_store(struct scan *sc)
{
	struct session *s = sc->session;
	const struct store_options o = {
		.write = true,
		.remake = true,
		.lock_timeout_ms = options_ms(&s->options, "lock-timeout"),
		.command = "lapse scan",
	};
	struct err e;

	if (store_open(&sc->store, sc->path.ptr, &o, &e) == 0) {
		if (store_was_remade(sc->store))
			session_note(s,
				"%s: made by an older lapse: it is made anew; scan its other "
				"repositories again, too",
				sc->path.ptr);
		return 0;
	}
	sc->store = NULL;
	return session_fail_err(s, &e);
}

/* The references the store knows of this repository, none when it is new. */
static int known_refs(struct scan *sc, struct str **names, uint32_t *count, struct err *e)
{
	struct arena *a = &sc->session->arena;
	uint32_t id;
	int r = database_find_repo(sc->store, sc->repo, a, &id, e);

	*count = 0;
	if (r == 0 && id)
		r = store_tracked_refs(sc->store, id, a, names, count, e);
	return r;
}

static int choose_refs(struct scan *sc)
{
	struct err e;

	return scan_refs_choose(&sc->refs, sc->session, sc->repo, &e) < 0
		? session_fail_err(sc->session, &e)
		: 0;
}

static int add_known_refs(struct scan *sc)
{
	struct str *tracked = NULL;
	uint32_t count;
	struct err e;

	if (known_refs(sc, &tracked, &count, &e) < 0)
		return session_fail_err(sc->session, &e);
	scan_refs_add_tracked(&sc->refs, sc->repo, tracked, count);
	return 0;
}

static int begin_scan(struct scan *sc, struct store_scan *out, struct err *e)
{
	struct arena *a = &sc->session->arena;
	uint32_t count = (uint32_t)sc->refs.items.len;
	struct oid *tips = ARENA_ARRAY(a, count, struct oid);
	struct store_repo described;
	struct store_rules rules;
	char digest[17];
	int r;

	for (uint32_t i = 0; i < count; i++)
		tips[i] = sc->refs.items.items[i].commit;
	r = database_describe(sc->repo, tips, count, a, &described, e);
	if (r < 0)
		return r;
	rule_set_digest(sc->rules, digest);
	rules = (struct store_rules){scan_rule_records(a), (uint32_t)rule_count(), digest};
	return store_begin_scan(sc->store, &described, &rules, out, e);
}

static uint32_t clamp(int64_t n)
{
	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

#define MOST_JOBS 256

uint32_t scan_job_count(const struct session *s)
{
	const struct option_value *jobs = options_get(&s->options, "jobs");
	int64_t n = jobs->given ? jobs->number : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > MOST_JOBS ? MOST_JOBS : (uint32_t)n;
}

static void tell_plan(const struct scan *sc, const struct scan_options *o)
{
	char hex[OID_HEX_LEN + 1];

	session_detail(
		sc->session, "%s: the database; %u threads", sc->path.ptr, (unsigned)o->jobs);
	for (uint32_t i = 0; i < o->ref_count; i++) {
		oid_hex(&o->refs[i].commit, hex);
		session_detail(sc->session, "%.*s at %s", STR_ARG(o->refs[i].name), hex);
	}
}

static int run_scan(struct scan *sc, const struct store_scan *begun, struct err *e)
{
	struct session *s = sc->session;
	const struct scan_store store = scan_store_of(sc->store, begun);
	const struct option_value *since = options_get(&s->options, "since");
	const struct scan_options o = {
		.refs = sc->refs.items.items,
		.ref_count = (uint32_t)sc->refs.items.len,
		.since = since->text ? since->number : 0,
		.rules = sc->rules,
		.jobs = scan_job_count(s),
		.max_file_bytes = clamp(options_number(&s->options, "max-file-size")),
		.stop = &stop_requested,
	};
	int r;

	tell_plan(sc, &o);
	r = scan_run(sc->repo, &store, &o, progress_report, &sc->progress, &sc->summary, e);
	progress_end(&sc->progress);
	if (r == 0 && sc->summary.restarted)
		session_note(s, "history was made anew: %s", sc->summary.restarted);
	return r;
}

static int interrupted(const struct scan *sc)
{
	const struct scan_progress *p = &sc->progress.last;

	if (p->commits_done == 0)
		print_failure("interrupted before anything was done");
	else
		(void)session_fail(sc->session,
			"interrupted: %u of %u new commits are done and kept; run the same command "
			"to "
			"go on",
			(unsigned)p->commits_done, (unsigned)p->commits_total);
	return EXIT_SIGNAL + (int)stop_signal;
}

static int name_of_repo(struct scan *sc, uint32_t id, struct str *name, struct err *e)
{
	struct store_repo_info *infos;
	uint32_t count;
	int r = store_repos(sc->store, &sc->session->arena, &infos, &count, e);

	*name = STR_EMPTY;
	for (uint32_t i = 0; r == 0 && i < count; i++)
		if (infos[i].id == id)
			*name = infos[i].name;
	return r;
}

/* What cannot be read of the whole history, not only of the commits that are new. */
static int count_missing(struct scan *sc, struct str repo, int64_t *missing, struct err *e)
{
	static const char sql[] = "SELECT missing_objects FROM coverage WHERE repo = :repo";
	const struct query_limits limits = {0};
	struct query_run *q = NULL;
	int r = query_open_sql(&q, sc->store, str_from(sql), &limits, e);

	*missing = 0;
	if (r == 0)
		r = query_bind(q, STR("repo"), repo, e);
	if (r == 0 && (r = query_next(q, e)) == 1)
		*missing = query_value(q, 0).integer;
	query_close(q);
	return r < 0 ? r : 0;
}

static int finish(struct scan *sc, uint32_t repo_id, struct str repo)
{
	struct session *s = sc->session;
	struct err e;

	if (count_missing(sc, repo, &sc->missing, &e) < 0)
		return session_fail_err(s, &e);
	if (database_apply_config(sc->store, repo_id, sc->repo, s->config, &e) < 0)
		session_warn(s, ".mailmap and configuration are not applied: %s", e.message);
	if (sc->missing)
		session_warn(s, "%" PRId64 " %s missing or corrupt; try git fsck in %.*s",
			sc->missing, sc->missing == 1 ? "object is" : "objects are",
			STR_ARG(repo_common_dir(sc->repo)));
	return sc->missing && options_flag(&s->options, "strict") ? EXIT_PARTIAL : EXIT_DONE;
}

static int print_summary(struct scan *sc, struct str repo, double seconds)
{
	const struct scan_result r = {
		.repo_name = repo,
		.summary = &sc->summary,
		.refs = &sc->refs,
		.path = sc->path,
		.path_is_default = sc->path_is_default,
		.seconds = seconds,
		.missing = sc->missing,
	};

	const char *json = options_text(&sc->session->options, "summary-json");

	if (json && scan_write_summary(sc->session, sc->store, &r, json) != 0)
		return EXIT_TROUBLE;
	if (sc->session->quiet)
		return EXIT_DONE;
	return scan_print_summary(sc->session, sc->store, &r);
}

static int scan_refs_chosen(struct scan *sc)
{
	struct store_scan begun;
	struct str name;
	double seconds;
	struct err e;
	int r, status;

	progress_begin(&sc->progress, sc->session->quiet);
	r = begin_scan(sc, &begun, &e);
	if (r == 0)
		r = run_scan(sc, &begun, &e);
	if (r == ERR_INTERRUPTED)
		return interrupted(sc);
	if (r < 0)
		return session_fail_err(sc->session, &e);
	seconds = progress_seconds(&sc->progress);
	if (name_of_repo(sc, begun.repo, &name, &e) < 0)
		return session_fail_err(sc->session, &e);
	status = finish(sc, begun.repo, name);
	if (status == EXIT_TROUBLE)
		return status;
	r = print_summary(sc, name, seconds);
	return r ? r : status;
}

/* A repository without commits has nothing to scan, and that is fine. */
static bool is_empty(struct scan *sc, int *status)
{
	struct repo_ref head;
	struct err e;
	int r = repo_head(sc->repo, &sc->session->arena, &head, &e);

	*status = EXIT_DONE;
	if (r == ERR_EMPTY) {
		session_note(sc->session, "%s; nothing to scan", e.message);
		return true;
	}
	if (r < 0 && options_get(&sc->session->options, "ref")->list.len == 0) {
		*status = session_fail_err(sc->session, &e);
		return true;
	}
	return false;
}

static int run_opened(struct scan *sc)
{
	int status = fetch_first(sc);

	if (status == 0)
		status = open_repo(sc);
	if (status != 0 || is_empty(sc, &status))
		return status;
	status = choose_refs(sc); /* before a database is made */
	if (status == 0)
		status = open_store(sc);
	if (status == 0) {
		catch_signals(); /* not before: waiting for a lock should end at once */
		status = add_known_refs(sc);
	}
	return status == 0 ? scan_refs_chosen(sc) : status;
}

static int run(struct session *s)
{
	struct scan sc = {.session = s};
	struct err e;
	int status;

	if (options_get(&s->options, "jobs")->given && options_number(&s->options, "jobs") < 1)
		return session_fail(s, "--jobs: 0 threads do nothing; give 1 or more");
	if (s->options.operands.len > 1 || options_text(&s->options, "repos-from"))
		return scan_many(s);
	if (repo_library_init(&e) < 0)
		return session_fail_err(s, &e);
	sc.rules = rule_set_new(s->config->blocking, s->config->blocking_count);
	status = run_opened(&sc);
	rule_set_free(sc.rules);
	scan_refs_release(&sc.refs);
	store_close(sc.store);
	if (sc.repo)
		repo_close(sc.repo);
	repo_library_release();
	return status;
}
