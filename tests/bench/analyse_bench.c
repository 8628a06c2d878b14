/*
 * Developer's tool: analyses files and says how fast. Paths come on standard input, one a line.
 *
 *   make build/librules.a && cc -O2 -I. tests/bench/analyse_bench.c build/lib{rules,py,base}.a \
 *       -lm -pthread -o build/analyse_bench
 *   find . -name '*.py' | build/analyse_bench [-q] [-i]
 *
 * Findings go to standard output as text (-q: not at all; -i: all levels), times to standard error:
 * of parsing alone, of everything without the prefilter, and of everything.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scan/base/mem.h"
#include "scan/rules/engine.h"

struct text {
	char *path;
	struct strbuf bytes;
};

typedef VEC(struct text) texts;

struct options {
	bool quiet, all_levels;
};

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* others may use the machine */
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool read_text(const char *path, struct strbuf *out)
{
	FILE *f = fopen(path, "rb");
	char part[65536];
	size_t n;

	if (!f)
		return false;
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		strbuf_add(out, str_slice(part, n));
	fclose(f);
	return true;
}

static void read_texts(texts *out)
{
	char line[4096];

	while (fgets(line, sizeof line, stdin)) {
		struct text t = {0};

		line[strcspn(line, "\n")] = '\0';
		if (!read_text(line, &t.bytes))
			continue;
		t.path = strdup(line);
		*vec_push(out) = t;
	}
}

static void print_findings(const char *path, const struct blob_record *r, struct options o)
{
	for (uint32_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];

		if (f->level == LEVEL_INFO && !o.all_levels)
			continue;
		printf("%s:%u:%u: %s (%s%s) %.*s\n    [%.*s] %.*s\n", path, f->line, f->column,
			rule_at(f->rule)->id, level_name(f->level),
			f->suppressed ? ", suppressed" : "", STR_ARG(f->message), STR_ARG(f->scope),
			STR_ARG(f->snippet));
	}
}

static void say(const char *what, double start_s, size_t bytes)
{
	double s = now_s() - start_s;

	fprintf(stderr, "%-22s %7.2f s %9.1f MB/s\n", what, s, (double)bytes / 1e6 / s);
}

static void parse_all(const texts *t, size_t bytes)
{
	struct py_parser *p = py_parser_new();
	struct py_limits limits = {0};
	struct arena arena = {0};
	double start_s = now_s();

	for (size_t i = 0; i < t->len; i++) {
		arena_reset(&arena);
		py_parse(p, strbuf_str(&t->items[i].bytes), &limits, &arena);
	}
	say("parse", start_s, bytes);
	arena_release(&arena);
	py_parser_free(p);
}

static void prefilter_all(const texts *t, size_t bytes)
{
	struct prefilter *p = prefilter_new(NULL);
	double start_s = now_s();
	size_t passed = 0, passed_bytes = 0;
	struct rule_bits asked;

	for (size_t i = 0; i < t->len; i++)
		if (prefilter_passes(p, strbuf_str(&t->items[i].bytes), &asked)) {
			passed++;
			passed_bytes += t->items[i].bytes.len;
		}
	say("prefilter", start_s, bytes);
	fprintf(stderr, "%zu of %zu files pass, %.1f of %.1f MB\n", passed, t->len,
		(double)passed_bytes / 1e6, (double)bytes / 1e6);
	prefilter_free(p);
}

static uint64_t analyse_all(const texts *t, size_t bytes, bool filtered, struct options o)
{
	struct analyser *a = analyser_new(NULL, NULL);
	struct arena arena = {0};
	double start_s = now_s();
	uint64_t findings = 0;

	for (size_t i = 0; i < t->len; i++) {
		struct blob_record r;

		arena_reset(&arena);
		(filtered ? analyse : analyse_unfiltered)(
			a, strbuf_str(&t->items[i].bytes), &arena, &r);
		findings += r.finding_count;
		if (filtered && !o.quiet)
			print_findings(t->items[i].path, &r, o);
	}
	say(filtered ? "analyse" : "analyse, no prefilter", start_s, bytes);
	arena_release(&arena);
	analyser_free(a);
	return findings;
}

int main(int argc, char **argv)
{
	struct options o = {0};
	texts t = {0};
	size_t bytes = 0;

	for (int i = 1; i < argc; i++) {
		o.quiet = o.quiet || strcmp(argv[i], "-q") == 0;
		o.all_levels = o.all_levels || strcmp(argv[i], "-i") == 0;
	}
	read_texts(&t);
	for (size_t i = 0; i < t.len; i++)
		bytes += t.items[i].bytes.len;
	prefilter_all(&t, bytes);
	parse_all(&t, bytes);
	uint64_t without = analyse_all(&t, bytes, false, o);
	uint64_t with = analyse_all(&t, bytes, true, o);

	fprintf(stderr, "%llu findings\n", (unsigned long long)with);
	if (with != without)
		fprintf(stderr, "THE PREFILTER HIDES FINDINGS: %llu without it\n",
			(unsigned long long)without);
	return with != without;
}
