/*
 * The mailmap: identities as the project wants them named.
 *
 * The sources are read here and handed to libgit2 as one text, in git's order (a later entry for
 * the same person wins): so the text is exactly what the map is made of, and a .mailmap of the work
 * tree that is a symbolic link is not followed, as in git.
 */
#include "scan/repo_private.h"

#include <stdlib.h>

#include "scan/mailmap.h"

struct repo_mailmap {
	struct mailmap map;
};

static void add_source(struct strbuf *all, struct str text)
{
	strbuf_add(all, text);
	if (text.len && text.ptr[text.len - 1] != '\n')
		strbuf_addc(all, '\n');
}

static void add_file(struct arena *a, struct strbuf *all, const char *path, bool follow)
{
	struct str text;

	if (repo_file(a, path, follow, &text) == 0)
		add_source(all, text);
}

/* A blob named by a revision ("HEAD:.mailmap"); nothing when there is none. */
static void add_blob(struct repo *r, struct strbuf *all, const char *rev)
{
	git_object *named = NULL, *blob = NULL;

	if (!git_revparse_single(&named, r->git, rev) &&
		!git_object_peel(&blob, named, GIT_OBJECT_BLOB)) {
		const git_blob *b = (const git_blob *)blob;

		add_source(all, str_slice(git_blob_rawcontent(b), (size_t)git_blob_rawsize(b)));
	}
	git_object_free(blob);
	git_object_free(named);
}

/* A bare repository has HEAD:.mailmap, unless the configuration names another blob. */
static void read_sources(struct repo *r, git_config *config, struct arena *a, struct strbuf *all)
{
	git_buf value = GIT_BUF_INIT;

	if (r->workdir.len)
		add_file(a, all, arena_printf(a, "%s/.mailmap", r->workdir.ptr).ptr, false);
	if (config && !git_config_get_string_buf(&value, config, "mailmap.blob"))
		add_blob(r, all, value.ptr);
	else if (!r->workdir.len)
		add_blob(r, all, "HEAD:.mailmap");
	git_buf_dispose(&value);
	if (config && !git_config_get_path(&value, config, "mailmap.file"))
		add_file(a, all, value.ptr, true);
	git_buf_dispose(&value);
}

int repo_mailmap_load(
	struct repo *r, struct repo_mailmap **out, struct str *text, struct arena *a, struct err *e)
{
	struct repo_mailmap *m = mem_zalloc(1, sizeof *m);
	git_config *config = NULL;
	struct strbuf all = {0};

	(void)e;
	(void)git_repository_config_snapshot(&config, r->git);
	read_sources(r, config, a, &all);
	git_config_free(config);
	*text = arena_dup(a, strbuf_str(&all));
	strbuf_release(&all);
	mailmap_add(&m->map, *text);
	*out = m;
	return 0;
}

struct identity repo_mailmap_apply(
	const struct repo_mailmap *m, struct arena *a, struct identity raw)
{
	struct identity mapped = mailmap_apply(&m->map, raw);

	return (struct identity){arena_dup(a, mapped.name), arena_dup(a, mapped.email)};
}

void repo_mailmap_free(struct repo_mailmap *m)
{
	if (!m)
		return;
	mailmap_release(&m->map);
	free(m);
}
