/*
 * Unions of lineages: twins that met in a merge are one finding, the one first in graph order.
 *
 * Made anew from the unions of reachable commits whenever references change, so that what a
 * rewritten history said is undone, and the result does not depend on the order of scans.
 */
#include <stdlib.h>
#include <string.h>

#include "store/private.h"

struct member {
	lineage_id id;
	uint32_t generation; /* of the commit where it was first seen */
	struct oid commit;
	char key[13];
	size_t parent; /* in the forest */
};

struct forest {
	VEC(struct member) members; /* by id */
};

static size_t find_root(struct forest *f, size_t i)
{
	while (f->members.items[i].parent != i) {
		f->members.items[i].parent = f->members.items[f->members.items[i].parent].parent;
		i = f->members.items[i].parent;
	}
	return i;
}

/* Graph order, made of natural keys only: the same however the commits came in. */
static bool is_before(const struct member *a, const struct member *b)
{
	int d;

	if (a->generation != b->generation)
		return a->generation < b->generation;
	d = memcmp(a->commit.id, b->commit.id, sizeof a->commit.id);
	return d ? d < 0 : strcmp(a->key, b->key) < 0;
}

static void join(struct forest *f, size_t a, size_t b)
{
	a = find_root(f, a);
	b = find_root(f, b);
	if (a == b)
		return;
	if (is_before(&f->members.items[b], &f->members.items[a]))
		f->members.items[a].parent = b;
	else
		f->members.items[b].parent = a;
}

/* Every lineage that has a part in a union, by id. */
static const char members_sql[] =
	"WITH u AS (SELECT u.kept, u.merged FROM commit_info c"
	"  CROSS JOIN lineage_union u ON u.commit_id = c.id WHERE c.repo = :repo AND c.reachable),"
	" m AS (SELECT kept AS id FROM u UNION SELECT merged FROM u)"
	" SELECT l.id, c.generation, c.oid, l.key"
	" FROM m CROSS JOIN lineage l ON l.id = m.id CROSS JOIN commit_info c ON c.id = l.commit_id"
	" ORDER BY l.id";

static int load_members(struct store *s, struct forest *f, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, members_sql, e);
	int rc;

	db_bind_int(st, ":repo", s->repo);
	while ((rc = db_step(st, e)) > 0) {
		struct member m = {.id = db_u32(st, 0),
			.generation = db_u32(st, 1),
			.commit = store_oid(st, 2),
			.parent = f->members.len};
		struct str key = db_text(st, 3);

		memcpy(m.key, key.ptr, key.len < sizeof m.key ? key.len : sizeof m.key - 1);
		*vec_push(&f->members) = m;
	}
	return rc;
}

static size_t index_of(const struct forest *f, lineage_id id)
{
	size_t low = 0, high = f->members.len;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (f->members.items[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int join_all(struct store *s, struct forest *f, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db,
		"SELECT u.kept, u.merged FROM commit_info c"
		" CROSS JOIN lineage_union u ON u.commit_id = c.id"
		" WHERE c.repo = :repo AND c.reachable",
		e);
	int rc;

	db_bind_int(st, ":repo", s->repo);
	while ((rc = db_step(st, e)) > 0)
		join(f, index_of(f, db_u32(st, 0)), index_of(f, db_u32(st, 1)));
	return rc;
}

static int set_canonical(struct store *s, lineage_id id, lineage_id canonical, struct err *e)
{
	struct db_stmt *st =
		db_prepare(s->db, "UPDATE lineage SET canonical = :canonical WHERE id = :id", e);

	db_bind_int(st, ":canonical", canonical);
	db_bind_int(st, ":id", id);
	return db_run(st, e);
}

static int write_canonical(struct store *s, struct forest *f, struct err *e)
{
	int rc = store_run_repo(s,
		"UPDATE lineage SET canonical = id WHERE repo = :repo AND canonical <> id", s->repo,
		e);

	for (size_t i = 0; i < f->members.len && rc == 0; i++) {
		size_t root = find_root(f, i);

		if (root != i)
			rc = set_canonical(s, f->members.items[i].id, f->members.items[root].id, e);
	}
	return rc;
}

int store_apply_unions(struct store *s, struct err *e)
{
	struct forest f = {0};
	int rc = load_members(s, &f, e);

	if (rc == 0)
		rc = join_all(s, &f, e);
	if (rc == 0)
		rc = write_canonical(s, &f, e);
	vec_release(&f.members);
	return rc;
}
