/*
 * See links.h. The forms of the addresses are those of the sites' documentation on permanent
 * links to files and commits.
 */
#include "cmd/html/links.h"

#include <string.h>

const char *const html_link_sites[] = {
	"auto", "github", "gitlab", "bitbucket", "gitea", "none", NULL};

static const struct site {
	const char *name;
	const char *host; /* a part of the host's name that gives the site away */
	const char *commit, *file_before, *file_after; /* the tip stands between the last two */
} sites[] = {
	{"github", "github", "/commit/{commit}", "/blob/", "/{path}#L{line}"},
	{"gitlab", "gitlab", "/-/commit/{commit}", "/-/blob/", "/{path}#L{line}"},
	{"bitbucket", "bitbucket", "/commits/{commit}", "/src/", "/{path}#lines-{line}"},
	{"gitea", "gitea", "/commit/{commit}", "/src/commit/", "/{path}#L{line}"},
	{"gitea", "forgejo", "/commit/{commit}", "/src/commit/", "/{path}#L{line}"},
	{"gitea", "codeberg", "/commit/{commit}", "/src/commit/", "/{path}#L{line}"},
};

static const struct site *find_site(const char *site, const char *host)
{
	for (size_t i = 0; i < ARRAY_LEN(sites); i++)
		if (strcmp(site, "auto") == 0 ? strstr(host, sites[i].host) != NULL
					      : strcmp(site, sites[i].name) == 0)
			return &sites[i];
	return NULL;
}

struct html_links html_links_of(struct arena *a, const char *site, struct str name, struct str tip)
{
	ptrdiff_t slash = str_find(name, '/');
	const struct site *s = NULL;

	if (slash > 0) /* a name without a host is a folder's */
		s = find_site(site, arena_dup(a, str_slice(name.ptr, (size_t)slash)).ptr);
	if (!s)
		return (struct html_links){STR_EMPTY, STR_EMPTY};
	return (struct html_links){
		arena_printf(a, "https://%.*s%s", STR_ARG(name), s->commit),
		arena_printf(a, "https://%.*s%s%.*s%s", STR_ARG(name), s->file_before, STR_ARG(tip),
			s->file_after),
	};
}
