/*
 * Manual pages, in mdoc, made of the tables of commands, options, reports, rules and views:
 * lapse.1, lapse-VERB.1 for each command and report (lapse-query-NAME.1 for a report whose name a
 * command has), lapse-rules.7, lapse-views.7.
 */
#ifndef LAPSE_CMD_MAN_H
#define LAPSE_CMD_MAN_H

#include "cmd/command.h"
#include "cmd/report.h"

/* A line with the name of each page: "lapse-scan.1". */
void man_list(struct strbuf *out, const struct reports *reports);
/* A page by its name; the section may be left out. False when there is none. */
bool man_page(struct strbuf *out, struct reports *reports, struct str name);

/* ---- the kinds of pages ---- */

/* The lines that open every page. */
void man_begin(struct strbuf *out, struct str name, char section, const char *summary);
void man_command(struct strbuf *out, const struct command *c);
/* `c` is the command made of it. */
void man_report(struct strbuf *out, const struct command *c, struct str name);
void man_lapse(struct strbuf *out, const struct reports *reports);
void man_rules(struct strbuf *out);
void man_views(struct strbuf *out);
/* The page's name without section. */
struct str man_report_name(struct arena *a, const struct query *q);

#endif
