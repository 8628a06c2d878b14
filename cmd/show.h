/*
 * Private to `lapse show`: printing what the store tells, as text or as rows.
 */
#ifndef LAPSE_CMD_SHOW_H
#define LAPSE_CMD_SHOW_H

#include "cmd/database.h"
#include "store/show.h"

int show_print_finding(struct session *s, struct store *store, const struct show_finding *f);
int show_print_commit(struct session *s, const struct database *d, const struct oid *oid);

/* What happened in a step: an event's name, else "moved", "changed", "hidden" (by a syntax error).
 */
const char *show_step_name(const struct show_step *step);

/* show_rows.c */
void show_rows_life(struct session *s, const struct show_finding *f, const struct show_step *steps,
	uint32_t count);
void show_rows_commit(struct session *s, const struct show_commit *c,
	const struct show_event *events, uint32_t count);

#endif
