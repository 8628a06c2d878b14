/*
 * Completion in bash: one function that knows the words of every command.
 */
#include <string.h>

#include "cmd/completion.h"

static void write_generator(FILE *out, const struct complete_values *v)
{
	switch (v->kind) {
	case COMPLETE_WORDS:
		(void)fprintf(
			out, "COMPREPLY=($(compgen -W '%.*s' -- \"$cur\"))", STR_ARG(v->words));
		break;
	case COMPLETE_FILES:
		(void)fputs("compopt -o filenames 2>/dev/null; local IFS=$'\\n'; "
			    "COMPREPLY=($(compgen -f -- \"$cur\"))",
			out);
		break;
	case COMPLETE_REVISIONS:
		(void)fputs("COMPREPLY=($(compgen -W \"$(" COMPLETE_REVISIONS_COMMAND
			    ")\" -- \"$cur\"))",
			out);
		break;
	case COMPLETE_NOTHING:
	case COMPLETE_ANY:
		(void)fputs(":", out);
		break;
	}
}

/* The value of an option that stands before. */
static void write_values(FILE *out, const struct complete_command *c)
{
	for (size_t i = 0; i < c->option_count; i++) {
		const struct complete_option *o = &c->options[i];

		if (o->values.kind == COMPLETE_NOTHING)
			continue;
		(void)fprintf(out, "\t%s:--%s", c->name, o->spec->name);
		if (o->spec->letter)
			(void)fprintf(out, " | %s:-%c", c->name, o->spec->letter);
		(void)fputs(") ", out);
		write_generator(out, &o->values);
		(void)fputs("; return ;;\n", out);
	}
}

static void write_options(FILE *out, const struct complete_command *c)
{
	(void)fprintf(out, "\t%s:-*) COMPREPLY=($(compgen -W '", c->name);
	for (size_t i = 0; i < c->option_count; i++)
		(void)fprintf(out, "%s--%s", i ? " " : "", c->options[i].spec->name);
	(void)fputs("' -- \"$cur\")) ;;\n", out);
}

static void write_words(const struct completion *c)
{
	FILE *out = c->out;

	(void)fputs("\t:*) COMPREPLY=($(compgen -W '", out);
	for (size_t i = 0; i < c->count; i++)
		(void)fprintf(out, "%s ", c->commands[i].name);
	(void)fputs("--help --version' -- \"$cur\")) ;;\n", out);
	for (size_t i = 0; i < c->count; i++) {
		write_options(out, &c->commands[i]);
		(void)fprintf(out, "\t%s:*) ", c->commands[i].name);
		write_generator(out, &c->commands[i].operands);
		(void)fputs(" ;;\n", out);
	}
}

void completion_bash(const struct completion *c)
{
	/* bash makes words of their own of '=' and what is around it. */
	(void)fputs("# lapse: completion for bash\n"
		    "_lapse()\n"
		    "{\n"
		    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1)) verb=\n"
		    "\t[ \"$cur\" != = ] || cur=\n"
		    "\t[ \"${COMP_WORDS[at]}\" != = ] || at=$((at - 1))\n"
		    "\t[ \"$COMP_CWORD\" -le 1 ] || verb=${COMP_WORDS[1]}\n"
		    "\tCOMPREPLY=()\n"
		    "\tcase $verb:${COMP_WORDS[at]} in\n",
		c->out);
	for (size_t i = 0; i < c->count; i++)
		write_values(c->out, &c->commands[i]);
	(void)fputs("\tesac\n\tcase $verb:$cur in\n", c->out);
	write_words(c);
	(void)fputs("\tesac\n}\ncomplete -F _lapse lapse\n", c->out);
}
