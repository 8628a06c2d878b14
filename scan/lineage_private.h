/*
 * Private to scan/lineage*.c: the tracker, and the work on one commit.
 *
 *   lineage.c          the tracker: states of commits, facts, line differences; tracker_commit
 *   lineage_works.c    which paths of a commit matter, with their slots in each parent
 *   lineage_assign.c   matching against each parent; the lineage of every finding; new slots
 *   lineage_births.c   new lineages, reopened ones, markers that came or went; the commit's slots
 *   lineage_endings.c  what is gone from a parent, and merges that undo a fix
 *   lineage_totals.c   exact counts against the first parent
 */
#ifndef LAPSE_SCAN_LINEAGE_PRIVATE_H
#define LAPSE_SCAN_LINEAGE_PRIVATE_H

#include "scan/lineage.h"
#include "scan/match.h"

/* A lineage that ended in a commit of this scan. */
struct ending {
	uint64_t hash;
	lineage_id lineage;
	uint32_t node;
	struct ending *next_by_hash, *next_by_lineage;
};

struct hunk_entry {
	struct oid pair[2];
	const struct hunks *hunks;
};

struct tracker {
	struct graph *graph;
	const struct scan_store *store;
	struct repo *repo;
	uint32_t first_commit;    /* id: commits from here on belong to this scan */
	lineage_id first_lineage; /* likewise */

	struct arena arena; /* states, slots, paths, endings: until the tracker goes */
	struct facts_cache facts;
	struct map paths; /* name -> number + 1 */
	VEC(struct str) path_names;
	VEC(const struct state *) states; /* by graph node */
	VEC(bool) state_known;
	VEC(struct lineage_record) lineages;            /* of this scan, by id - first_lineage */
	struct map endings_by_hash, endings_by_lineage; /* -> struct ending * */
	VEC(uint32_t) node_of_id;                       /* graph node + 1 by commit id; 0: not reached yet */
	size_t nodes_indexed;                           /* graph nodes that node_of_id has */
	VEC(uint32_t)
	work_of_path; /* index + 1 into the current commit's works; 0 between commits */

	struct arena hunk_arena; /* keys of given_hunks, and differences taken here */
	struct map given_hunks;
};

/* One parent's view of one path. */
struct edge {
	const struct slot *slot; /* what the parent has at this path; NULL: no findings */
	const struct slot
		*source; /* what this commit's file is matched with: slot, or a moved file's */
	bool same_blob;  /* source's blob is this commit's blob */
	bool moved;      /* source stands at another path */
	struct match *matches;  /* per finding: STEP_NEW, or how it was matched */
	lineage_id *lineages;   /* per finding: its lineage in the parent, 0 for none */
	bool *was_suppressed;   /* per finding */
	struct carried *hidden; /* findings of the parent that a syntax error hides now */
	uint32_t hidden_count;
};

/* One path of the commit that has, or in some parent had, findings. */
struct work {
	uint32_t path;
	struct str name;
	struct oid blob;         /* zero: no such file in this commit */
	const struct facts *new; /* NULL likewise */
	struct edge *edges;      /* one per parent */
	lineage_id *lineages;    /* per finding of new */
	lineage_id *copied_from; /* per finding: what a new lineage is a copy of, else 0 */
	struct carried *carried;
	uint32_t carried_count;
	const struct slot *slot; /* the outcome; NULL: no findings */
};

/* One finding of a slot, visible or carried. */
struct slot_item {
	lineage_id lineage;
	struct oid blob; /* that shows it */
	uint32_t index;
	bool carried;
};
uint32_t slot_len(const struct slot *s); /* visible and carried; NULL has none */
struct slot_item slot_at(const struct slot *s, uint32_t i);

struct id_set {
	lineage_id *items; /* ascending */
	uint32_t len;
};

/* Work on one commit. */
struct run {
	struct tracker *t;
	const struct walk_commit *c;
	uint32_t node, parent_count;
	const uint32_t *parents;     /* graph nodes */
	const struct state **states; /* of the parents */
	struct id_set *parent_sets;  /* lineages in each parent's tree, made when asked for */
	bool *parent_set_known;
	struct arena *a;        /* for the output and everything on the way */
	VEC(struct work) works; /* by path */
	struct id_set present;  /* lineages in this commit's works */
	VEC(struct event_record) events;
	VEC(struct union_record) unions;
	lineage_id first_new; /* lineages from here on are this commit's own */
	struct map new_keys;  /* natural key -> how many new lineages share it so far */
	struct err *e;
};

/* ---- lineage.c ---- */
const struct facts *tracker_facts(struct tracker *t, const struct oid *blob, struct err *e);
int tracker_hunks(struct tracker *t, const struct oid *old_blob, const struct oid *new_blob,
	const struct hunks **out, struct err *e);
uint32_t tracker_path(struct tracker *t, struct str name);
uint32_t tracker_node(const struct tracker *t, uint32_t commit_id); /* in the graph */
int tracker_state_of(struct tracker *t, uint32_t node, const struct state **out, struct err *e);
int tracker_lineage(struct tracker *t, lineage_id id, struct lineage_record *out, struct err *e);
struct id_set id_set_of_state(const struct state *s, struct arena *a);
void id_set_sort(struct id_set *s);
bool id_set_has(const struct id_set *s, lineage_id id);
/* The finding that a slot's item stands for. */
const struct fact *tracker_fact(struct tracker *t, const struct slot_item *item, struct err *e);
/* Lineages in the tree of parent i. */
const struct id_set *run_parent_set(struct run *run, uint32_t i);
/* The lineage that this commit's unions make of `id`. */
lineage_id run_canonical(const struct run *run, lineage_id id);

/* ---- the steps, in order ---- */
int lineage_works(struct run *run);
int lineage_assign(struct run *run);
int lineage_births(struct run *run); /* then every finding has a lineage, and works their slots */
int lineage_endings(struct run *run);
int lineage_totals(struct run *run, struct commit_history *out);

/* ---- lineage_births.c, for lineage_endings.c ---- */
uint64_t reopen_hash(const struct fact *f, struct str path);

#endif
