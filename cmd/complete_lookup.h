/*
 * What completion has to look up outside the program: references and repositories. Errors are
 * silence: nobody wants them in the middle of a line.
 */
#ifndef LAPSE_CMD_COMPLETE_LOOKUP_H
#define LAPSE_CMD_COMPLETE_LOOKUP_H

#include "scan/base/mem.h"
#include "scan/base/str.h"

struct str_list {
	VEC(struct str) items; /* the texts live in the arena */
};

/* HEAD, and the short names of branches and tags of the repository around the current directory. */
void lookup_refs(struct str_list *out, struct arena *a);
/* Names of the repositories in this database; NULL: where commands without --db look. */
void lookup_repos(struct str_list *out, struct arena *a, const char *db);

#endif
