/*
 * What `lapse show` tells: the life of one finding, or what one commit did.
 *
 * Everything is read at once into an arena. Strings are "" where there is nothing to tell.
 */
#ifndef LAPSE_STORE_SHOW_H
#define LAPSE_STORE_SHOW_H

#include "store/store.h"

/* A finding as the view `findings` shows it. */
struct show_finding {
	lineage_id lineage;
	struct str key, repo, rule, rule_title, category;
	enum level level;
	struct str state; /* open, suppressed, unknown, fixed, elsewhere */
	struct str path, scope, snippet, message;
	uint32_t line;
	struct str copied_from; /* public id */
};

/* A step of a finding's life: what a commit did to it, or that it stood in a version the commit
 * changed (it moved with its file, its line changed…). In graph order. */
struct show_step {
	bool is_event;
	enum event_kind kind; /* of events */
	enum match_step step;
	double confidence; /* 0..1 */
	struct oid commit;
	int64_t committed_at, authored_at;
	struct str author, email, summary;
	struct str path, snippet;
	uint32_t line, column;
	bool carried;       /* under a syntax error here: line and snippet are those of before */
	bool moved;         /* another path than the step before */
	bool on_default;    /* reachable from the default reference */
	struct oid related; /* zero: none */
};

/* Findings whose public id starts with `id` (lower-case hex or as printed), in any repository;
 * at most `max`. repo 0: all of them. */
int show_find(struct store *s, uint32_t repo, struct str id, uint32_t max, struct arena *a,
	struct show_finding **out, uint32_t *count, struct err *e);
int show_life(struct store *s, lineage_id lineage, struct arena *a, struct show_step **out,
	uint32_t *count, struct err *e);

struct show_commit {
	uint32_t id;
	struct str repo;
	struct oid oid;
	struct str author, email, summary;
	int64_t authored_at, committed_at;
	struct identity *coauthors;
	uint32_t coauthor_count;
	int32_t introduced, fixed, open_total, landed;
	bool on_mainline, reachable;
};
struct show_event {
	struct show_finding finding; /* with the place the event tells of */
	enum event_kind kind;
	enum match_step step;
	double confidence;
	struct oid related;
};

/* The commit with this id in a repository (0: in any). ERR_NOT_FOUND when it was not scanned. */
int show_commit(struct store *s, uint32_t repo, const struct oid *oid, struct arena *a,
	struct show_commit *out, struct err *e);
/* What it did, by path and line. */
int show_events(struct store *s, uint32_t commit, struct arena *a, struct show_event **out,
	uint32_t *count, struct err *e);

#endif
