/*
 * Progress of a scan on stderr: a bar on a terminal, else now and then a plain line for a log.
 */
#ifndef LAPSE_CMD_PROGRESS_H
#define LAPSE_CMD_PROGRESS_H

#include "cmd/terminal.h"
#include "scan/scan.h"

struct progress {
	bool off;
	bool is_terminal;
	size_t width;
	bool drawn; /* a bar stands on the terminal's line */
	int64_t began_ms, last_ms;
	uint32_t last_percent;
	struct scan_progress last; /* what was told last */
};

void progress_begin(struct progress *p, bool off);
/* A scan_report; `arg` is the struct progress. Draws at most ten times a second. */
void progress_report(void *arg, const struct scan_progress *now);
void progress_end(struct progress *p); /* takes the bar away */
double progress_seconds(const struct progress *p);

/* The line for this state after elapsed_ms, without line break: for tests too. width 0: no bar. */
void progress_line(
	struct strbuf *out, const struct scan_progress *now, int64_t elapsed_ms, size_t width);

#endif
