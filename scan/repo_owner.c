/*
 * Whose repository it is. As git, we refuse one that belongs to someone else unless safe.directory
 * names it: its configuration names files that would be read with our rights.
 *
 * libgit2 1.5 has this check, but does not know `safe.directory = *`, and says "not found" where no
 * safe.directory is set at all.
 */
#include "scan/repo_private.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Under sudo, root may also read what belongs to the user who called it. */
static bool is_me(uid_t owner)
{
	const char *caller = geteuid() == 0 ? getenv("SUDO_UID") : NULL;

	return owner == geteuid() ||
		(caller && *caller && owner == (uid_t)strtoul(caller, NULL, 10));
}

static bool is_mine(struct str path)
{
	struct stat st;

	return !path.len || (lstat(path.ptr, &st) == 0 && is_me(st.st_uid));
}

struct search {
	struct str path;
	bool safe;
};

/* An empty value takes back those before it. */
static int take_value(const git_config_entry *entry, void *payload)
{
	struct search *s = payload;
	struct str value = str_from(entry->value);

	while (value.len > 1 && value.ptr[value.len - 1] == '/')
		value.len--;
	if (!value.len)
		s->safe = false;
	else if (str_is(value, "*") || str_eq(value, s->path))
		s->safe = true;
	return 0;
}

/* Only the configuration of the user and the system counts, not the repository's own. */
static bool is_declared_safe(struct str path)
{
	struct search s = {path, false};
	git_config *config;

	if (git_config_open_default(&config))
		return false;
	(void)git_config_get_multivar_foreach(config, "safe.directory", NULL, take_value, &s);
	git_config_free(config);
	return s.safe;
}

int repo_check_owner(const struct repo *r, struct err *e)
{
	struct str named = r->workdir.len ? r->workdir : r->common_dir;

	if ((is_mine(r->common_dir) && is_mine(r->workdir)) || is_declared_safe(named))
		return 0;
	return err_set(e, ERR_FAILED,
		"%s is owned by someone else; if you trust it: "
		"git config --global --add safe.directory '%s'",
		named.ptr, named.ptr);
}
