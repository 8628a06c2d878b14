/*
 * The list of commands: a new one is its file and one line here. The named reports (queries/) come
 * on top; see report.c.
 */
#include "cmd/command.h"

extern const struct command command_scan;
extern const struct command command_lint;
extern const struct command command_diff;
extern const struct command command_check;
extern const struct command command_query;
extern const struct command command_show;
extern const struct command command_sql;
extern const struct command command_html;
extern const struct command command_rules;
extern const struct command command_verify;
extern const struct command command_merge;
extern const struct command command_db;
extern const struct command command_config;
extern const struct command command_completion;
extern const struct command command_help;

const struct command *const commands[] = {
	&command_scan,
	&command_lint,
	&command_diff,
	&command_check,
	&command_query,
	&command_show,
	&command_sql,
	&command_html,
	&command_rules,
	&command_verify,
	&command_merge,
	&command_db,
	&command_config,
	&command_completion,
	&command_help,
	NULL,
};

const struct command *command_find(struct str name)
{
	for (size_t i = 0; commands[i]; i++)
		if (str_is(name, commands[i]->name))
			return commands[i];
	return NULL;
}
