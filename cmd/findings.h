/*
 * Findings of files, or changes of findings between two revisions, written as text, in any row
 * format, or for other programs: SARIF, GitLab, GitHub. A format is one row of the table in
 * findings.c.
 */
#ifndef LAPSE_CMD_FINDINGS_H
#define LAPSE_CMD_FINDINGS_H

#include "cmd/rows.h"
#include "scan/base/map.h"
#include "scan/base/record.h"

extern const char *const finding_format_names[]; /* for option tables */
#define FINDING_FORMATS                                                                          \
	"text, json, table, csv, tsv, ndjson, markdown, sarif, gitlab (code quality) or github " \
	"(annotations)"

/* What became of a finding between two revisions. */
enum change_kind {
	CHANGE_INTRODUCED, /* there, and was not, or was suppressed */
	CHANGE_FIXED,      /* was there, and is not */
	CHANGE_SUPPRESSED, /* is suppressed, and was not */
	CHANGE_MOVED,      /* stands in another file */
	CHANGE_UNCHANGED,
	CHANGE_KINDS
};
extern const char *const change_kind_names[CHANGE_KINDS + 1]; /* NULL ends them */

struct finding_change {
	enum change_kind kind;
	struct str path; /* where it stands; of fixed ones where it stood */
	const struct finding *finding;
	struct oid blob;     /* that shows it */
	struct str old_path; /* where it stood; "" when it was not there */
	uint32_t old_line;
	/* What did it, when the range tells; commit NULL: not known, or not committed yet. */
	bool has_event;
	enum event_kind event;
	const struct commit_record *commit;
	struct str code; /* lines of the source for people, each with a line break; may be "" */
};

/* What is told of the whole. */
struct finding_context {
	bool compares;                   /* the findings are changes */
	bool explains;                   /* texts tell what each rule is about, once */
	struct str repository, revision; /* "" when not known: https://host/owner/name, hex */
};

struct finding_writer;
struct finding_format {
	const char *name;
	void (*begin)(struct finding_writer *w);
	void (*add)(struct finding_writer *w, const struct finding_change *c);
	void (*end)(struct finding_writer *w);
};

struct finding_writer {
	const struct finding_format *format;
	FILE *out;
	struct terminal terminal;
	struct finding_context context;
	size_t count;    /* added so far; some formats leave some out */
	size_t written;  /* counted by formats that need it */
	size_t left_out; /* by a format that takes only so many: known at the end */
	/* private to the formats */
	struct row_writer rows;
	struct strbuf line;
	struct arena arena;
	struct map seen; /* fingerprints, or rules that were explained */
	VEC(struct sarif_result) results;
};

/* A result of SARIF, kept until it is known how many there are. */
struct sarif_result {
	char *json;
	enum level level;
};

/* `context` NULL: findings of files. */
void findings_begin(struct finding_writer *w, const char *format, FILE *out,
	const struct terminal *terminal, const struct finding_context *context);
/* Suppressed findings are left out of texts and tables for people, and shown to programs. */
void findings_add(struct finding_writer *w, const char *path, const struct finding *f);
void findings_add_change(struct finding_writer *w, const struct finding_change *c);
/* Returns how many findings the format had no room for. */
size_t findings_end(struct finding_writer *w);

#endif
