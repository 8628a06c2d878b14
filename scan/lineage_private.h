/*
 * Private to scan/lineage*.c: the tracker, and the work on one commit.
 *
 *   lineage.c          the tracker: facts, line differences, paths, lineages
 *   lineage_state.c    states of commits: kept, loaded, listed
 *   lineage_commit.c   tracker_commit: the steps below in order, and their output
 *   lineage_works.c    which paths of a commit matter, with their slots in each parent
 *   lineage_moves.c    files that moved: the slots of other paths that theirs are matched with
 *   lineage_alike.c    which files of two sets are versions of one
 *   lineage_match.c    the findings of a path matched with each parent's
 *   lineage_across.c   what is left: findings that went to another file
 *   lineage_assign.c   the lineage of every finding that a parent has
 *   lineage_copies.c   what a finding that no parent has is a copy of
 *   lineage_unions.c   lineages that were found to be one
 *   lineage_births.c   new lineages, reopened ones, markers that came or went; the commit's slots
 *   lineage_endings.c  what is gone from a parent, and merges that undo a fix
 *   lineage_ended.c    what ended in earlier commits
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
	struct ending *next_by_hash, *next_by_lineage; /* an older one */
};

/* A union made by a commit: it holds for that commit and what descends from it. */
struct alias {
	lineage_id kept, merged;
	uint32_t node;
	struct alias *next_by_kept, *next_by_merged;
	uint32_t asked_for; /* node for which `holds` was found out, + 1 */
	bool holds;
};

/* A path where a blob was seen. */
struct blob_place {
	uint32_t path;
	struct blob_place *next;
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
	struct map places;                              /* blob of a slot -> struct blob_place * */
	VEC(const struct state *) states;               /* by graph node */
	VEC(bool) state_known;                          /* likewise */
	VEC(struct lineage_record) lineages;            /* of this scan, by id - first_lineage */
	struct map endings_by_hash, endings_by_lineage; /* -> struct ending *, the newest */
	struct map aliases_by_kept, aliases_by_merged;  /* -> struct alias * */
	VEC(uint32_t) node_of_id;   /* graph node + 1 by commit id; 0: not reached yet */
	VEC(uint32_t) work_of_path; /* index + 1 into the current commit's works; 0: none */

	struct arena hunk_arena; /* keys of given_hunks, and differences taken here */
	struct map given_hunks;
};

/* One finding of a slot, visible or carried. */
struct slot_item {
	lineage_id lineage;
	struct oid blob; /* that shows it */
	uint32_t index;
	bool carried;
};
struct slot_item slot_at(const struct slot *s, uint32_t i);

/* The findings of a parent's slot: of its own blob, and carried ones of older blobs. */
struct old_side {
	struct slot_item *items;
	struct match_old *findings;
	bool *matched, *hidden; /* per item; hidden by a syntax error now */
	uint32_t len;
};

/* One parent's view of one path. */
struct edge {
	const struct slot *slot;   /* what the parent has at this path; NULL: no findings */
	const struct slot *source; /* what this commit's file is matched with: slot, or a moved
				    * file's */
	bool same_blob;            /* source's blob is this commit's blob */
	bool moved;                /* source stands at another path */
	bool absent;               /* the parent has no such file */
	struct work *moved_to;     /* the work that took slot for its source */
	struct old_side old;       /* of source; empty when the blob is the same */
	struct match *matches;     /* per finding: STEP_NEW, or how it was matched */
	lineage_id *lineages;      /* per finding: its lineage in the parent, 0 for none */
	bool *was_suppressed;      /* per finding */
	struct carried *hidden;    /* findings of the parent that a syntax error hides now */
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

#define MAX_BASES 8
struct bases {
	bool known;
	uint32_t count, nodes[MAX_BASES];
};

/* Work on one commit. */
struct run {
	struct tracker *t;
	const struct walk_commit *c;
	uint32_t node, parent_count;
	const uint32_t *parents;     /* graph nodes */
	const struct state **states; /* of the parents */
	const struct state *after;   /* of this commit, from lineage_births on */
	struct bases *bases;         /* parent_count * parent_count, found when asked for */
	struct arena *a;             /* for the output and everything on the way */
	VEC(struct work) works;      /* by path */
	VEC(struct event_record) events;
	VEC(struct union_record) unions;
	VEC(lineage_id) reopened;
	lineage_id *visible; /* ascending: those assigned to findings of the works */
	size_t visible_len;
	lineage_id first_new; /* lineages from here on are this commit's own */
	struct map new_keys;  /* natural key -> how many new lineages share it so far */
	struct err *e;
};

/* ---- lineage.c ---- */
int tracker_facts(
	struct tracker *t, const struct oid *blob, const struct facts **out, struct err *e);
/* The finding that a slot's item stands for. */
int tracker_fact(
	struct tracker *t, const struct slot_item *item, const struct fact **out, struct err *e);
int tracker_hunks(struct tracker *t, const struct oid *old_blob, const struct oid *new_blob,
	const struct hunks **out, struct err *e);
uint32_t tracker_path(struct tracker *t, struct str name);
uint32_t tracker_node(const struct tracker *t, uint32_t commit_id); /* or GRAPH_NONE */
void tracker_index_node(struct tracker *t, uint32_t node);
int tracker_lineage(struct tracker *t, lineage_id id, struct lineage_record *out, struct err *e);
/* Graph order: by generation, then by commit id. */
int tracker_compare_nodes(const struct tracker *t, uint32_t a, uint32_t b);

/* ---- lineage_state.c ---- */
int tracker_state_of(struct tracker *t, uint32_t node, const struct state **out, struct err *e);
void tracker_keep_state(struct tracker *t, uint32_t node, const struct state *s);
void tracker_note_place(struct tracker *t, const struct slot *s, uint32_t path);
/* The slot of another path whose file has these bytes, the first by name; NULL: none. */
const struct slot *tracker_find_blob(
	const struct tracker *t, const struct state *s, const struct oid *blob);
struct sighting sighting_of(const struct slot_item *item);

/* ---- lineage_unions.c ---- */
int tracker_load_unions(struct tracker *t, struct err *e);
/* The lineage that unions in the ancestry of this commit, and its own, make of `id`: of one in a
 * parent's tree, or of any that stood somewhere in the past. */
lineage_id run_canonical(const struct run *run, lineage_id id);
lineage_id run_canonical_past(const struct run *run, lineage_id id);
/* Does the lineage, or one that such a union made one with it, stand in the tree of s? */
bool run_stands(const struct run *run, const struct state *s, lineage_id id);
/* All that such unions made one, from `id` itself on. */
typedef VEC(lineage_id) lineage_list;
void run_aliases(const struct run *run, lineage_id id, lineage_list *out);
/* Makes one of two lineages, unless they were two findings of one tree: then *out is a. */
int run_unite(struct run *run, lineage_id a, lineage_id b, lineage_id *out);

/* ---- lineage_ended.c ---- */
struct ended {
	lineage_id lineage;
	uint32_t node;
	uint32_t order; /* among the endings of the node */
};
typedef VEC(struct ended) ended_list;
/* Endings of findings with this reopen hash, in commits of any ancestry; adds to out. */
int ended_by_hash(struct run *run, uint64_t hash, ended_list *out);
int ended_by_lineage(struct run *run, lineage_id id, ended_list *out);
void remember_ending(struct run *run, const struct event_record *ev);

/* ---- the steps, in order ---- */
int lineage_works(struct run *run);
int lineage_moves(struct run *run);
int lineage_match(struct run *run);
int lineage_across(struct run *run); /* then what is hidden is known, too */
int lineage_assign(struct run *run);
int lineage_copies(struct run *run);
int lineage_births(struct run *run); /* then every finding has a lineage, and works their slots */
int lineage_endings(struct run *run);
int lineage_totals(struct run *run, struct commit_history *out);

/* ---- lineage_match.c, for lineage_across.c ---- */
/* Finds the findings of edge->source for edge->old. */
int edge_list_old(struct run *run, struct edge *edge);
/* Finding k is edge->old's finding i. */
void edge_record(struct edge *edge, uint32_t k, uint32_t i, const struct match *found);
/* Finding k came from a file of another path. */
bool edge_came_across(const struct edge *edge, uint32_t k);

/* ---- lineage_assign.c, for lineage_copies.c ---- */
/* Is the lineage that of a finding that some parent has, and the commit in one of its works? */
bool run_sees(const struct run *run, lineage_id id);

/* ---- lineage_alike.c ---- */
/* Files of the two lists that are surely versions of one another: partner[i] is the index in `new`
 * of old[i]'s, or ALIKE_NONE. */
#define ALIKE_NONE UINT32_MAX
struct alike_file {
	struct str name; /* path */
	struct oid blob;
	uint32_t bytes;
};
void find_alike(struct run *run, const struct alike_file *old, uint32_t old_len,
	const struct alike_file *new, uint32_t new_len, uint32_t *partner);

/* ---- lineage_births.c, for lineage_endings.c ---- */
uint64_t reopen_hash(const struct fact *f, struct str path);

#endif
