/*
 * Private to scan/rules: what the parts of the engine share. Rules see only rule.h.
 *
 * A callback's report becomes a draft; when the walk is done the drafts that stand in clean code
 * are finished into findings (position, snippet, hashes, suppression), sorted and copied to the
 * caller's arena. Everything else of a file lives in the analyser's scratch arena.
 */
#ifndef LAPSE_RULES_ENGINE_H
#define LAPSE_RULES_ENGINE_H

#include "scan/base/map.h"
#include "scan/base/mem.h"
#include "scan/rules/bits.h"
#include "scan/rules/rule.h"

/* Bumped when the parser, names, types or the engine change what is found in the same file,
 * and when findings are followed otherwise through history. */
#define FRONT_END_VERSION "6"

struct draft {
	const struct rule *rule;
	const struct py_node *node;
	enum level level;
	struct str message; /* in the scratch arena */
};

/* A hash and what it was made of: neighbouring findings share functions and statements. */
struct last_hash {
	const struct py_node *node;
	uint64_t hash;
};

struct engine {
	struct arena *arena; /* scratch: lasts as long as the file */
	struct arena *out;   /* the caller's: for what goes into the record */
	VEC(struct draft) drafts;
	VEC(struct line_range) unknown;
	struct last_hash body, before, after;
	struct strbuf text;
	const struct blocking_call *
		*blocking;             /* by node number, see catalogue.c; NULL: not asked yet */
	struct chain_map *chains;      /* see chain.c; NULL: not asked yet */
	struct unused_ignores *unused; /* NULL: nobody wants to know */
	struct ignores *ignores;       /* of this file; NULL likewise */
};

/* ---- set.c ---- */

/* The added rows, by name, each name once; none for NULL. */
struct added_calls {
	const struct blocking_call *items;
	size_t count;
};
struct added_calls rule_set_added(const struct rule_set *s);

/* ---- report.c ---- */

/* Turns the drafts of a run into out's findings and unknown ranges. */
void finish_findings(struct rule_run *run, struct blob_record *out);

/* ---- unreported.c ---- */

/* Does it stand where no code runs: `if False:`, `if TYPE_CHECKING:`? */
bool draft_is_dead(const struct draft *d);
/* Has a rule that wins over this one reported the same defect? Asked when all have reported. */
bool draft_is_beaten(struct rule_run *run, const struct draft *d);

/* ---- waits.c ---- */

/* Do the arguments of this catalogued call leave it to block? */
bool call_waits(struct py_file *f, const struct py_node *call, const struct blocking_call *row);
/* Does this call of sqlite3.connect() open a database that lives in memory? */
bool is_memory_database(const struct py_node *connect);

/* ---- ready.c ---- */

/* Does the code around this catalogued call see to it that it does not block? */
bool call_is_ready(struct py_file *f, const struct py_node *call, const struct blocking_call *row);
/* Does the function around `at` ask the queue or pipe whether there is something in it? */
bool queue_is_tested(struct py_file *f, const struct py_node *at, const struct py_node *queue);

/* ---- prefilter.c ---- */

struct prefilter;
/* Made of the words of all rules, of what the set's own names end in, and of "async", which the
 * counts of a blob need. */
struct prefilter *prefilter_new(const struct rule_set *set);
void prefilter_free(struct prefilter *p);
/* Does the text hold any of the words? *rules: those of which it does; only they can find anything
 * in it. */
bool prefilter_passes(const struct prefilter *p, struct str source, struct rule_bits *rules);
/* Why this text is not Python to be analysed ("NUL bytes"), or NULL. */
const char *prefilter_reject(struct str source, const struct py_limits *limits);

/* ---- snippet.c: what is shown of a finding's source ---- */

/* One past the last byte that belongs to the node itself: for a compound statement or handler the
 * end of its header, else its end. */
uint32_t node_header_end(const struct py_node *n);
/* The stripped text of the line where the node starts, cut after 200 characters. In the source. */
struct str node_snippet(const struct py_tree *t, const struct py_node *n);
struct str line_snippet(const struct py_tree *t, uint32_t line); /* likewise, of a line */

/* ---- hashes.c: identity independent of position and formatting ---- */

uint64_t hash_tokens(const struct py_node *n); /* the node; of a compound statement the header */
/* The function around, else the statement directly in the module or in a class. */
const struct py_node *node_body_around(const struct py_node *n);
uint64_t hash_body(const struct py_node *top); /* all of it but its name: of node_body_around */
/* The statement (or handler, or case) that a node belongs to. */
const struct py_node *node_anchor(const struct py_node *n);
uint64_t hash_before(const struct py_node *anchor); /* the statements before it, */
uint64_t hash_after(const struct py_node *anchor);  /* and after it */
/* Feeds the identifiers and literals that a node holds itself. */
uint64_t hash_text(uint64_t h, const struct py_node *n);
/* The def or class that an expression decorates: its name is a token of a decorator, of which a
 * class may have many that are equal. NULL: it is in no decorator. */
const struct py_node *node_decorated(const struct py_node *n);
/* Statements, handlers, cases: they are hashed without the statements in them. */
bool node_holds_statements(const struct py_node *n);

/* ---- sketch.c: what survives small edits ---- */

/* The last name of what the node calls or names; of defs and decorators the name defined; else the
 * kind of the node. */
uint64_t hash_callee(struct py_file *f, const struct py_node *n);
/* Writes at most SKETCH_BYTES; returns how many. */
size_t sketch_of(
	struct py_file *f, const struct py_node *n, struct arena *scratch, unsigned char *out);

/* ---- suppress.c ---- */

struct suppressions;
/* Reads the markers out of the tree's comments. Memory: the arena. */
struct suppressions *suppressions_read(const struct py_tree *t, struct arena *arena);
bool suppressions_cover(const struct suppressions *s, const struct py_tree *t,
	const struct rule *rule, const struct py_node *n);

/* ---- ignores.c: our own markers, to tell which are of no use ---- */

struct ignores;
struct ignores *ignores_new(const struct py_tree *t);
void ignores_free(struct ignores *x); /* NULL is fine */
/* A finding was reported: the markers that cover it are of use. */
void ignores_use(struct ignores *x, const struct py_tree *t, const struct rule *rule,
	const struct py_node *n);
void ignores_tell(const struct ignores *x, const struct py_tree *t,
	const struct blob_record *result, struct arena *a, struct unused_ignores *out);

#endif
