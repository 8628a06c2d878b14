/*
 * Addresses of commits and lines on the site that hosts a repository.
 */
#ifndef LAPSE_CMD_HTML_LINKS_H
#define LAPSE_CMD_HTML_LINKS_H

#include "scan/base/mem.h"

extern const char *const html_link_sites[]; /* "auto", the sites, "none"; NULL-terminated */

struct html_links {
	struct str commit; /* with {commit}; "" when the site is not known */
	struct str file;   /* with {path} and {line} */
};

/* `name` is the repository's, "host/owner/name"; `tip` the commit that files are shown of. `site`
 * is one of html_link_sites: with "auto" the host's name decides. */
struct html_links html_links_of(struct arena *a, const char *site, struct str name, struct str tip);

#endif
