/*
 * Completion in zsh: `_arguments` with what every command takes, and what it means.
 */
#include <string.h>

#include "cmd/completion.h"

#define ARGUMENT_SPECIAL "[]:\\"

/* ":message:action" behind an option or for operands. */
static void write_action(FILE *out, const char *message, const struct complete_values *v)
{
	(void)fprintf(out, ":%s:", message);
	if (v->kind == COMPLETE_WORDS)
		(void)fprintf(out, "(%.*s)", STR_ARG(v->words));
	else if (v->kind == COMPLETE_FILES)
		(void)fputs("_files", out);
	else if (v->kind == COMPLETE_REVISIONS)
		(void)fputs("_lapse_revisions", out);
}

static void write_help(FILE *out, const char *help)
{
	(void)fputc('[', out);
	for (; *help; help++) {
		if (strchr(ARGUMENT_SPECIAL, *help))
			(void)fputc('\\', out);
		(void)fputs(*help == '\'' ? "'\\''" : (char[]){*help, 0}, out);
	}
	(void)fputc(']', out);
}

static void write_option(FILE *out, const struct complete_option *o)
{
	const struct option_spec *s = o->spec;
	const char *again = s->type == OPTION_LIST ? "*" : "";
	const char *equals = o->values.kind == COMPLETE_NOTHING ? "" : "=";

	if (s->letter && !*again)
		(void)fprintf(out, " \\\n\t\t\t'(-%c --%s)'{-%c,--%s%s}'", s->letter, s->name,
			s->letter, s->name, equals);
	else
		(void)fprintf(out, " \\\n\t\t\t'%s--%s%s", again, s->name, equals);
	write_help(out, s->help);
	if (*equals)
		write_action(out, s->argument, &o->values);
	(void)fputc('\'', out);
}

static void write_command(FILE *out, const struct complete_command *c)
{
	(void)fprintf(out, "\t%s)\n\t\t_arguments -s -S", c->name);
	for (size_t i = 0; i < c->option_count; i++)
		write_option(out, &c->options[i]);
	if (c->operands.kind != COMPLETE_NOTHING) {
		(void)fputs(" \\\n\t\t\t'*", out);
		write_action(out, "argument", &c->operands);
		(void)fputc('\'', out);
	}
	(void)fputs(" ;;\n", out);
}

static void write_verbs(const struct completion *c)
{
	(void)fputs("\t\tverbs=(\n", c->out);
	for (size_t i = 0; i < c->count; i++) {
		(void)fprintf(c->out, "\t\t\t%s:", c->commands[i].name);
		completion_quote(c->out, c->commands[i].summary, ":\\");
		(void)fputc('\n', c->out);
	}
	(void)fputs("\t\t)\n", c->out);
}

void completion_zsh(const struct completion *c)
{
	(void)fputs("#compdef lapse\n"
		    "# lapse: completion for zsh\n"
		    "_lapse_revisions()\n"
		    "{\n"
		    "\tlocal -a names\n"
		    "\tnames=(${(f)\"$(" COMPLETE_REVISIONS_COMMAND ")\"})\n"
		    "\tcompadd -a names\n"
		    "}\n"
		    "_lapse()\n"
		    "{\n"
		    "\tlocal -a verbs\n"
		    "\tif (( CURRENT == 2 )); then\n",
		c->out);
	write_verbs(c);
	(void)fputs("\t\t_describe command verbs\n\t\treturn\n\tfi\n"
		    "\tshift words\n\t(( CURRENT-- ))\n\tcase $words[1] in\n",
		c->out);
	for (size_t i = 0; i < c->count; i++)
		write_command(c->out, &c->commands[i]);
	(void)fputs("\tesac\n}\n"
		    "if [ \"$funcstack[1]\" = _lapse ]; then\n\t_lapse \"$@\"\n"
		    "else\n\tcompdef _lapse lapse\nfi\n",
		c->out);
}
