/*
 * Commits: read from their bytes, because libgit2 refuses whole commits for an author line that git
 * itself shrugs at, and such lines stand in real histories.
 */
#include "scan/repo_private.h"

#include <stdlib.h>
#include <strings.h>

#include "scan/text.h"

struct raw_commit {
	struct str tree, author, committer, encoding, message;
	struct str parents; /* the header lines */
	uint32_t parent_count;
};

#define PARENT_LINE_BYTES (sizeof "parent " - 1 + OID_HEX_LEN + 1)

static bool header_value(struct str line, const char *name, struct str *value)
{
	if (!str_starts(line, name))
		return false;
	*value = str_drop(line, strlen(name));
	return true;
}

/* Parents stand right after the tree, one a line. False: one that is none. */
static bool take_parents(struct str *raw, struct raw_commit *c)
{
	struct str hex;
	struct oid id;

	c->parents = *raw;
	while (header_value(*raw, "parent ", &hex)) {
		if (raw->len < PARENT_LINE_BYTES || raw->ptr[PARENT_LINE_BYTES - 1] != '\n')
			return false;
		hex.len = OID_HEX_LEN;
		if (!oid_parse(&id, hex))
			return false;
		*raw = str_drop(*raw, PARENT_LINE_BYTES);
		c->parent_count++;
	}
	return true;
}

/* Fields are parts of `raw`. */
static bool parse(struct str raw, struct raw_commit *c)
{
	struct str line;

	*c = (struct raw_commit){
		.author = STR_EMPTY, .committer = STR_EMPTY, .encoding = STR_EMPTY};
	if (!str_next(&raw, '\n', &line) || !header_value(line, "tree ", &c->tree) ||
		!take_parents(&raw, c))
		return false;
	while (str_next(&raw, '\n', &line) && line.len)
		if (!header_value(line, "author ", &c->author) &&
			!header_value(line, "committer ", &c->committer))
			(void)header_value(line, "encoding ", &c->encoding);
	c->message = raw;
	return true;
}

static struct oid *read_parents(const struct raw_commit *c, struct arena *a)
{
	struct oid *parents = ARENA_ARRAY(a, c->parent_count, struct oid);

	for (uint32_t i = 0; i < c->parent_count; i++) {
		struct str hex = str_drop(c->parents, i * PARENT_LINE_BYTES + sizeof "parent " - 1);

		hex.len = OID_HEX_LEN;
		(void)oid_parse(&parents[i], hex); /* parse() has seen that it is one */
	}
	return parents;
}

/* A shallow clone that reaches the very first commit names it among its grafts, too. */
static bool is_cut(const struct repo *r, const struct oid *id, const struct raw_commit *raw)
{
	return raw->parent_count && repo_is_graft(r, id);
}

/* The parents as this handle sees them: *shallow when history starts here though there are some. */
static struct oid *seen_parents(const struct repo *r, const struct oid *id,
	const struct raw_commit *c, struct arena *a, uint32_t *count, bool *shallow)
{
	const struct repo_graft *graft = repo_find_graft(r, id);
	struct oid *parents = read_parents(c, a);

	*count = c->parent_count;
	*shallow = graft ? oid_is_zero(&graft->parent) : is_cut(r, id, c);
	if (graft && !*shallow) {
		parents = ARENA_NEW(a, struct oid);
		*parents = graft->parent;
		*count = 1;
	}
	if (*shallow)
		*count = 0;
	return parents;
}

/* ---- people and times ---- */

/* "Name <email>", leniently: without brackets a word with an @ is the address. */
static struct identity parse_identity(struct str s)
{
	ptrdiff_t open = str_find(s, '<'), close;
	struct str email;

	if (open < 0) {
		ptrdiff_t space = str_rfind(str_trim(s), ' ');

		s = str_trim(s);
		email = str_drop(s, (size_t)(space + 1));
		if (str_find(email, '@') < 0)
			return (struct identity){s, STR_EMPTY};
		return (struct identity){
			str_trim(str_slice(s.ptr, (size_t)(space < 0 ? 0 : space))), email};
	}
	email = str_drop(s, (size_t)open + 1);
	close = str_find(email, '>');
	if (close >= 0)
		email.len = (size_t)close;
	return (struct identity){str_trim(str_slice(s.ptr, (size_t)open)), str_trim(email)};
}

/* The number behind the last '>': seconds since 1970. 0 when there is none or it overflows. */
static int64_t parse_time(struct str line)
{
	struct str s = str_trim(str_drop(line, (size_t)(str_rfind(line, '>') + 1)));
	bool negative = str_starts(s, "-");
	int64_t t = 0;

	if (negative)
		s = str_drop(s, 1);
	for (; s.len && s.ptr[0] >= '0' && s.ptr[0] <= '9'; s = str_drop(s, 1)) {
		if (t > (INT64_MAX - 9) / 10)
			return 0;
		t = t * 10 + (s.ptr[0] - '0');
	}
	return negative ? -t : t;
}

static struct identity decode_identity(struct arena *a, struct identity raw, struct str encoding)
{
	struct str name = text_decode(a, raw.name, encoding);
	struct str email = text_decode(a, raw.email, encoding);

	return (struct identity){arena_dup(a, name), arena_dup(a, email)};
}

/* ---- the message ---- */

/* The lines of the first paragraph joined by spaces, as git's %s. */
static struct str subject(struct arena *a, struct str message)
{
	struct strbuf b = {0};
	struct str line, out;

	while (str_next(&message, '\n', &line)) {
		struct str text = str_trim(line);

		if (!text.len && b.len)
			break;
		if (text.len && b.len) { /* git keeps the indentation of further lines */
			strbuf_addc(&b, ' ');
			text = str_slice(line.ptr, (size_t)(text.ptr + text.len - line.ptr));
		}
		strbuf_add(&b, text);
	}
	out = arena_dup(a, strbuf_str(&b));
	strbuf_release(&b);
	return out;
}

/* git's own words, from `git cherry-pick -x`; the last of several is the one picked from. */
static void find_cherry_pick(struct str message, struct oid *out)
{
	static const char words[] = "(cherry picked from commit ";
	struct str line, hex;

	while (str_next(&message, '\n', &line)) {
		line = str_trim(line);
		if (!header_value(line, words, &hex) || hex.len != OID_HEX_LEN + 1)
			continue;
		if (hex.ptr[OID_HEX_LEN] == ')') {
			hex.len = OID_HEX_LEN;
			(void)oid_parse(out, hex);
		}
	}
}

static bool same_text(struct str a, struct str b)
{
	return a.len == b.len && (!a.len || strncasecmp(a.ptr, b.ptr, a.len) == 0);
}

/* People are the same when their addresses are, without addresses when their names are. */
static bool same_person(struct identity a, struct identity b)
{
	if (a.email.len || b.email.len)
		return same_text(a.email, b.email);
	return same_text(a.name, b.name);
}

static void add_coauthor(struct commit_record *c, struct identity who)
{
	if ((!who.name.len && !who.email.len) || same_person(c->author, who))
		return;
	for (uint32_t i = 0; i < c->coauthor_count; i++)
		if (same_person(c->coauthors[i], who))
			return;
	c->coauthors[c->coauthor_count++] = who;
}

static bool has_coauthor_word(const char *message)
{
	static const char word[] = "o-authored-by:";

	for (const char *at = strchr(message, 'o'); at; at = strchr(at + 1, 'o'))
		if (strncasecmp(at, word, sizeof word - 1) == 0)
			return true;
	return false;
}

/* `message` is NUL-terminated. */
static int read_coauthors(
	const char *message, struct arena *a, struct commit_record *c, struct err *e)
{
	git_message_trailer_array trailers = {0};
	int status;

	if (!has_coauthor_word(message))
		return 0;
	status = git_message_trailers(&trailers, message);
	if (status)
		return repo_error(e, status, "trailers cannot be read");
	c->coauthors = ARENA_ARRAY(a, trailers.count, struct identity);
	for (size_t i = 0; i < trailers.count; i++)
		if (strcasecmp(trailers.trailers[i].key, "Co-authored-by") == 0)
			add_coauthor(c,
				decode_identity(a,
					parse_identity(str_from(trailers.trailers[i].value)),
					STR_EMPTY));
	git_message_trailer_array_free(&trailers);
	return 0;
}

/* ---- the record ---- */

/* git ends a message at a NUL byte. */
static struct str until_nul(struct str s)
{
	ptrdiff_t nul = str_find(s, '\0');

	return nul < 0 ? s : str_slice(s.ptr, (size_t)nul);
}

static int fill(
	const struct raw_commit *raw, struct arena *a, struct commit_record *out, struct err *e)
{
	struct str message = text_decode(a, until_nul(raw->message), raw->encoding);

	message = arena_dup(a, message);
	out->author = decode_identity(a, parse_identity(raw->author), raw->encoding);
	out->authored_at = parse_time(raw->author);
	out->committed_at = parse_time(raw->committer);
	out->summary = subject(a, message);
	find_cherry_pick(message, &out->cherry_picked_from);
	return read_coauthors(message.ptr, a, out, e);
}

/* Reads a commit and takes it apart. The fields last until *o, which may be NULL on error, is
 * freed. */
static int open_commit(struct repo *r, const struct oid *id, git_odb_object **o,
	struct raw_commit *raw, struct oid *tree, struct err *e)
{
	char hex[OID_HEX_LEN + 1];
	int status = repo_read(r, id, GIT_OBJECT_COMMIT, o, e);

	if (status || (parse(repo_bytes(*o), raw) && oid_parse(tree, raw->tree)))
		return status;
	git_odb_object_free(*o);
	oid_hex(id, hex);
	return err_set(e, ERR_CORRUPT, "commit %s is malformed", hex);
}

int repo_commit(struct repo *r, const struct oid *id, struct arena *a, struct commit_record *out,
	struct oid *tree, struct err *e)
{
	struct raw_commit raw;
	git_odb_object *o;
	int status = open_commit(r, id, &o, &raw, tree, e);

	if (status)
		return status;
	*out = (struct commit_record){.oid = *id};
	out->parents = seen_parents(r, id, &raw, a, &out->parent_count, &out->shallow);
	status = fill(&raw, a, out, e);
	git_odb_object_free(o);
	return status;
}

int repo_parents(struct repo *r, const struct oid *id, struct arena *a, struct oid **out,
	uint32_t *count, bool *shallow, int64_t *committed_at, struct err *e)
{
	struct raw_commit raw;
	git_odb_object *o;
	struct oid tree;
	int status = open_commit(r, id, &o, &raw, &tree, e);

	if (status) {
		repo_note_missing(r, id, OBJECT_COMMIT);
		return status;
	}
	*out = seen_parents(r, id, &raw, a, count, shallow);
	*committed_at = parse_time(raw.committer);
	git_odb_object_free(o);
	return 0;
}

int repo_commit_tree(struct repo *r, const struct oid *id, struct oid *tree, struct err *e)
{
	struct raw_commit raw;
	git_odb_object *o;
	int status = open_commit(r, id, &o, &raw, tree, e);

	if (!status)
		git_odb_object_free(o);
	return status;
}
