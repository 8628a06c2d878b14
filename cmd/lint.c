/*
 * lapse lint: analyses files on disk or standard input; no repository, no database.
 */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cmd/config.h"
#include "cmd/files.h"
#include "cmd/findings.h"
#include "cmd/text.h"
#include "scan/rules/rule.h"

#define MOST_RANGES 5 /* of lines, in a warning */

static int run(struct session *s);

static const struct option_spec options[] = {
	{.name = "fail-level",
		.type = OPTION_CHOICE,
		.argument = "LEVEL",
		.choices = level_choices,
		.help = "exit with 1 for findings of this level or above (default: all that are "
			"shown)"},
	{.name = "stdin-filename",
		.type = OPTION_TEXT,
		.argument = "PATH",
		.initial = "-",
		.help = "the path shown for standard input"},
	{.name = "unused-ignores",
		.help = "also tell comments `# lapse: ignore` that silence nothing, as warnings"},
	{.name = "no-tests", .help = "leave out test code below folders (setting `tests`)"},
	{.name = "max-file-size",
		.type = OPTION_SIZE,
		.argument = "BYTES",
		.initial = "4M",
		.help = "skip larger files; 0: none is"},
	{0},
};

static const struct example examples[] = {
	{"lapse lint", "every Python file below the current directory"},
	{"lapse lint --level info src/ setup.py", "everything there is to say about some paths"},
	{"lapse lint --format json --fail-level error . -o findings.json",
		"for programs; fails for errors only"},
	{"lapse lint --unused-ignores", "suppression comments, too, that are of no use any more"},
	{"git show HEAD:app.py | lapse lint - --stdin-filename app.py", "standard input"},
	{0},
};

const struct command command_lint = {
	.name = "lint",
	.summary = "analyse files on disk, or standard input",
	.operands = "[PATH...] [-]",
	.max_operands = ANY_NUMBER,
	.words = WORDS_FILES,
	.groups = GROUP_LEVEL | GROUP_FINDINGS,
	.options = options,
	.about =
		"Analyses Python files without a repository or database. Files are analysed "
		"whatever "
		"they are called; directories are searched for .py, .pyi and .pyw files, without "
		"following symbolic links and without .git, .hg, .svn, virtual environments, .tox, "
		".nox, .eggs, node_modules and __pycache__. No path means the current directory, - "
		"means standard input.\n"
		"\n"
		"Exit code: 0 for no findings, 1 for findings at or above --fail-level, 2 when "
		"something could not be read. Suppressed findings never fail; json shows them with "
		"\"suppressed\": true. With --unused-ignores a comment `# lapse: ignore` that "
		"silences nothing, or a name in its list, is told and fails as a warning does.",
	.examples = examples,
	.run = run,
};

struct lint {
	struct session *session;
	struct rule_set *rules;
	struct analyser *analyser;
	struct arena arena; /* of one file */
	struct strbuf source;
	struct finding_writer writer;
	enum level level, fail_level;
	size_t max_bytes;
	int64_t files, unreadable, suppressed, failing, shown[LEVEL_ERROR + 1];
};

static void warn_partial(const struct lint *l, const char *path, const struct blob_record *b)
{
	struct strbuf where = {0};

	for (uint32_t i = 0; i < b->unknown_count && i < MOST_RANGES; i++) {
		const struct line_range *r = &b->unknown[i];

		strbuf_addf(&where, "%s%" PRIu32, i ? ", " : "", r->first);
		if (r->last > r->first)
			strbuf_addf(&where, "-%" PRIu32, r->last);
	}
	if (b->unknown_count > MOST_RANGES)
		strbuf_addz(&where, "...");
	if (where.len == 0)
		strbuf_addz(&where, "unknown");
	session_warn(l->session, "%s: syntax errors in line %s: what stands there is not seen",
		path, where.ptr);
	strbuf_release(&where);
}

static void count(struct lint *l, const struct finding *f)
{
	if (f->suppressed) {
		l->suppressed++;
		return;
	}
	l->shown[f->level]++;
	if (f->level >= l->fail_level)
		l->failing++;
}

static void add_finding(struct lint *l, const char *path, struct finding *f)
{
	enum level level = (enum level)f->level;

	if (!config_level(l->session->config, f->rule, &level) || level < l->level)
		return;
	f->level = (uint8_t)level;
	count(l, f);
	findings_add(&l->writer, path, f);
}

/* An unused comment is no finding, but is told and counted as one of level warning. */
static void add_unused(struct lint *l, const char *path, const struct unused_ignore *u)
{
	const struct finding f = {.rule = (uint16_t)rule_count(),
		.level = LEVEL_WARNING,
		.line = u->line,
		.column = u->column,
		.end_line = u->end_line,
		.end_column = u->end_column,
		.scope = STR_EMPTY,
		.snippet = u->snippet,
		.message = u->message};

	if (l->level > LEVEL_WARNING)
		return;
	count(l, &f);
	findings_add(&l->writer, path, &f);
}

/* Both lists are in the order of the file; so is what is shown. */
static void add_all(struct lint *l, const char *path, const struct blob_record *b,
	const struct unused_ignores *unused)
{
	uint32_t i = 0, j = 0;

	while (i < b->finding_count || j < unused->count) {
		const struct finding *f = i < b->finding_count ? &b->findings[i] : NULL;
		const struct unused_ignore *u = j < unused->count ? &unused->items[j] : NULL;

		if (!u ||
			(f &&
				(f->line < u->line ||
					(f->line == u->line && f->column <= u->column))))
			add_finding(l, path, &b->findings[i++]);
		else
			add_unused(l, path, &unused->items[j++]);
	}
}

static void lint_source(struct lint *l, const char *path)
{
	struct unused_ignores unused = {0};
	struct blob_record b;

	session_detail(l->session, "%s: %zu bytes", path, l->source.len);
	arena_reset(&l->arena);
	l->files++;
	if (options_flag(&l->session->options, "unused-ignores"))
		analyse_ignores(l->analyser, strbuf_str(&l->source), &l->arena, &b, &unused);
	else
		analyse(l->analyser, strbuf_str(&l->source), &l->arena, &b);
	if (b.status == BLOB_SKIPPED)
		session_warn(l->session, "%s: skipped: %.*s", path, STR_ARG(b.reason));
	else if (b.status == BLOB_PARTIAL)
		warn_partial(l, path, &b);
	add_all(l, path, &b, &unused);
}

static void report_unreadable(struct lint *l, const char *path, const char *reason)
{
	l->unreadable++;
	(void)session_fail(l->session, "%s: cannot be read: %s", path, reason);
}

static void lint_file(struct lint *l, const char *path)
{
	int number;

	strbuf_clear(&l->source);
	number = file_read(path, l->max_bytes, &l->source);
	if (number)
		report_unreadable(l, path, strerror(number));
	else
		lint_source(l, path);
}

/* Files that the user names are meant, whatever they are. */
static bool is_left_out(struct lint *l, const struct file_entry *f)
{
	const struct config *c = l->session->config;

	if (f->named || !options_flag(&l->session->options, "no-tests"))
		return false;
	arena_reset(&l->arena);
	return config_is_test(c, config_path(c, f->path, &l->arena));
}

static void lint_stdin(struct lint *l)
{
	const char *path = options_text(&l->session->options, "stdin-filename");
	int number;

	strbuf_clear(&l->source);
	number = file_read_stream(STDIN_FILENO, l->max_bytes, &l->source);
	if (number)
		report_unreadable(l, "standard input", strerror(number));
	else
		lint_source(l, path);
}

static void add_part(struct strbuf *b, int64_t n, const char *one, const char *many)
{
	if (n == 0)
		return;
	if (b->len)
		strbuf_addz(b, ", ");
	text_add_count(b, n, one, many);
}

static void print_summary(const struct lint *l)
{
	struct strbuf b = {0};

	add_part(&b, l->shown[LEVEL_ERROR], "error", "errors");
	add_part(&b, l->shown[LEVEL_WARNING], "warning", "warnings");
	add_part(&b, l->shown[LEVEL_INFO], "note", "notes");
	if (b.len == 0)
		strbuf_addz(&b, "no findings");
	add_part(&b, l->suppressed, "suppressed", "suppressed");
	strbuf_addz(&b, " in ");
	text_add_count(&b, l->files, "file", "files");
	session_note(l->session, "%s", b.ptr);
	strbuf_release(&b);
}

/* Names that are not there stop everything before anything is written. */
static int collect(struct session *s, struct file_list *files, bool *standard_input)
{
	struct err e;

	for (size_t i = 0; i < s->options.operands.len; i++) {
		const char *operand = s->options.operands.items[i];

		if (strcmp(operand, "-") == 0)
			*standard_input = true;
		else if (files_add(files, operand, &s->arena, &e) < 0)
			return session_fail_err(s, &e);
	}
	if (s->options.operands.len == 0 && files_add(files, ".", &s->arena, &e) < 0)
		return session_fail_err(s, &e);
	files_sort(files);
	return EXIT_DONE;
}

static void lint_all(struct lint *l, const struct file_list *files, bool standard_input)
{
	struct session *s = l->session;
	size_t left_out;

	findings_begin(&l->writer, options_text(&s->options, "format"), session_out(s),
		&s->terminal, NULL);
	if (standard_input)
		lint_stdin(l);
	for (size_t i = 0; i < files->items.len && !ferror(session_out(s)); i++)
		if (!is_left_out(l, &files->items.items[i]))
			lint_file(l, files->items.items[i].path.ptr);
	for (size_t i = 0; i < files->unreadable.len; i++) {
		l->unreadable++;
		(void)session_fail(s, "%s", files->unreadable.items[i].ptr);
	}
	left_out = findings_end(&l->writer);
	if (left_out)
		session_warn(s, "%zu findings are left out: the format takes no more", left_out);
	print_summary(l);
}

static void lint_init(struct lint *l, struct session *s)
{
	const char *fail = options_text(&s->options, "fail-level");
	struct py_limits limits = {0};
	int64_t max;

	*l = (struct lint){.session = s};
	(void)level_parse(&l->level, str_from(options_text(&s->options, "level")));
	l->fail_level = l->level;
	if (fail)
		(void)level_parse(&l->fail_level, str_from(fail));
	max = options_number(&s->options, "max-file-size");
	limits.max_bytes = max > UINT32_MAX ? UINT32_MAX : (uint32_t)max;
	l->max_bytes = max ? (size_t)max : SIZE_MAX - 1;
	l->rules = rule_set_new(s->config->blocking, s->config->blocking_count);
	l->analyser = analyser_new(l->rules, &limits);
}

static void lint_release(struct lint *l)
{
	analyser_free(l->analyser);
	rule_set_free(l->rules);
	arena_release(&l->arena);
	strbuf_release(&l->source);
}

static int lint_status(const struct lint *l)
{
	if (l->unreadable)
		return EXIT_TROUBLE;
	return l->failing ? EXIT_FOUND : EXIT_DONE;
}

static int run(struct session *s)
{
	struct file_list files = {0};
	bool standard_input = false;
	struct lint l;
	int status = collect(s, &files, &standard_input);

	if (status == EXIT_DONE) {
		lint_init(&l, s);
		lint_all(&l, &files, standard_input);
		status = lint_status(&l);
		lint_release(&l);
	}
	files_release(&files);
	return status;
}
