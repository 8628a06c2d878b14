/*
 * Many repositories in one `lapse scan`: each in a process of its own, one after the other, so that
 * one that fails takes nothing else with it; then a line for each and the sum of all.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/files.h"
#include "cmd/json.h"
#include "cmd/scan.h"

#define MAX_SUMMARY_BYTES 65536
#define MAX_LIST_BYTES    ((size_t)16 << 20)

struct many {
	struct session *s;
	VEC(const char *) repos;
	VEC(const char *) args; /* what each scan is called with; the last two are its own */
	char summary[64];       /* file that a scan leaves its summary in */
	cJSON *summaries;
	uint32_t failed, partial, scanned, idle;
};

/* ---- which repositories, and how ---- */

/* Blank lines and those that begin with # are none. */
static void add_lines(struct many *m, struct str text)
{
	struct str line;

	while (str_next(&text, '\n', &line)) {
		line = str_trim(line);
		if (line.len && line.ptr[0] != '#')
			*vec_push(&m->repos) = arena_dup(&m->s->arena, line).ptr;
	}
}

static int read_list(struct many *m, const char *path)
{
	struct strbuf text = {0};
	int number = strcmp(path, "-") == 0 ? file_read_stream(STDIN_FILENO, MAX_LIST_BYTES, &text)
					    : file_read(path, MAX_LIST_BYTES, &text);

	if (!number && text.len > MAX_LIST_BYTES)
		number = EFBIG;
	if (!number)
		add_lines(m, strbuf_str(&text));
	strbuf_release(&text);
	if (number)
		return session_fail(m->s, "%s: cannot be read: %s; give --repos-from another file",
			path, strerror(number));
	if (m->repos.len == 0)
		return session_fail(
			m->s, "%s: names no repository; write one path on each line", path);
	return 0;
}

/* These are about all repositories together. */
static bool is_ours(const char *name)
{
	static const char *const ours[] = {"repos-from", "summary-json", "quiet", "output"};

	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		if (strcmp(name, ours[i]) == 0)
			return true;
	return false;
}

static void add_arg(struct many *m, const char *name, const char *value)
{
	struct arena *a = &m->s->arena;
	struct str arg =
		value ? arena_printf(a, "--%s=%s", name, value) : arena_printf(a, "--%s", name);

	*vec_push(&m->args) = arg.ptr;
}

static void add_option(struct many *m, const struct option_value *v)
{
	if (!v->given || is_ours(v->spec->name))
		return;
	if (v->spec->type == OPTION_LIST)
		for (size_t i = 0; i < v->list.len; i++)
			add_arg(m, v->spec->name, v->list.items[i]);
	else
		add_arg(m, v->spec->name, v->spec->type == OPTION_FLAG ? NULL : v->text);
}

static int prepare(struct many *m)
{
	const struct options *o = &m->s->options;
	const char *from = options_text(o, "repos-from"), *folder = getenv("TMPDIR");
	int file;

	for (size_t i = 0; i < o->operands.len; i++)
		*vec_push(&m->repos) = o->operands.items[i];
	if (from && read_list(m, from) != 0)
		return EXIT_TROUBLE;
	(void)snprintf(m->summary, sizeof m->summary, "%s/lapse-XXXXXX",
		folder && strlen(folder) < sizeof m->summary - 16 ? folder : "/tmp");
	file = mkstemp(m->summary);
	if (file < 0)
		return session_fail(m->s, "%s: cannot be made: %s; set TMPDIR to a folder for it",
			m->summary, strerror(errno));
	(void)close(file);
	add_arg(m, "quiet", NULL);
	add_arg(m, "summary-json", m->summary);
	for (size_t i = 0; i < o->count; i++)
		add_option(m, &o->values[i]);
	*vec_push(&m->args) = "--";
	*vec_push(&m->args) = NULL; /* the repository's place */
	return 0;
}

/* ---- signals: a handler can reach nothing but file scope ---- */

static volatile sig_atomic_t current_child, stop_signal;

/* ^C reaches the scan by itself, which ends well and says so; SIGTERM may reach only this process.
 */
static void on_signal(int number)
{
	stop_signal = number;
	if (current_child && number == SIGTERM)
		(void)kill((pid_t)current_child, number);
}

static void set_signals(void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
}

/* While a scan is begun no signal may come: it would reach neither this process nor that one. */
static void hold_signals(bool hold)
{
	sigset_t both;

	(void)sigemptyset(&both);
	(void)sigaddset(&both, SIGINT);
	(void)sigaddset(&both, SIGTERM);
	(void)sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &both, NULL);
}

/* ---- one repository ---- */

/* Its exit code; that of a signal is what a shell makes of it. */
static int scan_apart(struct many *m, const char *repo)
{
	int state = 0;
	pid_t child;

	m->args.items[m->args.len - 1] = repo;
	(void)fflush(NULL);
	hold_signals(true);
	child = fork();
	if (child == 0) {
		int status;

		set_signals(SIG_DFL);
		hold_signals(false);
		status = session_run(m->s->command, (int)m->args.len, (char *const *)m->args.items);

		(void)fflush(NULL);
		_exit(status);
	}
	current_child = child > 0 ? child : 0;
	hold_signals(false);
	if (child < 0)
		return session_fail(m->s, "%s: no process for it: %s", repo, strerror(errno));
	while (waitpid(child, &state, 0) < 0 && errno == EINTR)
		;
	current_child = 0;
	return WIFSIGNALED(state) ? EXIT_SIGNAL + WTERMSIG(state) : WEXITSTATUS(state);
}

/* What the scan left in its file, taken out of the list it stands in; NULL when it left none. */
static cJSON *take_summary(struct many *m)
{
	char text[MAX_SUMMARY_BYTES];
	FILE *f = fopen(m->summary, "r");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
	cJSON *all, *one;

	if (f)
		(void)fclose(f);
	text[n] = '\0';
	all = cJSON_Parse(text);
	one = cJSON_DetachItemFromArray(cJSON_GetObjectItem(all, "repositories"), 0);
	cJSON_Delete(all);
	return one;
}

static int number_in(const cJSON *object, const char *name)
{
	const cJSON *n = cJSON_GetObjectItem(object, name);

	return cJSON_IsNumber(n) ? n->valueint : 0;
}

static void add_line(struct strbuf *b, const cJSON *one)
{
	const cJSON *open = cJSON_GetObjectItem(one, "open");
	int commits = number_in(one, "commits"), missing = number_in(one, "missing_in_history");

	if (commits == 0) {
		strbuf_addz(b, "up to date");
	} else {
		text_add_count(b, commits, "commit", "commits");
		strbuf_addz(b, ", ");
		text_add_number(b, number_in(one, "introduced"));
		strbuf_addz(b, " introduced, ");
		text_add_number(b, number_in(one, "fixed"));
		strbuf_addz(b, " fixed");
	}
	strbuf_addz(b, "; open: ");
	text_add_count(b, number_in(open, "error"), "error", "errors");
	strbuf_addz(b, ", ");
	text_add_count(b, number_in(open, "warning"), "warning", "warnings");
	if (missing) {
		strbuf_addz(b, "; missing or corrupt: ");
		text_add_count(b, missing, "object", "objects");
	}
}

/* "failed" and "interrupted" scans leave no summary: theirs is made here. */
static void note(struct many *m, const char *repo, int status)
{
	cJSON *one = take_summary(m);
	struct strbuf b = {0};

	text_escape(&b, str_from(repo), TEXT_KEEP_NONE);
	strbuf_addz(&b, ": ");
	if (one)
		add_line(&b, one);
	else
		strbuf_addz(&b, status == EXIT_DONE ? "empty" : "failed");
	if (!one) {
		one = json_made(cJSON_CreateObject());
		json_add_text(one, "status", status == EXIT_DONE ? STR("empty") : STR("failed"),
			TEXT_KEEP_NONE);
	}
	json_add_text(one, "path", str_from(repo), TEXT_KEEP_NONE);
	json_add_number(one, "exit_code", status);
	cJSON_AddItemToArray(m->summaries, one);
	m->failed += status != EXIT_DONE && status != EXIT_PARTIAL;
	m->partial += status == EXIT_PARTIAL;
	m->scanned += number_in(one, "commits") > 0;
	if (!m->s->quiet)
		(void)fprintf(session_out(m->s), "%s\n", b.ptr);
	strbuf_release(&b);
}

/* An interrupted one ends all: SIGINT and SIGTERM mean the whole command, also when they come
 * between two, or when a scan is too far to be stopped. */
static int scan_each(struct many *m)
{
	set_signals(on_signal);
	for (size_t i = 0; i < m->repos.len; i++) {
		FILE *f = fopen(m->summary, "w"); /* nothing of the one before */
		int status;

		if (f)
			(void)fclose(f);
		status = scan_apart(m, m->repos.items[i]);
		note(m, m->repos.items[i], status);
		if (status == EXIT_SIGNAL + SIGINT || status == EXIT_SIGNAL + SIGTERM)
			return status;
		if (stop_signal)
			return EXIT_SIGNAL + (int)stop_signal;
	}
	return EXIT_DONE;
}

static int end(struct many *m, int status)
{
	const char *path = options_text(&m->s->options, "summary-json");

	session_note(m->s, "%zu repositories: %u with news, %u failed", m->repos.len,
		(unsigned)m->scanned, (unsigned)m->failed);
	if (path && scan_write_json(m->s, path, m->summaries) != 0)
		return EXIT_TROUBLE;
	if (!path)
		cJSON_Delete(m->summaries);
	if (status != EXIT_DONE)
		return status;
	return m->failed ? EXIT_TROUBLE : m->partial ? EXIT_PARTIAL : EXIT_DONE;
}

int scan_many(struct session *s)
{
	struct many m = {.s = s};
	int status = prepare(&m);

	if (status == 0) {
		m.summaries = json_made(cJSON_CreateArray());
		status = end(&m, scan_each(&m));
	}
	if (m.summary[0])
		(void)unlink(m.summary);
	vec_release(&m.repos);
	vec_release(&m.args);
	return status;
}
