/*
 * References and revisions: HEAD, what the user wrote, all branches and tags.
 */
#include "scan/repo_private.h"

#include <stdlib.h>

#include "scan/text.h"

#define NAMES_SHOWN 5

static struct str ref_name(struct arena *a, const char *raw)
{
	return text_utf8(a, arena_dup(a, str_from(raw)));
}

/* The commit a reference leads to, through symbolic references and tags. When its object is missing
 * the id is that object's: the walk will count it. GIT_EINVALIDSPEC: leads to something else. */
static int ref_commit(const git_reference *ref, struct oid *out)
{
	git_reference *direct;
	git_object *commit;
	int status = git_reference_resolve(&direct, ref);

	if (status)
		return status;
	status = git_reference_peel(&commit, direct, GIT_OBJECT_COMMIT);
	if (!status) {
		*out = repo_from_oid(git_object_id(commit));
		git_object_free(commit);
	} else if (status == GIT_ENOTFOUND) {
		*out = repo_from_oid(git_reference_target(direct));
		status = 0;
	}
	git_reference_free(direct);
	return status;
}

/* ---- all of them ---- */

static bool is_local(const char *name)
{
	return str_starts(str_from(name), "refs/heads/") ||
		str_starts(str_from(name), "refs/tags/");
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(((const struct repo_ref *)a)->name, ((const struct repo_ref *)b)->name);
}

int repo_refs(
	struct repo *r, struct arena *a, struct repo_ref **out, uint32_t *count, struct err *e)
{
	VEC(struct repo_ref) found = {0};
	git_reference_iterator *it;
	git_reference *ref;
	int status = git_reference_iterator_new(&it, r->git);

	if (status)
		return repo_error(e, status, "references cannot be read");
	while ((status = git_reference_next(&ref, it)) == 0) {
		const char *name = git_reference_name(ref);
		struct oid commit;

		if (is_local(name) && ref_commit(ref, &commit) == 0)
			*vec_push(&found) = (struct repo_ref){ref_name(a, name), commit};
		git_reference_free(ref);
	}
	git_reference_iterator_free(it);
	*count = (uint32_t)found.len;
	*out = ARENA_ARRAY(a, found.len, struct repo_ref);
	if (found.len) {
		memcpy(*out, found.items, found.len * sizeof **out);
		qsort(*out, found.len, sizeof **out, by_name);
	}
	vec_release(&found);
	return status == GIT_ITEROVER ? 0 : repo_error(e, status, "references cannot be read");
}

/* ---- HEAD ---- */

/* Up to NAMES_SHOWN reference names, branches of this repository first. */
static bool name_refs(struct repo *r, struct strbuf *names)
{
	git_strarray all = {0};
	size_t shown = 0;

	if (git_reference_list(&all, r->git))
		return false;
	for (int local = 1; local >= 0; local--)
		for (size_t i = 0; i < all.count; i++) {
			struct str name = str_from(all.strings[i]);

			if (str_starts(name, "refs/heads/") != (local == 1))
				continue;
			if (shown++ >= NAMES_SHOWN)
				continue;
			strbuf_addz(names, shown > 1 ? ", " : "");
			strbuf_add(names, local ? str_drop(name, sizeof "refs/heads/" - 1) : name);
		}
	if (shown > NAMES_SHOWN)
		strbuf_addf(names, " and %zu more", shown - NAMES_SHOWN);
	git_strarray_dispose(&all);
	return shown > 0;
}

/* HEAD names a branch that does not exist. */
static int head_unborn(struct repo *r, const char *branch, struct err *e)
{
	struct strbuf names = {0};
	int status;

	if (name_refs(r, &names))
		status = err_set(e, ERR_NOT_FOUND,
			"HEAD points to %s, which does not exist; there are: %s; name one with "
			"--ref",
			branch, names.ptr);
	else
		status = err_set(e, ERR_EMPTY, "%s has no commits yet", r->common_dir.ptr);
	strbuf_release(&names);
	return status;
}

static int head_commit(
	struct repo *r, const git_reference *direct, struct repo_ref *out, struct err *e)
{
	char hex[OID_HEX_LEN + 1];
	git_object *commit;
	int status = git_reference_peel(&commit, direct, GIT_OBJECT_COMMIT);

	if (status) {
		out->commit = repo_from_oid(git_reference_target(direct));
		oid_hex(&out->commit, hex);
		(void)repo_error(e, status,
			"%s points to %s, which cannot be read; try git fsck in %s", out->name.ptr,
			hex, r->common_dir.ptr);
		if (e)
			e->code = ERR_CORRUPT;
		return ERR_CORRUPT;
	}
	out->commit = repo_from_oid(git_object_id(commit));
	git_object_free(commit);
	return 0;
}

int repo_head(struct repo *r, struct arena *a, struct repo_ref *out, struct err *e)
{
	git_reference *head, *direct = NULL;
	int status = git_reference_lookup(&head, r->git, "HEAD");

	if (status) {
		(void)repo_error(e, status, "HEAD of %s cannot be read", r->common_dir.ptr);
		return e ? e->code = ERR_CORRUPT : ERR_CORRUPT;
	}
	status = git_reference_resolve(&direct, head);
	if (status == GIT_ENOTFOUND) {
		status = head_unborn(r, git_reference_symbolic_target(head), e);
	} else if (status) {
		status = repo_error(e, status, "HEAD of %s cannot be read", r->common_dir.ptr);
	} else {
		out->name = ref_name(a, git_reference_name(direct));
		status = head_commit(r, direct, out, e);
	}
	git_reference_free(direct);
	git_reference_free(head);
	return status;
}

/* ---- what the user wrote ---- */

int repo_resolve(struct repo *r, const char *rev, struct oid *out, struct err *e)
{
	git_object *named = NULL, *commit = NULL;
	int status = git_revparse_single(&named, r->git, rev);

	if (status == GIT_EAMBIGUOUS)
		return err_set(e, ERR_USAGE,
			"'%s' is the start of several object ids; give more digits", rev);
	if (status)
		return err_set(e, ERR_NOT_FOUND,
			"'%s' is no branch, tag or commit of this repository; git branch -a and "
			"git tag "
			"list them",
			rev);
	status = git_object_peel(&commit, named, GIT_OBJECT_COMMIT);
	if (!status)
		*out = repo_from_oid(git_object_id(commit));
	else
		status = err_set(e, ERR_NOT_FOUND, "'%s' is a %s, not a commit", rev,
			git_object_type2string(git_object_type(named)));
	git_object_free(commit);
	git_object_free(named);
	return status;
}

int repo_find_ref(
	struct repo *r, struct arena *a, const char *rev, struct repo_ref *out, struct err *e)
{
	git_reference *ref;
	int status;

	if (str_is(str_from(rev), "HEAD") || str_is(str_from(rev), "@"))
		return repo_head(r, a, out, e);
	status = repo_resolve(r, rev, &out->commit, e);
	if (status)
		return status;
	if (git_reference_dwim(&ref, r->git, rev)) {
		out->name = ref_name(a, rev);
		return 0;
	}
	out->name = ref_name(a, git_reference_name(ref));
	git_reference_free(ref);
	return 0;
}
