/*
 * The records that scanning produces and the store keeps: plain data, no behaviour. They stand in
 * base because scan/ and store/ both use them and never include each other.
 *
 * Strings belong to whoever made the record, usually an arena; times are seconds since 1970 UTC,
 * lines and columns are 1-based, columns count characters.
 */
#ifndef LAPSE_BASE_RECORD_H
#define LAPSE_BASE_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "scan/base/str.h"

/* A git object id (SHA-1). */
struct oid {
	unsigned char id[20];
};

#define OID_HEX_LEN 40
static inline bool oid_eq(const struct oid *a, const struct oid *b)
{
	return memcmp(a->id, b->id, sizeof a->id) == 0;
}
static inline bool oid_is_zero(const struct oid *a)
{
	static const struct oid zero;

	return oid_eq(a, &zero);
}
void oid_hex(const struct oid *o, char out[OID_HEX_LEN + 1]);
bool oid_parse(struct oid *out, struct str hex); /* 40 hex digits */

enum level { LEVEL_INFO, LEVEL_WARNING, LEVEL_ERROR };
const char *level_name(enum level l); /* "warning" */
bool level_parse(enum level *out, struct str name);

/* One row of the rule table, as the store shows it. */
struct rule_record {
	struct str id, category, category_title, title, since;
	enum level level; /* the usual level; a finding may have another */
};

/*
 * What identifies a finding, independent of position and formatting (history section 4): no white
 * space, comments, quote style, trailing commas. Hashes with a weight end in the number of
 * statements they were made of, as far as that fits.
 */
struct signature {
	uint64_t token_hash;  /* the finding's expression or statement header */
	uint64_t callee_hash; /* the last name of what it calls, or the name it defines (see
			       * CALLEE_DEFINES); else the kind of its node */
	uint64_t body_hash;   /* the function (without its name) or module level statement around
			       * it; weight to 7 */
	uint64_t before_hash, after_hash; /* the statements around, in the same function; weight to
					   * 3 */
	struct str sketch;                /* a sample of the tokens, see SKETCH_MAX */
};
#define CONTEXT_WEIGHT(hash) ((unsigned)((hash)&3))
#define BODY_WEIGHT(hash)    ((unsigned)((hash)&7))
#define CALLEE_DEFINES(hash) (((hash)&1) != 0)

/*
 * A sketch is a version byte and up to SKETCH_MAX ascending 16-bit numbers, big-endian: the
 * smallest hashes of the tokens, in which names of local variables are placeholders (a bottom-k
 * sketch: Broder, "On the resemblance and containment of documents", 1997). Sets that fit are kept
 * whole.
 */
#define SKETCH_VERSION 1
#define SKETCH_MAX     24
#define SKETCH_BYTES   (1 + 2 * SKETCH_MAX)

/* One finding in one blob. */
struct finding {
	uint16_t rule; /* index into the rule table */
	uint8_t level; /* enum level */
	bool suppressed;
	uint32_t line, column, end_line, end_column;
	struct str scope;   /* "Class.method", "" at module level */
	struct str snippet; /* first line of the source, stripped, at most 200 characters */
	struct str message;
	struct signature id;
};

enum blob_status {
	BLOB_OK,
	BLOB_PARTIAL, /* syntax errors: see unknown */
	BLOB_SKIPPED, /* not analysed: see reason */
	BLOB_MISSING, /* the object cannot be read */
};

/* The reason of BLOB_SKIPPED that another scan may see otherwise. */
#define REASON_TOO_LARGE "too large"

/* Lines [first, last] (1-based, inclusive) about which nothing is known. */
struct line_range {
	uint32_t first, last;
};

/* The result of analysing one blob: a function of its bytes and the rule set. */
struct blob_record {
	struct oid oid;
	enum blob_status status;
	struct str reason; /* "" unless skipped or missing: "too large", "NUL bytes", … */
	uint32_t bytes, lines;
	uint32_t unknown_bytes;
	uint32_t async_defs, awaits; /* for exposure rates */
	struct finding *findings;    /* by line, column, rule */
	uint32_t finding_count;
	struct line_range *unknown; /* ascending, not overlapping */
	uint32_t unknown_count;
};

struct identity {
	struct str name, email;
};

struct commit_record {
	struct oid oid;
	struct oid *parents;
	uint32_t parent_count;
	bool shallow; /* parents exist but are not in this repository: history starts here */
	struct identity author;
	struct identity *coauthors; /* Co-authored-by trailers */
	uint32_t coauthor_count;
	int64_t authored_at, committed_at;
	struct str summary;
	struct oid cherry_picked_from; /* zero: none */
	uint32_t generation;           /* 1 + the largest of the parents'; 1 for a root */
};

/* How many findings of one rule and level a commit has more or fewer than its first parent. */
struct count_delta {
	uint16_t rule;
	uint8_t level;
	int32_t open;                         /* seen and not suppressed; exact, from blobs */
	int32_t suppressed;                   /* seen and suppressed */
	int32_t unknown;                      /* hidden by a syntax error, carried forward */
	uint32_t introduced, fixed, silenced; /* landed on this edge; silenced is a part of fixed */
};

enum event_kind {
	EVENT_INTRODUCED,
	EVENT_FIXED,
	EVENT_REMOVED,
	EVENT_SUPPRESSED,
	EVENT_UNSUPPRESSED,
	EVENT_REOPENED,
	EVENT_DROPPED_BY_MERGE,
	EVENT_RESURRECTED_BY_MERGE,
	EVENT_HISTORY_START,
};
const char *event_kind_name(enum event_kind k); /* "dropped_by_merge" */

/* How a finding was matched with the version before; history section 4. */
enum match_step {
	STEP_NEW,       /* not matched */
	STEP_SAME_BLOB, /* the file moved, its bytes did not change */
	STEP_LINE,      /* 1: line map, same snippet */
	STEP_IN_PLACE,  /* 2: line map, other spelling */
	STEP_SCOPE,     /* 3: same scope and snippet */
	STEP_BLOCK,     /* 4 */
	STEP_SIMILAR,   /* 5 */
	STEP_ACROSS,    /* 6: other file of the same commit */
	STEP_CARRIED,   /* unknown: under a syntax error, carried forward */
};
const char *match_step_name(enum match_step s); /* "line", "in-place", … */

/* Lineages are numbered by the scan, through all of a database; 0 is none. */
typedef uint32_t lineage_id;

/* A finding's identity through history. */
struct lineage_record {
	lineage_id id;
	char key[13]; /* the public `finding` id, from natural keys only; 12 characters and NUL */
	uint16_t rule;
	uint32_t commit;        /* id of the commit in whose tree it was first seen */
	lineage_id copied_from; /* 0: none */
};

/* Where a lineage stands in the tree of a commit, for paths that differ from the first parent. */
struct sighting {
	lineage_id lineage;
	struct oid blob; /* blob that shows it: the commit's own, or an older one when carried */
	uint32_t index;  /* the finding in that blob */
	bool carried;
	uint8_t step;     /* enum match_step, against the first parent that had it */
	float confidence; /* 0..1 */
};

/* One path of a commit that differs from its first parent and had or has findings. */
struct version_record {
	struct str path;
	bool present;    /* false: no such file, or no findings, in this commit */
	struct oid blob; /* the file in this commit; zero: no such file */
	struct sighting *sightings;
	uint32_t sighting_count;
};

struct event_record {
	lineage_id lineage;
	enum event_kind kind;
	uint8_t step;
	float confidence;
	struct str path; /* of the version that has it; for endings, of the last that had it */
	struct oid blob; /* likewise */
	uint32_t index;
	/* Endings: rule, path, scope and tokens of the version that had it, by which a finding that
	 * comes back is known; else 0. */
	uint64_t reopen_hash;
	struct oid related; /* the fixing commit of a resurrection or reopening; zero: none */
};

/* Two lineages found to be one (twin introductions that met in a merge). kept < merged in graph
 * order. */
struct union_record {
	lineage_id kept, merged;
};

/* What the Python files of a commit's tree add up to. Signed: differences are of the same type. */
struct tree_totals {
	int64_t bytes, unknown_bytes; /* size, and how much of it could not be analysed */
	int64_t async_defs, awaits;   /* async functions and await expressions */
};

/* Everything history says of one commit. */
struct commit_history {
	uint32_t commit;    /* id */
	int32_t open_total; /* errors and warnings, not suppressed, in its tree */
	struct tree_totals tree;
	uint32_t lines_added,
		lines_deleted; /* of Python files, against the first parent; 0 for merges */
	struct count_delta *deltas;
	uint32_t delta_count;
	struct version_record *versions;
	uint32_t version_count;
	struct lineage_record *lineages; /* new ones */
	uint32_t lineage_count;
	struct event_record *events;
	uint32_t event_count;
	struct union_record *unions;
	uint32_t union_count;
};

/* An object that cannot be read, or was not. The values are stored. */
enum object_kind {
	OBJECT_COMMIT,
	OBJECT_TREE,
	OBJECT_BLOB,
	OBJECT_TOO_LARGE,  /* a tree that unfolds into more than one may be: never tried again */
	OBJECT_OVER_LIMIT, /* a blob over the size limit of the scan that met it */
};
struct missing_object {
	struct oid id;
	enum object_kind kind;
};

/* ---- what a scan reads back from a store, and its last word about references ---- */

/* A commit as the store knows it. Parents first. */
struct stored_commit {
	uint32_t id;
	struct oid oid;
	const uint32_t *parent_ids; /* the callee's, valid during the call */
	uint32_t parent_count;
	bool shallow; /* it had parents that were not walked */
	int64_t committed_at;
	int32_t open_total;
	struct tree_totals tree;
};

/* Where a lineage ended. */
struct stored_ending {
	lineage_id lineage;
	uint32_t commit; /* id */
};

/* A tracked reference and what is open or suppressed or carried at its tip. */
struct ref_state {
	struct str name;
	uint32_t commit; /* id of the tip */
	bool is_default;
	struct version_record *versions; /* paths with findings; every `present` is true */
	uint32_t version_count;
};

#endif
