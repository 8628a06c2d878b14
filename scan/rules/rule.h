/*
 * Rules: rows of data with a callback, and the engine that runs them over a file.
 *
 * A rule is one row in its family's table plus one callback in the same file (scan/rules/FAMILY.c)
 * plus one fixture (tests/rules/ID.py). The engine walks the tree once and calls each rule for the
 * node kinds it subscribes to. A callback asks cheap questions first (an attribute's name, a
 * keyword's presence), resolves names last, and calls rule_report. It never walks the whole tree,
 * keeps state, reads configuration or prints.
 */
#ifndef LAPSE_RULES_RULE_H
#define LAPSE_RULES_RULE_H

#include "scan/base/record.h"
#include "scan/py/file.h"

struct rule_run;
struct rule;

typedef void rule_check(struct rule_run *run, const struct rule *rule, const struct py_node *n);

struct rule {
	const char *id; /* "blocking-sleep": permanent */
	enum level level;
	const char *title;     /* one line, for reports */
	const char *why;       /* what the user will see in production */
	const char *fix;       /* what to do instead */
	const char *bad;       /* a snippet that the rule reports; run as a test */
	const char *good;      /* the same, mended: silent; run as a test */
	const char *libraries; /* "asyncio, trio", or "" for any */
	const char *pythons;   /* "3.5+", or "" for any */
	const char *since;     /* bumped whenever what it reports changes: "1" */
	/*
	 * The prefilter: a file that contains none of these words, NULL-terminated, cannot hold a
	 * finding of this rule, and is not even parsed when that is so for every rule. NULL: the
	 * family's.
	 */
	const char *const *words;
	py_kinds kinds; /* node kinds for which check is called */
	rule_check *check;
	const char *data; /* for callbacks shared by rows of a family: what this row looks for */
	/*
	 * The evidence is that something is *not* in the function around (a local that is never
	 * read, a session that is never closed): a syntax error anywhere in the function makes it
	 * unknown.
	 */
	bool from_absence;
	/* Only async code can hold a finding: check is not called for nodes outside every `async
	 * def`. (Inside one it still has to ask py_in_async: there are nested defs and lambdas.) */
	bool async_only;
	/* Python refuses it when it compiles the file: code that never runs counts as well. */
	bool at_compile_time;
};

struct rule_family {
	const char *slug;  /* "blocking": the category in every output */
	const char *title; /* "Blocking the event loop" */
	const struct rule *rules;
	size_t rule_count;
	const char *const *words; /* default prefilter words, NULL-terminated */
};

/* Every family, NULL-terminated: one line each in scan/rules/families.c. */
extern const struct rule_family *const rule_families[];

/* The rules of all families in their order, numbered 0…; findings refer to these numbers. */
size_t rule_count(void);
const struct rule *rule_at(size_t index);
const struct rule_family *rule_family_of(size_t index);
/* Number of the rule with this id, or -1. */
int rule_find(struct str id);
/* The rule that a misspelt id most likely means, NULL for none near enough. */
const struct rule *rule_nearest(struct str id);

/* ---- the rule set: what findings are a function of, beside the bytes ---- */

struct blocking_call {
	const char *name;    /* qualified */
	const char *kind;    /* "sleep", "http", "database", … */
	const char *instead; /* async alternative, for messages */
};

/* All rules and tables, and the names that a project adds to the catalogue. Built once for a run,
 * then only read: threads share it. Wherever one is asked for, NULL is the set without additions.
 */
struct rule_set;
/* The texts of `added` are referenced. Of a name that the catalogue has, too, the added row counts;
 * of one that is added twice, the first. */
struct rule_set *rule_set_new(const struct blocking_call *added, size_t count);
void rule_set_free(struct rule_set *s);
/* 16 hex digits that change whenever a rule, catalogue row or the front end changes what a blob's
 * findings are: results are keyed by it. */
void rule_set_digest(const struct rule_set *s, char out[17]);

/* ---- for callbacks ---- */

struct rule_run {
	struct py_file *file;
	const struct rule_set *set;
	struct engine *engine; /* private to engine.c */
};

/* Reports `n` at the rule's own level. The message is one sentence that names what was found
 * ("time.sleep blocks the event loop; use `await asyncio.sleep()`"); no line numbers in it. */
void rule_report(struct rule_run *run, const struct rule *rule, const struct py_node *n,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void rule_report_level(struct rule_run *run, const struct rule *rule, enum level level,
	const struct py_node *n, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* ---- the catalogue of blocking calls (catalogue.c) ---- */

/* The row for a qualified name, or NULL. */
const struct blocking_call *catalogue_find(const struct rule_set *s, struct str qualified);
/* The row for what this Call calls in a way that blocks here (not awaited, not offloaded, no gevent
 * patch), or NULL; asks nothing of async context. Cheap when asked again. */
const struct blocking_call *catalogue_blocking(struct rule_run *run, const struct py_node *call);
/* Is this qualified name a catalogued coroutine function (data/coroutines.tsv)? */
bool catalogue_is_coroutine(struct str qualified);

/* ---- the engine (engine.c) ---- */

struct analyser; /* one per thread: parser, arenas */
/* The rule set must outlive the analyser. */
struct analyser *analyser_new(const struct rule_set *set, const struct py_limits *limits);
void analyser_free(struct analyser *a);

/*
 * Analyses one file. `out` (zeroed by the callee) and everything in it belongs to `arena`; out->oid
 * is left zero. Never fails: see out->status. Deterministic.
 */
void analyse(struct analyser *a, struct str source, struct arena *arena, struct blob_record *out);
/* As analyse, but without the prefilter: for the test that proves it. */
void analyse_unfiltered(
	struct analyser *a, struct str source, struct arena *arena, struct blob_record *out);

/* A marker `# lapse: ignore[…]` of ours, or a name in its list, that silences nothing. */
struct unused_ignore {
	uint32_t line, column, end_line, end_column;
	struct str message, snippet;
};
struct unused_ignores {
	struct unused_ignore *items; /* in the order of the file */
	uint32_t count;
};
/* As analyse_unfiltered, and tells unused markers. They are no findings: never stored or counted.
 */
void analyse_ignores(struct analyser *a, struct str source, struct arena *arena,
	struct blob_record *out, struct unused_ignores *unused);
/* What an unused marker looks like as a rule, for those who print both: not in the catalogue, but
 * rule_at and rule_family_of know its one rule under the number rule_count(). */
extern const struct rule_family family_ignore;

#endif
