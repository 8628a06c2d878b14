/*
 * Private to the formats of findings: what they share, and the functions of those that stand in
 * files of their own.
 */
#ifndef LAPSE_CMD_FINDINGS_PRIVATE_H
#define LAPSE_CMD_FINDINGS_PRIVATE_H

#include "cmd/findings.h"
#include "scan/rules/rule.h"

void finding_nothing(struct finding_writer *w);
void finding_flush(struct finding_writer *w); /* writes w->line and empties it */

#define FINGERPRINT_BYTES 17
/* 16 hex digits that stay when lines move: rule, path, scope and tokens, and which one of equals it
 * is. No two findings of a writer have the same. */
void finding_fingerprint(
	struct finding_writer *w, const struct finding_change *c, char out[FINGERPRINT_BYTES]);

void findings_text_add(struct finding_writer *w, const struct finding_change *c);

void findings_sarif_add(struct finding_writer *w, const struct finding_change *c);
void findings_sarif_end(struct finding_writer *w);

void findings_gitlab_begin(struct finding_writer *w);
void findings_gitlab_add(struct finding_writer *w, const struct finding_change *c);
void findings_gitlab_end(struct finding_writer *w);

void findings_github_add(struct finding_writer *w, const struct finding_change *c);

#endif
