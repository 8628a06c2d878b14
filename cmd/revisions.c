/*
 * Which two revisions are meant. See revisions.h.
 */
#include "cmd/revisions.h"

#include <stdlib.h>
#include <string.h>

#define ORIGIN "origin/"

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* "main" in a clone that has only origin/main is what happens in CI. */
static int explain_unknown(struct repo *r, const char *name, struct err *e)
{
	struct arena scratch = {0};
	const char *there = arena_printf(&scratch, ORIGIN "%s", name).ptr;
	struct oid ignored;

	if (repo_resolve(r, there, &ignored, NULL) == 0)
		(void)err_set(e, ERR_NOT_FOUND, "'%s' is no branch here, but '%s' is; name that",
			name, there);
	else if (repo_is_shallow(r))
		(void)err_set(e, ERR_NOT_FOUND,
			"'%s' is not in this shallow clone; get it with `git fetch --unshallow`, "
			"or clone all history (fetch-depth: 0 on GitHub, GIT_DEPTH: 0 on GitLab)",
			name);
	arena_release(&scratch);
	return ERR_NOT_FOUND;
}

static int resolve(
	struct session *s, struct repo *r, struct str name, struct oid *out, struct err *e)
{
	const char *z = arena_dup(&s->arena, name).ptr;
	struct repo_ref head;
	int status;

	if (str_is(name, "HEAD")) {
		status = repo_head(r, &s->arena, &head, e);
		*out = head.commit;
		return status;
	}
	status = repo_resolve(r, z, out, e);
	return status == ERR_NOT_FOUND ? explain_unknown(r, z, e) : status;
}

static int resolve_both(struct revisions *v, struct session *s, struct repo *r, struct err *e)
{
	int status = resolve(s, r, v->left_name, &v->left, e);

	if (status == 0)
		status = resolve(s, r, v->right_name, &v->right, e);
	v->text = arena_printf(&s->arena, "%.*s%s%.*s", STR_ARG(v->left_name),
		v->from_base ? "..." : "..", STR_ARG(v->right_name));
	return status;
}

static struct str or_head(struct str name)
{
	return name.len ? name : STR("HEAD");
}

int revisions_parse(
	struct revisions *out, struct session *s, struct repo *r, bool from_base, struct err *e)
{
	const char *first = s->options.operands.items[0], *dots = strstr(first, "..");

	*out = (struct revisions){.left_name = str_from(first), .right_name = STR("HEAD")};
	out->from_base = from_base;
	if (s->options.operands.len > 1) {
		if (dots)
			return err_set(e, ERR_USAGE, "%s: a range needs no second revision", first);
		out->right_name = str_from(s->options.operands.items[1]);
	} else if (dots) {
		out->left_name = or_head(str_slice(first, (size_t)(dots - first)));
		out->from_base = str_starts(str_from(dots), "...");
		out->right_name = or_head(str_from(dots + (out->from_base ? 3 : 2)));
	}
	return resolve_both(out, s, r, e);
}

int revisions_since(
	struct revisions *out, struct session *s, struct repo *r, const char *ref, struct err *e)
{
	*out = (struct revisions){
		.left_name = str_from(ref), .right_name = STR("HEAD"), .from_base = true};
	return resolve_both(out, s, r, e);
}

int revisions_staged(struct revisions *out, struct session *s, struct repo *r, struct err *e)
{
	/* In the hooks of `git commit -a` and `git commit FILE` the index is another file. */
	const char *index = variable("GIT_INDEX_FILE");

	*out = (struct revisions){.left_name = STR("HEAD"), .right_name = STR("the index")};
	out->text = STR("staged changes");
	out->staged = true;
	if (options_get(&s->options, "repo")->given)
		index = NULL;
	return repo_stage(r, index, &out->left, &out->right, e);
}

/* ---- what is compared when nothing is said ---- */

static bool exists(struct repo *r, const char *rev)
{
	struct oid ignored;

	return repo_resolve(r, rev, &ignored, NULL) == 0;
}

/* What is checked out for a pull request is its merge with the base branch, which is the first
 * parent: two commits are enough then. */
static const char *github_base(struct session *s, struct repo *r, const char *branch)
{
	const char *ref = variable("GITHUB_REF");
	const char *there = arena_printf(&s->arena, ORIGIN "%s", branch).ptr;

	if (ref && str_starts(str_from(ref), "refs/pull/") && str_ends(str_from(ref), "/merge") &&
		exists(r, "HEAD^2") && exists(r, "HEAD^1"))
		return "HEAD^1";
	return exists(r, there) ? there : branch;
}

/* What CI says a merge request is compared with. Of GitLab's, the target branch's is set when HEAD
 * is already merged with that branch; the other one then is too old. */
static const char *ci_base(struct session *s, struct repo *r)
{
	const char *github = variable("GITHUB_BASE_REF");
	const char *gitlab = variable("CI_MERGE_REQUEST_TARGET_BRANCH_SHA");

	if (github)
		return github_base(s, r, github);
	return gitlab ? gitlab : variable("CI_MERGE_REQUEST_DIFF_BASE_SHA");
}

static const char *default_branch(struct repo *r)
{
	static const char *const names[] = {
		ORIGIN "HEAD", ORIGIN "main", ORIGIN "master", "main", "master"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (exists(r, names[i]))
			return names[i];
	return NULL;
}

int revisions_default(struct revisions *out, struct session *s, struct repo *r, struct err *e)
{
	const char *base = ci_base(s, r);
	struct repo_ref head;
	int status = repo_head(r, &s->arena, &head, e);

	if (status)
		return status;
	if (!base)
		base = default_branch(r);
	if (!base)
		return err_set(e, ERR_USAGE,
			"no range is given and there is no branch to compare HEAD with; give one: "
			"lapse check main...HEAD");
	return revisions_since(out, s, r, base, e);
}
