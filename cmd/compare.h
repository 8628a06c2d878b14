/*
 * Findings of two revisions compared: which came, which went, which stayed or moved.
 *
 * The commits between the two are scanned into memory, with history cut where the range begins, so
 * that findings are followed commit by commit through moves, renames and reformatting. Results of
 * blobs are taken from the user's database when it has them under the same rule set; it is never
 * written to.
 */
#ifndef LAPSE_CMD_COMPARE_H
#define LAPSE_CMD_COMPARE_H

#include "cmd/command.h"
#include "cmd/compare_store.h"
#include "cmd/findings.h"
#include "cmd/revisions.h"

/* What became of a finding from the left revision to the right one. Suppressed findings count as
 * not there; a change of suppression alone is told as such. */
struct comparison {
	VEC(struct finding_change) changes; /* by kind, path, line, column, rule */
	uint32_t commits;                   /* that the right revision has and the left has not */
	uint32_t missing;                   /* objects that could not be read */
	bool direct; /* compared without the commits between: no history in common, or too much */
	struct oid left, right;     /* what was compared: left may be a merge base */
	bool staged;                /* right is what is staged */
	struct compare_store store; /* owns what the changes refer to */
};

/* Compares; `whole`: also what stands in files that did not change. Prints what goes wrong, and a
 * note when it had to compare directly; 0 or EXIT_TROUBLE. Release it in either case. */
int compare(struct session *s, struct repo *r, const struct revisions *revisions, bool whole,
	struct comparison *out);
void comparison_release(struct comparison *c);

#endif
