/*
 * What is staged, as a commit that nobody else sees: the index becomes trees and a commit in a part
 * of the object store that lives in memory, so that everything that reads commits reads this one.
 */
#include "scan/repo_private.h"

#include <git2/sys/mempack.h>

#define MEMORY_PRIORITY 1000 /* above all that is on disk: it takes what is written */

/* What libgit2 checks on writing is that the blobs are there; in a partial clone some are not. */
static int write_index(struct repo *r, git_oid *tree, struct err *e)
{
	git_index *index;
	int status = git_repository_index(&index, r->git);

	if (status)
		return repo_error(e, status, "the index of %s cannot be read", r->common_dir.ptr);
	if (git_index_has_conflicts(index)) {
		status = err_set(e, ERR_USAGE, "%s: the index has conflicts; resolve them first",
			r->common_dir.ptr);
	} else {
		(void)git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 0);
		status = git_index_write_tree_to(tree, index, r->git);
		if (status)
			status = repo_error(
				e, status, "the index of %s cannot be read", r->common_dir.ptr);
	}
	git_index_free(index);
	return status;
}

static void sign(struct strbuf *b, const char *title, const git_signature *who)
{
	strbuf_addf(b, "%s %s <%s> %lld +0000\n", title, who->name, who->email,
		(long long)who->when.time);
}

static int sign_both(struct repo *r, struct strbuf *b)
{
	git_signature *who;
	int status = git_signature_default(&who, r->git);

	if (status)
		status = git_signature_now(&who, "not committed", "not.committed");
	if (status)
		return status;
	sign(b, "author", who);
	sign(b, "committer", who);
	git_signature_free(who);
	return 0;
}

/* `parent` NULL: the first commit of a repository. */
static int write_commit(struct repo *r, const git_oid *tree, const struct oid *parent,
	struct oid *commit, struct err *e)
{
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
	status = sign_both(r, &b);
	strbuf_addz(&b, "\nStaged, not committed\n");
	if (!status)
		status = git_odb_write(&id, r->odb, b.ptr, b.len, GIT_OBJECT_COMMIT);
	strbuf_release(&b);
	if (status)
		return repo_error(e, status, "what is staged cannot be read");
	*commit = repo_from_oid(&id);
	return 0;
}

int repo_stage(struct repo *r, struct oid *commit, struct err *e)
{
	git_odb_backend *memory = NULL;
	struct arena scratch = {0};
	struct repo_ref head;
	git_oid tree;
	int status;

	if (git_repository_is_bare(r->git))
		return err_set(e, ERR_NOT_FOUND,
			"%s is bare: nothing can be staged there; name a range of commits",
			r->common_dir.ptr);
	status = git_mempack_new(&memory);
	if (!status)
		status = git_odb_add_backend(r->odb, memory, MEMORY_PRIORITY);
	if (status)
		return repo_error(e, status, "no memory for what is staged");
	status = repo_head(r, &scratch, &head, e);
	if (!status || status == ERR_EMPTY) {
		const struct oid *parent = status ? NULL : &head.commit;

		status = write_index(r, &tree, e);
		if (!status)
			status = write_commit(r, &tree, parent, commit, e);
	}
	arena_release(&scratch);
	return status;
}
