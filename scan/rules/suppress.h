/*
 * Private to suppress.c and ignores.c: how markers in comments are read.
 */
#ifndef LAPSE_RULES_SUPPRESS_H
#define LAPSE_RULES_SUPPRESS_H

#include "scan/rules/engine.h"

enum reach {
	REACH_LINE,
	REACH_NEXT,      /* the line below */
	REACH_STATEMENT, /* its line; on a line of its own the statement that follows */
	REACH_BLOCK,     /* its line; on a line of its own all up to the end of the block */
	REACH_END,       /* ends such a block */
	REACH_FILE,
};

/* What a marker looks like: words, then codes behind one of the openers. */
struct marker {
	const char *words;  /* a blank stands for any white space, none too; case is ignored */
	const char *key;    /* in markers.tsv; NULL: the codes are our rules and families */
	const char *opener; /* characters that may introduce codes; "" when they just follow */
	enum reach reach;
	bool bare;     /* covers everything when it has no codes */
	bool prefixes; /* a code stands for all that start with it */
};

/* A rule's id or a family's slug; other names mean nothing to us. */
void bits_add_name(struct rule_bits *s, struct str name);

struct str skip_blanks(struct str s);
/* Markers stand at the start of a comment or behind a further '#' in it. *rest: what follows. */
const struct marker *marker_at(struct str comment, struct str *rest);
/* Takes the next code off a list like "E501, ASYNC251" or "python:S7488"; false at anything else.
 */
bool next_code(struct str *s, struct str *code);

uint32_t line_of(const struct py_tree *t, uint32_t offset);
/* The line of the colon of a compound statement's header, of the end of a simple one. */
uint32_t last_line(const struct py_tree *t, const struct py_node *stmt);

#endif
