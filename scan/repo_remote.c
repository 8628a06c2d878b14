/*
 * Where the repository came from: the remote's address, and the form of it that is the same for
 * every way to reach the same repository.
 */
#include "scan/repo_private.h"

#include <stdlib.h>

#include "scan/text.h"

/* "scheme://rest" or "": takes the scheme off *url. */
static struct str take_scheme(struct str *url)
{
	for (size_t i = 0; i + 2 < url->len; i++)
		if (memcmp(url->ptr + i, "://", 3) == 0) {
			struct str scheme = str_slice(url->ptr, i);

			*url = str_drop(*url, i + 3);
			return scheme;
		} else if (url->ptr[i] == '/') {
			break;
		}
	return STR_EMPTY;
}

static struct str without_user(struct str host)
{
	ptrdiff_t at = str_rfind(host, '@');

	return at < 0 ? host : str_drop(host, (size_t)at + 1);
}

static void add_lower(struct strbuf *b, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		strbuf_addc(
			b, s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? (char)(s.ptr[i] + 32) : s.ptr[i]);
}

/* The port's colon, not one inside the brackets of an IPv6 address. */
static struct str without_port(struct str host)
{
	ptrdiff_t colon = str_rfind(host, ':'), bracket = str_rfind(host, ']');

	return colon > bracket ? str_slice(host.ptr, (size_t)colon) : host;
}

static struct str without_git(struct str path)
{
	while (path.len && path.ptr[path.len - 1] == '/')
		path.len--;
	if (str_ends(path, ".git") && path.len > 4)
		path.len -= 4;
	return path;
}

/* "host/owner/name", "" for a path on this machine, which means nothing elsewhere. */
static struct str normalise(struct arena *a, struct str url)
{
	struct str scheme = take_scheme(&url), host, path, part;
	struct strbuf b = {0};
	ptrdiff_t end = str_find(url, '/'), colon = str_find(url, ':');

	if (str_is(scheme, "file"))
		return STR_EMPTY;
	if (!scheme.len) { /* user@host:path; a colon behind a slash is part of a path */
		if (colon < 0 || (end >= 0 && end < colon))
			return STR_EMPTY;
		end = colon;
	}
	if (end < 0)
		return STR_EMPTY;
	host = without_user(str_slice(url.ptr, (size_t)end));
	path = without_git(str_drop(url, (size_t)end + 1));
	add_lower(&b, scheme.len ? without_port(host) : host);
	while (str_next(&path, '/', &part))
		if (part.len) {
			strbuf_addc(&b, '/');
			strbuf_add(&b, part);
		}
	part = arena_dup(a, strbuf_str(&b));
	strbuf_release(&b);
	return part;
}

/* Passwords and tokens stand before the @ of web addresses: they must not reach a database. */
static struct str without_secret(struct arena *a, struct str url)
{
	struct str rest = url, scheme = take_scheme(&rest), host;
	ptrdiff_t end = str_find(rest, '/');

	if (!str_starts(scheme, "http"))
		return arena_dup(a, url);
	host = without_user(end < 0 ? rest : str_slice(rest.ptr, (size_t)end));
	return arena_printf(a, "%.*s://%.*s%.*s", STR_ARG(scheme), STR_ARG(host),
		STR_ARG(end < 0 ? STR_EMPTY : str_drop(rest, (size_t)end)));
}

/* What the configuration says of remotes. */
struct remotes {
	struct arena *arena;
	struct str origin, other; /* the urls; `other` is the first of another remote */
	struct str other_key;
	bool several; /* others */
};

/* Keys are "remote.NAME.url"; of several urls git fetches from the first. */
static int take_config(const git_config_entry *entry, void *payload)
{
	struct str key = str_from(entry->name), url = str_from(entry->value);
	struct remotes *found = payload;

	if (!str_starts(key, "remote.") || !str_ends(key, ".url"))
		return 0;
	if (str_is(key, "remote.origin.url")) {
		if (!found->origin.len)
			found->origin = arena_dup(found->arena, url);
	} else if (!found->other.len) {
		found->other = arena_dup(found->arena, url);
		found->other_key = arena_dup(found->arena, key);
	} else if (!str_eq(key, found->other_key)) {
		found->several = true;
	}
	return 0;
}

int repo_remote_url(struct repo *r, struct arena *a, struct str *url, struct str *normalised)
{
	struct remotes found = {.arena = a};
	git_config *config = NULL;

	/* Not git_remote_list: libgit2 1.5 leaks memory for every key that its pattern does not
	 * match. */
	if (!git_repository_config_snapshot(&config, r->git))
		(void)git_config_foreach(config, take_config, &found);
	git_config_free(config);
	*url = found.origin;
	if (!url->len && !found.several)
		*url = found.other;
	*url = without_secret(a, text_utf8(a, *url));
	*normalised = normalise(a, *url);
	return 0;
}
