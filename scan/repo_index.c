/*
 * What is staged, as a commit that nobody else sees: the index becomes trees and a commit in a part
 * of the object store that lives in memory, so that everything that reads commits reads this one.
 */
#include "scan/repo_private.h"

#include <git2/sys/mempack.h>

#define MEMORY_PRIORITY 1000 /* above all that is on disk: it takes what is written */

/* What libgit2 checks on writing is that the blobs are there; in a partial clone some are not. */
static int write_index(struct repo *r, const char *file, git_oid *tree, struct err *e)
{
	git_index *index;
	int status = file ? git_index_open(&index, file) : git_repository_index(&index, r->git);

	if (status)
		return repo_error(e, status,
			"the index of %s cannot be read (libgit2 knows no split or sparse one)",
			r->common_dir.ptr);
	if (git_index_has_conflicts(index)) {
		status = err_set(e, ERR_USAGE, "%s: the index has conflicts; resolve them first",
			r->common_dir.ptr);
	} else {
		(void)git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 0);
		status = git_index_write_tree_to(tree, index, r->git);
		if (status)
			status = repo_error(e, status,
				"the index of %s cannot be read (libgit2 knows no split or sparse "
				"one)",
				r->common_dir.ptr);
	}
	git_index_free(index);
	return status;
}

/* Nobody sees it: no name, no date. `parent` NULL: the first commit of a repository. */
static int write_commit(struct repo *r, const git_oid *tree, const struct oid *parent,
	struct oid *commit, struct err *e)
{
	static const char nobody[] = "not committed <> 0 +0000";
	struct strbuf b = {0};
	char hex[OID_HEX_LEN + 1];
	git_oid id;
	int status;

	(void)git_oid_tostr(hex, sizeof hex, tree);
	strbuf_addf(&b, "tree %s\n", hex);
	if (parent) {
		oid_hex(parent, hex);
		strbuf_addf(&b, "parent %s\n", hex);
	}
	strbuf_addf(&b, "author %s\ncommitter %s\n\nStaged\n", nobody, nobody);
	status = git_odb_write(&id, r->odb, b.ptr, b.len, GIT_OBJECT_COMMIT);
	strbuf_release(&b);
	if (status)
		return repo_error(e, status, "what is staged cannot be read");
	*commit = repo_from_oid(&id);
	return 0;
}

/* HEAD's commit, or an empty one when its branch has none yet. */
static int find_base(struct repo *r, struct oid *base, struct err *e)
{
	struct arena scratch = {0};
	struct repo_ref head;
	git_oid tree;
	int status = repo_head(r, &scratch, &head, e);

	if (!status) {
		*base = head.commit;
	} else if (status == ERR_EMPTY || status == ERR_NOT_FOUND) {
		status = git_odb_write(&tree, r->odb, "", 0, GIT_OBJECT_TREE);
		status = status ? repo_error(e, status, "no memory for what is staged")
				: write_commit(r, &tree, NULL, base, e);
	}
	arena_release(&scratch);
	return status;
}

static int add_memory(struct repo *r, struct err *e)
{
	git_odb_backend *memory;
	int status = git_mempack_new(&memory);

	if (!status)
		status = git_odb_add_backend(r->odb, memory, MEMORY_PRIORITY);
	return status ? repo_error(e, status, "no memory for what is staged") : 0;
}

int repo_stage(
	struct repo *r, const char *index_file, struct oid *base, struct oid *commit, struct err *e)
{
	git_oid tree;
	int status;

	if (git_repository_is_bare(r->git))
		return err_set(e, ERR_NOT_FOUND,
			"%s is bare: nothing can be staged there; name a range of commits",
			r->common_dir.ptr);
	status = add_memory(r, e);
	if (!status)
		status = find_base(r, base, e);
	if (!status)
		status = write_index(r, index_file, &tree, e);
	return status ? status : write_commit(r, &tree, base, commit, e);
}
