/*
 * What history needs of an analysed blob, compact, kept in memory for a whole scan.
 */
#ifndef LAPSE_SCAN_FACTS_H
#define LAPSE_SCAN_FACTS_H

#include "scan/base/map.h"
#include "scan/base/mem.h"
#include "scan/base/record.h"

struct fact {
	uint16_t rule;
	uint8_t level;
	bool suppressed;
	uint32_t line, end_line;
	struct str scope;    /* interned: equal scopes have equal ptr */
	struct signature id; /* its sketch is interned, too */
};

struct facts {
	struct oid blob;
	uint8_t status; /* enum blob_status */
	uint32_t bytes, unknown_bytes, lines;
	uint32_t async_defs, awaits;
	struct fact *items;
	uint32_t len;
	struct line_range *unknown;
	uint32_t unknown_len;
};

/* The facts of many blobs. Zero-initialised is empty. */
struct facts_cache {
	struct arena arena;
	struct map by_blob; /* oid -> struct facts * */
	struct map texts;   /* interned scope paths and sketches */
};

const struct facts *facts_find(const struct facts_cache *c, const struct oid *blob);
const struct facts *facts_add(struct facts_cache *c, const struct blob_record *r);
void facts_release(struct facts_cache *c);

/* Bytes of the blob about which nothing is known: all of it when it was not analysed. */
uint32_t facts_unknown_bytes(const struct facts *f);

#endif
