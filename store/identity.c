/*
 * .mailmap, applied to stored identities: raw ones stay, mapped ones are what the views show.
 */
#include <stdlib.h>
#include <string.h>

#include "scan/base/hash.h"
#include "store/private.h"

/* Names and addresses that say so themselves: "dependabot[bot]", "pyup-bot". */
static bool says_bot(struct str s)
{
	return str_ends(s, "[bot]") || str_ends(s, "-bot");
}

bool store_is_bot(struct identity raw)
{
	ptrdiff_t at = str_rfind(raw.email, '@');
	struct str local = at < 0 ? raw.email : str_slice(raw.email.ptr, (size_t)at);

	return says_bot(raw.name) || says_bot(local);
}

/* ---- is there anything to do? ---- */

struct mailmap {
	uint32_t repo;
	int64_t hash;
	store_map_identity *map;
	void *arg;
};

static int is_current(struct store *s, const struct mailmap *m, struct err *e)
{
	int64_t old = 0, fresh = 0;
	int rc =
		store_number(s, "SELECT mailmap_hash FROM repo WHERE id = :repo", m->repo, &old, e);

	if (rc == 0)
		rc = store_number(s,
			"SELECT EXISTS (SELECT 1 FROM identity WHERE repo = :repo AND NOT "
			"is_mapped)",
			m->repo, &fresh, e);
	return rc < 0 ? rc : old == m->hash && !fresh;
}

/* ---- mapping ---- */

struct mapped {
	int64_t id, person;
	struct identity identity;
	bool is_bot;
};

struct mapped_list {
	VEC(struct mapped) items;
	struct arena arena;
};

static int load_and_map(
	struct store *s, const struct mailmap *m, struct mapped_list *l, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db,
		"SELECT id, name, email FROM identity WHERE repo = :repo ORDER BY email, name", e);
	int rc;

	db_bind_int(st, ":repo", m->repo);
	while ((rc = db_step(st, e)) > 0) {
		struct identity raw = {
			db_text_dup(st, 1, &l->arena), db_text_dup(st, 2, &l->arena)};
		struct mapped *p = vec_push(&l->items);

		p->id = db_int(st, 0);
		p->is_bot = store_is_bot(raw);
		p->identity = m->map(m->arg, &l->arena, raw, &p->is_bot);
		p->person = p->id;
	}
	return rc;
}

/* People are told apart by their mapped name and address, as git's shortlog does. */
static void join_people(struct mapped_list *l)
{
	struct map first = {0};

	for (size_t i = 0; i < l->items.len; i++) {
		struct mapped *p = &l->items.items[i];
		struct str key = arena_printf(&l->arena, "%.*s <%.*s>", STR_ARG(p->identity.name),
			STR_ARG(p->identity.email));
		bool added;
		uint64_t *slot = map_put(&first, key, &added);

		if (added)
			*slot = (uint64_t)p->id;
		p->person = (int64_t)*slot;
	}
	map_release(&first);
}

static int write_mapped(struct store *s, const struct mapped *p, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db,
		"UPDATE identity SET mapped_name = :name, mapped_email = :email, is_bot = :is_bot,"
		" is_mapped = 1, person = :person WHERE id = :id",
		e);

	db_bind_text(st, ":name", p->identity.name);
	db_bind_text(st, ":email", p->identity.email);
	db_bind_int(st, ":is_bot", p->is_bot);
	db_bind_int(st, ":person", p->person);
	db_bind_int(st, ":id", p->id);
	return db_run(st, e);
}

static int write_all(struct store *s, const struct mailmap *m, struct mapped_list *l, struct err *e)
{
	struct db_stmt *st;
	int rc = 0;

	for (size_t i = 0; i < l->items.len && rc == 0; i++)
		rc = write_mapped(s, &l->items.items[i], e);
	if (rc < 0)
		return rc;
	st = db_prepare(s->db, "UPDATE repo SET mailmap_hash = :hash WHERE id = :id", e);
	db_bind_int(st, ":hash", m->hash);
	db_bind_int(st, ":id", m->repo);
	return db_run(st, e);
}

static int apply(struct store *s, const struct mailmap *m, struct err *e)
{
	struct mapped_list l = {0};
	int rc = db_begin(s->db, e);

	if (rc == 0)
		rc = load_and_map(s, m, &l, e);
	if (rc == 0) {
		join_people(&l);
		rc = write_all(s, m, &l, e);
	}
	if (rc == 0)
		rc = db_commit(s->db, e);
	if (rc < 0)
		db_rollback(s->db);
	vec_release(&l.items);
	arena_release(&l.arena);
	return rc;
}

int store_apply_mailmap(struct store *s, uint32_t repo, struct str text, store_map_identity *map,
	void *arg, struct err *e)
{
	const struct mailmap m = {repo, (int64_t)hash_bytes(text), map, arg};
	int rc = is_current(s, &m, e);

	if (rc != 0)
		return rc < 0 ? rc : 0;
	return s->lock ? apply(s, &m, e) : 1;
}
