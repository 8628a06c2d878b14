/*
 * The two revisions that a command compares, from what the user wrote: `A..B`, `A...B`, `A B`, `A`.
 * As git does it: `A..B` are A and B themselves, `A...B` is the merge base of both and B, an end
 * left out is HEAD.
 */
#ifndef LAPSE_CMD_REVISIONS_H
#define LAPSE_CMD_REVISIONS_H

#include "cmd/command.h"
#include "scan/repo.h"

struct revisions {
	struct str text;                  /* for messages: "main...HEAD" */
	struct str left_name, right_name; /* as written */
	struct oid left, right;
	bool from_base; /* A...B: left is to be the merge base of left and right */
	bool staged;    /* right is what is staged */
};

/* From the operands, one or two. A single revision is compared with HEAD: from it (`..`), or from
 * the merge base (`...`) when from_base is set. ERR_ codes as repo_resolve; says what to fetch. */
int revisions_parse(
	struct revisions *out, struct session *s, struct repo *r, bool from_base, struct err *e);
/* REF...HEAD. */
int revisions_since(
	struct revisions *out, struct session *s, struct repo *r, const char *ref, struct err *e);
/* HEAD and the index. */
int revisions_staged(struct revisions *out, struct session *s, struct repo *r, struct err *e);
/* What a gate compares when it was told nothing: what the CI variables say, else the merge base
 * with the remote's default branch. */
int revisions_default(struct revisions *out, struct session *s, struct repo *r, struct err *e);

#endif
