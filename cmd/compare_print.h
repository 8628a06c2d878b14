/*
 * What `lapse diff` and `lapse check` print of a comparison.
 */
#ifndef LAPSE_CMD_COMPARE_PRINT_H
#define LAPSE_CMD_COMPARE_PRINT_H

#include "cmd/compare.h"

/* The repository that --repo names. 0 or EXIT_TROUBLE, having printed why. */
int compare_open_repo(struct session *s, struct repo **out);
void compare_close_repo(struct repo *r);

/* Writes the changes of these kinds at or above --level in the session's --format. `explains`:
 * texts show the code and tell what to do. Returns 0 or EXIT_TROUBLE. */
int compare_print(struct session *s, struct repo *r, struct comparison *c,
	const bool kinds[CHANGE_KINDS], bool explains);
/* How many changes of a kind are at or above a level; suppressed ones only where that is it. */
size_t compare_count(const struct comparison *c, enum change_kind kind, enum level level);
/* What to say when objects of the range could not be read; "" when all could. */
struct str compare_missing(
	struct session *s, const struct revisions *revisions, const struct comparison *c);
/* Warns of changed files in which not all could be seen. */
void compare_warn(struct session *s, struct repo *r, const struct comparison *c);
/* "2 introduced, 1 fixed; v1..v2, 30 commits" as a note. */
void compare_summary(struct session *s, const struct revisions *revisions,
	const struct comparison *c, const bool kinds[CHANGE_KINDS]);

#endif
