/*
 * lapse sql: one read-only SELECT of the user's on the public views.
 */
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/database.h"
#include "cmd/files.h"
#include "cmd/report.h"
#include "cmd/sql.h"

#define MAX_SQL_BYTES (1024 * 1024)

static int run(struct session *s);

static const struct option_spec options[] = {
	{.name = "file",
		.letter = 'F',
		.type = OPTION_FILE,
		.argument = "FILE",
		.help = "read the statement from FILE; - is standard input"},
	{.name = "param",
		.letter = 'p',
		.type = OPTION_LIST,
		.argument = "NAME=VALUE",
		.help = "the value of :NAME in the statement"},
	{.name = "schema",
		.help = "tell what the columns of the views mean, or of the one that is named"},
	{0},
};

static const struct example examples[] = {
	{"lapse sql 'SELECT rule, count(*) AS n FROM findings GROUP BY rule ORDER BY n DESC'",
		"findings by rule"},
	{"lapse sql -p name=Ada \"SELECT * FROM events WHERE author = :name\" --format json",
		"with a parameter, for programs"},
	{"lapse sql < report.sql", "the statement on standard input"},
	{"lapse sql", "on a terminal: one after the other, with a history"},
	{"lapse sql --schema --format markdown", "what there is to ask for"},
	{0},
};

const struct command command_sql = {
	.name = "sql",
	.summary = "run a read-only SELECT of your own",
	.operands = "[STATEMENT]",
	.max_operands = 1,
	.groups = GROUP_ROWS | GROUP_DATABASE | GROUP_LIMITS | GROUP_PAGER,
	.options = options,
	.about =
		"Runs one SELECT on the public views, which --schema lists. Nothing can be "
		"changed. "
		"The statement is the argument, or stands in --file, or on standard input; without "
		"one, on a terminal, statements are read one after the other.",
	.examples = examples,
	.run = run,
};

static int read_file(struct session *s, const char *path, struct strbuf *sql)
{
	bool standard_input = strcmp(path, "-") == 0;
	int number = standard_input ? file_read_stream(STDIN_FILENO, MAX_SQL_BYTES, sql)
				    : file_read(path, MAX_SQL_BYTES, sql);

	if (number)
		return session_fail(s, "%s: cannot be read: %s; give --file a file with one SELECT",
			standard_input ? "standard input" : path, strerror(number));
	if (sql->len > MAX_SQL_BYTES)
		return session_fail(s, "%s: larger than 1 MiB; give one SELECT", path);
	return 0;
}

static int read_statement(struct session *s, struct strbuf *sql)
{
	const char *file = options_text(&s->options, "file");
	const char *operand = s->options.operands.len ? s->options.operands.items[0] : NULL;

	if (file && operand)
		return session_fail(s, "sql: a statement and --file; give one of the two");
	if (file)
		return read_file(s, file, sql);
	if (operand && strcmp(operand, "-") != 0) {
		strbuf_addz(sql, operand);
		return 0;
	}
	return read_file(s, "-", sql);
}

static int bind_params(struct session *s, struct query_run *run)
{
	const struct option_value *params = options_get(&s->options, "param");
	struct err e;

	for (size_t i = 0; i < params->list.len; i++) {
		const char *text = params->list.items[i], *equals = strchr(text, '=');

		if (!equals || equals == text)
			return session_fail(s, "--param: '%s' is not NAME=VALUE", text);
		if (query_bind(run, str_slice(text, (size_t)(equals - text)), str_from(equals + 1),
			    &e) < 0)
			return session_fail_err(s, &e);
	}
	return 0;
}

int sql_run(struct session *s, struct store *store, struct str sql)
{
	const struct query_limits limits = report_limits(s);
	struct query_run *r = NULL;
	struct err e;
	int status;

	if (query_open_sql(&r, store, sql, &limits, &e) < 0)
		status = session_fail_err(s, &e);
	else
		status = bind_params(s, r) == 0 ? report_write(s, r) : EXIT_TROUBLE;
	query_close(r);
	return status;
}

static bool is_interactive(const struct session *s)
{
	return s->options.operands.len == 0 && !options_text(&s->options, "file") &&
		isatty(STDIN_FILENO);
}

static int run(struct session *s)
{
	struct strbuf sql = {0};
	struct database d;
	bool interactive = is_interactive(s);
	int status;

	if (options_flag(&s->options, "schema"))
		return sql_write_schema(s,
			s->options.operands.len ? str_from(s->options.operands.items[0])
						: STR_EMPTY);
	if (interactive)
		output_unpage(&s->output);
	status = interactive ? 0 : read_statement(s, &sql);
	if (status == 0) {
		status = database_open(s, &d);
		if (status == 0)
			status = interactive ? sql_shell(s, d.store)
					     : sql_run(s, d.store, strbuf_str(&sql));
		database_close(&d);
	}
	strbuf_release(&sql);
	return status;
}
