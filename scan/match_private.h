/*
 * Private to scan/match*.c: a matching under way.
 */
#ifndef LAPSE_SCAN_MATCH_PRIVATE_H
#define LAPSE_SCAN_MATCH_PRIVATE_H

#include "scan/match.h"

struct keyed {
	uint64_t key;
	uint32_t index;
};

/* One side of a step: the findings still unpaired that have a key in it. */
struct side {
	struct keyed *items;
	uint32_t len;
};

struct pairing {
	const struct match_old *old;
	uint32_t old_len;
	const struct fact *const *new;
	uint32_t new_len;
	struct match *out;
	bool *old_used;
	struct side a, b; /* scratch for one step */
};

void pairing_pair(
	struct pairing *p, uint32_t old, uint32_t new, enum match_step step, float confidence);

/* ---- match_keys.c ---- */

/* What must be equal, besides the rule. */
enum key_part {
	KEY_LINE = 1,       /* the line of the new version */
	KEY_TOKENS = 2,     /* token_hash */
	KEY_CALLEE = 4,     /* callee_hash */
	KEY_SCOPE = 8,      /* the dotted scope */
	KEY_NAME = 16,      /* the last part of the scope, when there is one */
	KEY_BODY = 32,      /* body_hash */
	KEY_BEFORE = 64,    /* before_hash, when there is something before */
	KEY_AFTER = 128,    /* after_hash, likewise */
	KEY_SKETCH = 1024,  /* sketch */
	KEY_DEFINES = 2048, /* nothing more: it must be of a def or class */
	KEY_UNIQUE = 256,   /* once on each side, or no evidence */
	KEY_EVEN = 512,     /* as often on one side as on the other, or no evidence */
};

struct key_step {
	enum match_step step;
	unsigned parts;  /* enum key_part */
	unsigned weight; /* what must be in the key together: statements of body and contexts,
			  * numbers of the sketch */
	float confidence;
};

/* Unpaired findings of both sides that have the same key, each side in order. */
struct match_group {
	const struct keyed *old, *new;
	uint32_t old_len, new_len;
};
typedef void pair_group(struct pairing *p, const struct match_group *g, const struct key_step *s);

/* Calls `pair` for every group that has findings on both sides. */
void pairing_by_key(struct pairing *p, const struct key_step *s, pair_group *pair);
/* Pairs all of a group, at least cost; a group as the step does not want it is left alone. */
void pair_equal(struct pairing *p, const struct match_group *g, const struct key_step *s);
/* Were several findings of one side equal in the last step? */
bool pairing_had_choice(const struct pairing *p);

/* What speaks against a pair whose keys are equal: other surroundings first, then distance. */
int64_t pairing_cost(const struct match_old *old, const struct fact *new);
bool same_before(const struct fact *a, const struct fact *b);
bool same_after(const struct fact *a, const struct fact *b);

/* ---- match_similar.c ---- */
void pairing_by_similarity(struct pairing *p);
/* Step 6, at last: the same call in functions of one name, where only one is left. */
void pairing_by_function(struct pairing *p);

/* ---- match_assign.c ---- */

#define ASSIGN_MAX  128 /* rows and columns */
#define ASSIGN_NONE UINT32_MAX

/*
 * Gives each of the rows a column of its own so that the sum of costs is least; a row may stay
 * without at the price `reject`, and no pair that costs as much is made. cost[row * columns +
 * column] is not negative. Neither side is larger than ASSIGN_MAX.
 */
void assign(
	const int64_t *cost, uint32_t rows, uint32_t columns, int64_t reject, uint32_t *column_of);

#endif
