/*
 * Private to `lapse completion`: what a shell has to know, told the same to all of them.
 */
#ifndef LAPSE_CMD_COMPLETION_H
#define LAPSE_CMD_COMPLETION_H

#include "cmd/command.h"

/* What may stand somewhere. */
enum complete_kind {
	COMPLETE_NOTHING, /* the option takes no value, the command no operand */
	COMPLETE_ANY,     /* something that nobody can guess */
	COMPLETE_WORDS,   /* one of `words` */
	COMPLETE_FILES,
	COMPLETE_REVISIONS, /* of git */
};
struct complete_values {
	enum complete_kind kind;
	struct str words; /* with blanks between */
};

struct complete_option {
	const struct option_spec *spec;
	struct complete_values values;
};

struct complete_command {
	const char *name, *summary;
	struct complete_values operands;
	struct complete_option *options;
	size_t option_count;
};

struct completion {
	FILE *out;
	const struct complete_command *commands;
	size_t count;
};

/* The command that lists git's references, one a line. */
#define COMPLETE_REVISIONS_COMMAND "git for-each-ref --format='%(refname:short)' 2>/dev/null"

void completion_bash(const struct completion *c);
void completion_zsh(const struct completion *c);
void completion_fish(const struct completion *c);

/* Writes text between single quotes as sh and fish read it; `special` gets a backslash as well. */
void completion_quote(FILE *out, const char *text, const char *special);

#endif
