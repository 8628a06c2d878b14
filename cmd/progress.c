/*
 * Drawing progress. See progress.h.
 */
#include "cmd/progress.h"

#include <inttypes.h>
#include <time.h>

#include "cmd/text.h"

#define REDRAW_MS       100
#define LINE_MS         2000  /* lines of a log are at least this far apart… */
#define LINE_PERCENT    10    /* …and tell this much, */
#define LINE_AGAIN_MS   30000 /* but silence does not last longer than this */
#define BAR_CHARACTERS  20
#define BAR_LEAST_WIDTH 70 /* narrower terminals get no bar */
#define MEGABYTE        1e6

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void progress_begin(struct progress *p, bool off)
{
	struct terminal t = terminal_of(stderr, COLOR_NEVER);

	*p = (struct progress){.off = off, .is_terminal = t.is_terminal, .width = t.width};
	p->began_ms = p->last_ms = now_ms();
}

double progress_seconds(const struct progress *p)
{
	return (double)(now_ms() - p->began_ms) / 1000;
}

static uint32_t percent_of(const struct scan_progress *s)
{
	return s->commits_total ? (uint32_t)(100 * (uint64_t)s->commits_done / s->commits_total)
				: 0;
}

static void add_bar(struct strbuf *out, uint32_t percent)
{
	strbuf_addc(out, '[');
	for (uint32_t i = 0; i < BAR_CHARACTERS; i++)
		strbuf_addc(out, i * 100 < percent * BAR_CHARACTERS ? '#' : '.');
	strbuf_addz(out, "] ");
}

static void add_eta(struct strbuf *out, const struct scan_progress *s, int64_t elapsed_ms)
{
	int64_t left = s->commits_total - s->commits_done, seconds;

	if (s->commits_done == 0 || elapsed_ms < 1000)
		return;
	seconds = elapsed_ms * left / s->commits_done / 1000;
	if (seconds >= 3600)
		strbuf_addf(
			out, ", %" PRId64 ":%02d h left", seconds / 3600, (int)(seconds / 60 % 60));
	else
		strbuf_addf(out, ", %" PRId64 ":%02d left", seconds / 60, (int)(seconds % 60));
}

void progress_line(
	struct strbuf *out, const struct scan_progress *now, int64_t elapsed_ms, size_t width)
{
	uint32_t percent = percent_of(now);

	if (width >= BAR_LEAST_WIDTH)
		add_bar(out, percent);
	strbuf_addf(out, "%" PRIu32 "%%  ", percent);
	text_add_number(out, now->commits_done);
	strbuf_addz(out, " of ");
	text_add_number(out, now->commits_total);
	strbuf_addz(out, " commits");
	if (elapsed_ms >= 1000)
		strbuf_addf(out, ", %.1f MB/s",
			(double)now->bytes_done / MEGABYTE / ((double)elapsed_ms / 1000));
	add_eta(out, now, elapsed_ms);
	if (width && out->len >= width)
		out->len = width - 1;
}

static bool is_due(const struct progress *p, int64_t t, uint32_t percent)
{
	if (p->is_terminal)
		return t - p->last_ms >= REDRAW_MS;
	return t - p->last_ms >= LINE_AGAIN_MS ||
		(t - p->last_ms >= LINE_MS && percent >= p->last_percent + LINE_PERCENT);
}

void progress_report(void *arg, const struct scan_progress *now)
{
	struct progress *p = arg;
	struct strbuf line = {0};
	int64_t t;

	p->last = *now;
	if (p->off || now->commits_total == 0)
		return;
	t = now_ms();
	if (!is_due(p, t, percent_of(now)))
		return;
	progress_line(&line, now, t - p->began_ms, p->is_terminal ? p->width : 0);
	(void)fprintf(
		stderr, p->is_terminal ? "\r%.*s\033[K" : "lapse: %.*s\n", (int)line.len, line.ptr);
	(void)fflush(stderr);
	strbuf_release(&line);
	p->drawn = p->is_terminal;
	p->last_ms = t;
	p->last_percent = percent_of(now);
}

void progress_end(struct progress *p)
{
	if (p->drawn)
		(void)fputs("\r\033[K", stderr);
	p->drawn = false;
}
