/*
 * See mailmap.h.
 */
#include "scan/mailmap.h"

#define KEY_BYTES 512

/* What an identity becomes; an empty part stays as it is. Names for an address and a name together
 * go before those for the address alone. */
struct entry {
	struct str name, email;
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* "email\nname", or "email" alone, in lower case, into `out`. False: longer than any real one. */
static bool make_key(struct str email, struct str name, char out[KEY_BYTES], struct str *key)
{
	size_t n = 0;

	if (email.len + name.len + 1 > KEY_BYTES)
		return false;
	for (size_t i = 0; i < email.len; i++)
		out[n++] = lower(email.ptr[i]);
	if (name.len)
		out[n++] = '\n';
	for (size_t i = 0; i < name.len; i++)
		out[n++] = lower(name.ptr[i]);
	*key = str_slice(out, n);
	return true;
}

static struct entry *find(const struct mailmap *m, struct str email, struct str name)
{
	char bytes[KEY_BYTES];
	struct str key;
	uint64_t *found;

	if (!make_key(email, name, bytes, &key))
		return NULL;
	found = map_get(&m->entries, key);
	return found ? (struct entry *)(uintptr_t)*found : NULL;
}

static struct entry *find_or_add(struct mailmap *m, struct str email, struct str name)
{
	struct entry *e = find(m, email, name);
	char bytes[KEY_BYTES];
	struct str key;

	if (e || !make_key(email, name, bytes, &key))
		return e;
	e = ARENA_NEW(&m->arena, struct entry);
	*map_put(&m->entries, arena_dup(&m->arena, key), NULL) = (uint64_t)(uintptr_t)e;
	return e;
}

/* Takes "Name <email>" off *line; the name may be empty. */
static bool take_identity(struct str *line, struct identity *out)
{
	ptrdiff_t open = str_find(*line, '<'), close = str_find(*line, '>');

	if (open < 0 || close < open)
		return false;
	out->name = str_trim(str_slice(line->ptr, (size_t)open));
	out->email = str_trim(str_slice(line->ptr + open + 1, (size_t)(close - open - 1)));
	*line = str_drop(*line, (size_t)close + 1);
	return true;
}

static void add_line(struct mailmap *m, struct str line)
{
	struct identity to, from;
	struct entry *e;

	if (str_starts(line, "#") || !take_identity(&line, &to))
		return;
	if (!take_identity(&line, &from)) { /* "Name <email>": only the name changes */
		from = (struct identity){STR_EMPTY, to.email};
		to.email = STR_EMPTY;
	}
	e = find_or_add(m, from.email, from.name);
	if (!e)
		return;
	if (from.name.len)
		*e = (struct entry){arena_dup(&m->arena, to.name), arena_dup(&m->arena, to.email)};
	if (to.name.len)
		e->name = arena_dup(&m->arena, to.name);
	if (to.email.len)
		e->email = arena_dup(&m->arena, to.email);
}

void mailmap_add(struct mailmap *m, struct str text)
{
	struct str line;

	while (str_next(&text, '\n', &line))
		add_line(m, line);
}

struct identity mailmap_apply(const struct mailmap *m, struct identity raw)
{
	const struct entry *e = raw.name.len ? find(m, raw.email, raw.name) : NULL;

	if (!e)
		e = find(m, raw.email, STR_EMPTY);
	if (e && e->name.len)
		raw.name = e->name;
	if (e && e->email.len)
		raw.email = e->email;
	return raw;
}

void mailmap_release(struct mailmap *m)
{
	map_release(&m->entries);
	arena_release(&m->arena);
}
