/*
 * The option tables that commands share: the same name, letter and meaning everywhere.
 */
#include "cmd/command.h"
#include "cmd/findings.h"
#include "cmd/rows.h"

const char *const level_choices[] = {"error", "warning", "info", NULL};
static const char *const color_choices[] = {"auto", "always", "never", NULL};

static const struct option_spec every_option[] = {
	{.name = "output",
		.letter = 'o',
		.type = OPTION_FILE,
		.argument = "FILE",
		.help = "write the results to FILE, which is replaced only when all went well; -: "
			"standard output"},
	{.name = "color",
		.type = OPTION_CHOICE,
		.argument = "WHEN",
		.initial = "auto",
		.choices = color_choices,
		.help = "colours: auto (on terminals), always, never"},
	{.name = "quiet", .letter = 'q', .help = "no notes, warnings or progress"},
	{.name = "verbose", .letter = 'v', .help = "say more on standard error"},
	{.name = "config",
		.type = OPTION_FILE,
		.argument = "FILE",
		.help = "read this configuration file instead of looking for one"},
	{.name = "no-config", .help = "ignore configuration files"},
	{.name = "help", .letter = 'h', .help = "show this help"},
	{0},
};

static const struct option_spec rows_options[] = {
	{.name = "format",
		.letter = 'f',
		.type = OPTION_CHOICE,
		.argument = "FORMAT",
		.initial = "table",
		.choices = row_format_names,
		.help = "table, csv, tsv, json, ndjson or markdown"},
	{0},
};

static const struct option_spec findings_options[] = {
	{.name = "format",
		.letter = 'f',
		.type = OPTION_CHOICE,
		.argument = "FORMAT",
		.initial = "text",
		.choices = finding_format_names,
		.help = FINDING_FORMATS},
	{0},
};

static const struct option_spec database_options[] = {
	{.name = "db",
		.letter = 'd',
		.type = OPTION_FILE,
		.argument = "FILE",
		.help = "the database (default: $LAPSE_DB, else lapse.db in the git directory)"},
	{.name = "repo",
		.letter = 'r',
		.type = OPTION_TEXT,
		.argument = "REPO",
		.words = WORDS_REPOS,
		.help = "the repository: a path, or its name in the database (default: .)"},
	{.name = "lock-timeout",
		.type = OPTION_NUMBER,
		.argument = "SECONDS",
		.initial = "10",
		.help = "how long to wait for a locked database"},
	{0},
};

static const struct option_spec level_options[] = {
	{.name = "level",
		.letter = 'l',
		.type = OPTION_CHOICE,
		.argument = "LEVEL",
		.initial = "warning",
		.choices = level_choices,
		.help = "the lowest level shown: error, warning, info"},
	{0},
};

static const struct option_spec limit_options[] = {
	{.name = "timeout",
		.type = OPTION_NUMBER,
		.argument = "SECONDS",
		.initial = "30",
		.help = "give up after this long; 0: never"},
	{.name = "max-rows",
		.type = OPTION_NUMBER,
		.argument = "N",
		.initial = "100000",
		.help = "cut the result after N rows; 0: never"},
	{0},
};

static const struct option_spec pager_options[] = {
	{.name = "no-pager",
		.help = "no pager ($LAPSE_PAGER, else $PAGER, else less) for what is longer than "
			"the screen"},
	{0},
};

static const struct option_spec compare_options[] = {
	{.name = "no-tests", .help = "leave out test code (setting `tests`)"},
	{.name = "repo",
		.letter = 'r',
		.type = OPTION_FILE,
		.argument = "PATH",
		.words = WORDS_FOLDERS,
		.initial = ".",
		.help = "the repository"},
	{.name = "db",
		.letter = 'd',
		.type = OPTION_FILE,
		.argument = "FILE",
		.help = "read results of file versions from this database (default: $LAPSE_DB, "
			"else lapse.db in the git directory, if there is one)"},
	{.name = "jobs",
		.letter = 'j',
		.type = OPTION_NUMBER,
		.argument = "N",
		.help = "analyse in N threads (default: one for each processor)"},
	{.name = "max-commits",
		.type = OPTION_NUMBER,
		.argument = "N",
		.initial = "10000",
		.help = "with more commits between, compare the two revisions directly, which "
			"tells no commits; 0: never"},
	{0},
};

void command_option_tables(
	const struct command *c, const struct option_spec *tables[MAX_OPTION_TABLES])
{
	static const struct {
		enum option_group group;
		const struct option_spec *options;
	} groups[] = {
		{GROUP_FINDINGS, findings_options},
		{GROUP_LEVEL, level_options},
		{GROUP_ROWS, rows_options},
		{GROUP_DATABASE, database_options},
		{GROUP_LIMITS, limit_options},
		{GROUP_COMPARE, compare_options},
		{GROUP_PAGER, pager_options},
	};
	size_t n = 0;

	if (c->options)
		tables[n++] = c->options;
	for (size_t i = 0; i < ARRAY_LEN(groups); i++)
		if (c->groups & groups[i].group)
			tables[n++] = groups[i].options;
	tables[n++] = every_option;
	tables[n] = NULL;
}
