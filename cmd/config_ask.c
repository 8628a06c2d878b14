/*
 * What the configuration says of a finding, a path, a person. See config.h.
 */
#include <inttypes.h>
#include <limits.h>
#include <unistd.h>

#include "cmd/config.h"
#include "cmd/glob.h"

bool config_level(const struct config *c, size_t rule, enum level *level)
{
	const struct config_rule *r = c->rules ? &c->rules[rule] : NULL;

	if (!r || !r->set)
		return true;
	if (r->level < *level || *level >= rule_at(rule)->level)
		*level = r->level;
	return !r->off;
}

bool config_is_test(const struct config *c, struct str path)
{
	for (uint32_t i = 0; i < c->tests.count; i++)
		if (glob_matches_path(c->tests.items[i], path))
			return true;
	return false;
}

/* Adds the parts of a path to an absolute one: "." and ".." are walked, not kept. */
static void add_parts(struct strbuf *b, struct str path)
{
	struct str part;

	while (str_next(&path, '/', &part)) {
		ptrdiff_t slash = str_rfind(strbuf_str(b), '/');

		if (str_is(part, "..") && slash >= 0)
			b->len = (size_t)slash;
		else if (part.len && !str_is(part, ".") && !str_is(part, ".."))
			strbuf_addf(b, "/%.*s", STR_ARG(part));
	}
}

struct str config_path(const struct config *c, struct str path, struct arena *a)
{
	struct strbuf b = {0};
	struct str full, found = path;
	char here[PATH_MAX];

	if (!str_starts(path, "/") && getcwd(here, sizeof here))
		add_parts(&b, str_from(here));
	add_parts(&b, path);
	full = strbuf_str(&b);
	if (c->root.len && c->root.len < full.len && full.ptr[c->root.len] == '/' &&
		memcmp(full.ptr, c->root.ptr, c->root.len) == 0)
		found = arena_dup(a, str_drop(full, c->root.len + 1));
	strbuf_release(&b);
	return found;
}

static bool lists(const struct config_list *l, struct identity who)
{
	for (uint32_t i = 0; i < l->count; i++)
		if (glob_matches(l->items[i], who.email) || glob_matches(l->items[i], who.name))
			return true;
	return false;
}

bool config_is_bot(const struct config *c, struct identity who)
{
	return lists(&c->bots, who);
}

/* ---- commits that reports leave out ---- */

static struct str without_comment(struct str line)
{
	ptrdiff_t hash = str_find(line, '#');

	return str_trim(hash >= 0 ? str_slice(line.ptr, (size_t)hash) : line);
}

int config_ignored_commits(
	const struct config *c, struct arena *a, struct oid **out, uint32_t *count, struct err *e)
{
	struct str rest = c->ignore_revs_text, line;
	uint32_t number = 0;

	/* A line holds one id at most. */
	*out = ARENA_ARRAY(a, c->ignore_revs_text.len / OID_HEX_LEN + 1, struct oid);
	*count = 0;
	while (str_next(&rest, '\n', &line)) {
		number++;
		line = without_comment(line);
		if (line.len == 0)
			continue;
		if (!oid_parse(&(*out)[*count], line))
			/* Without the line: who wrote the repository chose the file, not its
			 * reader. */
			return err_set(e, ERR_USAGE,
				"%.*s:%" PRIu32 ": there is no commit id in this line; write all "
				"40 digits",
				STR_ARG(c->ignore_revs), number);
		(*count)++;
	}
	return 0;
}
