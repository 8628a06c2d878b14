/*
 * Configuration: `[tool.lapse]` of pyproject.toml, or lapse.toml with the same keys at the top.
 *
 * Keys named as options give options another default: at the top for every command that has the
 * option, in a table named as a command for that one. session_run applies them before a command
 * runs, so commands ask their options as ever. What is no option stands in `struct config`, which
 * every session has: session->config is never NULL, and empty when there is no file.
 *
 * Where a file is looked for: lapse lint and others that need no repository look in the current
 * directory and upwards to the repository's root; those about a repository in the root of its work
 * tree, or, when it is bare, in the tree of its HEAD. The nearest folder with settings counts.
 */
#ifndef LAPSE_CMD_CONFIG_H
#define LAPSE_CMD_CONFIG_H

#include "cmd/command.h"
#include "cmd/toml.h"
#include "scan/base/record.h"
#include "scan/rules/rule.h"

/* What [tool.lapse.rules] says of a rule. */
struct config_rule {
	bool set, off;
	enum level level;
};

struct config_list {
	const struct str *items;
	uint32_t count;
};

struct config_team {
	struct str name;
	struct config_list members; /* patterns of addresses or names */
};

/* Everything belongs to the arena that it was read into. */
struct config {
	struct str name;   /* of the file, as messages call it: "../pyproject.toml"; "" for none */
	struct str folder; /* of the file; "" for none, or when it was read from git */
	struct str root;   /* absolute: of the repository, or where the search began; "": bare */
	const struct toml_value *settings;    /* the table that holds them; NULL for none */
	struct config_rule *rules;            /* by rule number; NULL: none is set */
	const struct blocking_call *blocking; /* further names of the catalogue */
	uint32_t blocking_count;
	const struct config_team *teams; /* in the order of the file */
	uint32_t team_count;
	struct config_list tests;    /* path patterns, see glob.h */
	struct config_list bots;     /* patterns of addresses or names */
	struct str ignore_revs;      /* the file's name; "" for none */
	struct str ignore_revs_text; /* what stands in it */
};

/* ---- asking ---- */

/* The level at which a finding is shown and counted: *level is what the rule said, and changed.
 * False when the rule is off. A finding of which its rule is less sure than usual is never raised
 * above that. */
bool config_level(const struct config *c, size_t rule, enum level *level);
/* Is this path (relative to the root) test code? */
bool config_is_test(const struct config *c, struct str path);
/* A path as the user writes it, relative to the root; unchanged when it does not lie below it. */
struct str config_path(const struct config *c, struct str path, struct arena *a);
bool config_is_bot(const struct config *c, struct identity who);
/* The commits of the ignore-revs file (.git-blame-ignore-revs when there is one). ERR_USAGE names
 * the line that is no commit id. */
int config_ignored_commits(
	const struct config *c, struct arena *a, struct oid **out, uint32_t *count, struct err *e);

/* ---- reading ---- */

/* Where a file is looked for. */
struct config_where {
	const char *file;  /* --config: only this one; NULL: look for one */
	const char *path;  /* start here */
	bool of_repo;      /* the root of the repository around `path` only, or git's tree */
	bool *is_shadowed; /* out, may be NULL: pyproject.toml has settings, too, that do not count
			    */
};

/* Reads and checks the file. None found is fine: *out is empty. ERR_USAGE names file, line and
 * key. */
int config_load(
	const struct config_where *where, struct arena *a, struct config *out, struct err *e);
/* For the session's command, as its options say; the session's arena. */
int config_load_session(struct session *s, struct err *e);
/* "lapse.toml:3:1: " and the rest in *e; returns ERR_USAGE. */
int config_fail(struct str file, const struct toml_value *at, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* ---- config_option.c: keys that are options ---- */

/* Checks every key that is no setting of struct config against the options of all commands. */
int config_check_options(const struct config *c, struct arena *a, struct err *e);
/* Gives the session's options what its command's table and the top level say, except for those
 * given on the command line. */
int config_apply_options(const struct config *c, struct session *s, struct err *e);
/* Can this option stand in a file? Those that name files to write, or the file itself, cannot. */
bool config_may_set(const struct option_spec *spec);

/* ---- config_setting.c: the others ---- */

bool config_is_setting(struct str key);
const char *config_setting_name(size_t index); /* NULL ends them */
int config_read_setting(
	struct config *c, const struct toml_value *v, struct arena *a, struct err *e);
int config_read_blocking(
	struct config *c, const struct toml_value *v, struct arena *a, struct err *e);

#endif
