/*
 * Completion in fish: a line for each command and option.
 */
#include "cmd/completion.h"

#define FISH_SPECIAL "\\"

static void write_values(FILE *out, const struct complete_values *v)
{
	if (v->kind == COMPLETE_WORDS)
		(void)fprintf(out, " -a '%.*s'", STR_ARG(v->words));
	else if (v->kind == COMPLETE_REVISIONS)
		(void)fputs(" -a \"(" COMPLETE_REVISIONS_COMMAND ")\"", out);
}

static void write_option(FILE *out, const char *command, const struct complete_option *o)
{
	(void)fprintf(out, "complete -c lapse -n '__lapse_verb %s' -l %s", command, o->spec->name);
	if (o->spec->letter)
		(void)fprintf(out, " -s %c", o->spec->letter);
	if (o->values.kind == COMPLETE_FILES)
		(void)fputs(" -r -F", out);
	else if (o->values.kind != COMPLETE_NOTHING)
		(void)fputs(" -x", out);
	write_values(out, &o->values);
	(void)fputs(" -d ", out);
	completion_quote(out, o->spec->help, FISH_SPECIAL);
	(void)fputc('\n', out);
}

static void write_command(FILE *out, const struct complete_command *c)
{
	(void)fprintf(out, "complete -c lapse -n __lapse_no_verb -a %s -d ", c->name);
	completion_quote(out, c->summary, FISH_SPECIAL);
	(void)fputc('\n', out);
	if (c->operands.kind == COMPLETE_FILES)
		(void)fprintf(out, "complete -c lapse -n '__lapse_verb %s' -F\n", c->name);
	if (c->operands.kind == COMPLETE_WORDS || c->operands.kind == COMPLETE_REVISIONS) {
		(void)fprintf(out, "complete -c lapse -n '__lapse_verb %s'", c->name);
		write_values(out, &c->operands);
		(void)fputc('\n', out);
	}
	for (size_t i = 0; i < c->option_count; i++)
		write_option(out, c->name, &c->options[i]);
}

void completion_fish(const struct completion *c)
{
	/* Not fish's own helpers: they take an operand that is called like a command for one. */
	(void)fputs("# lapse: completion for fish\n"
		    "function __lapse_verb\n"
		    "\tset -l words (commandline -opc)\n"
		    "\ttest (count $words) -gt 1; and test $words[2] = $argv[1]\n"
		    "end\n"
		    "function __lapse_no_verb\n"
		    "\ttest (count (commandline -opc)) -eq 1\n"
		    "end\n"
		    "complete -c lapse -f\n",
		c->out);
	for (size_t i = 0; i < c->count; i++)
		write_command(c->out, &c->commands[i]);
}
