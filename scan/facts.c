/*
 * See facts.h.
 */
#include "scan/facts.h"

const struct facts *facts_find(const struct facts_cache *c, const struct oid *blob)
{
	const uint64_t *at = map_get(&c->by_blob, MAP_KEY(*blob));

	return at ? (const struct facts *)(uintptr_t)*at : NULL;
}

static struct str intern(struct facts_cache *c, struct str text)
{
	const uint64_t *at = map_get(&c->texts, text);
	struct str copy;

	if (at)
		return str_slice((const char *)(uintptr_t)*at, text.len);
	copy = arena_dup(&c->arena, text);
	*map_put(&c->texts, copy, NULL) = (uint64_t)(uintptr_t)copy.ptr;
	return copy;
}

static void copy_findings(struct facts_cache *c, struct facts *f, const struct blob_record *r)
{
	f->len = r->finding_count;
	f->items = ARENA_ARRAY(&c->arena, f->len, struct fact);
	for (uint32_t i = 0; i < f->len; i++) {
		const struct finding *from = &r->findings[i];

		f->items[i] = (struct fact){
			.rule = from->rule,
			.level = from->level,
			.suppressed = from->suppressed,
			.line = from->line,
			.end_line = from->end_line,
			.scope = intern(c, from->scope),
			.id = from->id,
		};
		f->items[i].id.sketch = intern(c, from->id.sketch);
	}
}

const struct facts *facts_add(struct facts_cache *c, const struct blob_record *r)
{
	struct facts *f = ARENA_NEW(&c->arena, struct facts);

	f->blob = r->oid;
	f->status = (uint8_t)r->status;
	f->bytes = r->bytes;
	f->unknown_bytes = r->unknown_bytes;
	f->lines = r->lines;
	f->async_defs = r->async_defs;
	f->awaits = r->awaits;
	f->unknown_len = r->unknown_count;
	f->unknown = ARENA_ARRAY(&c->arena, r->unknown_count, struct line_range);
	for (uint32_t i = 0; i < r->unknown_count; i++)
		f->unknown[i] = r->unknown[i];
	copy_findings(c, f, r);
	*map_put(&c->by_blob, MAP_KEY(f->blob), NULL) = (uint64_t)(uintptr_t)f;
	return f;
}

uint32_t facts_unknown_bytes(const struct facts *f)
{
	return f->status == BLOB_SKIPPED || f->status == BLOB_MISSING ? f->bytes : f->unknown_bytes;
}

void facts_release(struct facts_cache *c)
{
	map_release(&c->by_blob);
	map_release(&c->texts);
	arena_release(&c->arena);
}
