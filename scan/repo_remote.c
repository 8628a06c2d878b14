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

/* The configured address, before any insteadOf of this machine. */
static bool read_url(struct repo *r, struct arena *a, const char *remote, struct str *url)
{
	struct str key = arena_printf(a, "remote.%s.url", remote);
	git_config *config = NULL;
	git_buf value = GIT_BUF_INIT;
	bool found = !git_repository_config_snapshot(&config, r->git) &&
		!git_config_get_string_buf(&value, config, key.ptr);

	if (found)
		*url = without_secret(a, text_utf8(a, arena_dup(a, str_from(value.ptr))));
	git_buf_dispose(&value);
	git_config_free(config);
	return found;
}

int repo_remote_url(struct repo *r, struct arena *a, struct str *url, struct str *normalised)
{
	git_strarray names = {0};

	*url = *normalised = STR_EMPTY;
	if (!read_url(r, a, "origin", url)) {
		if (git_remote_list(&names, r->git) == 0 && names.count == 1)
			(void)read_url(r, a, names.strings[0], url);
		git_strarray_dispose(&names);
	}
	*normalised = normalise(a, *url);
	return 0;
}
