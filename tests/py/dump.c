/*
 * py_dump FILE…: the AST of each file on standard output; with --time, how fast instead.
 * A tool for developers and for tests/py/compare_ast.py, not part of the product.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scan/py/ast.h"

static bool read_file(const char *path, struct strbuf *out)
{
	FILE *f = !strcmp(path, "-") ? stdin : fopen(path, "rb");
	char block[1 << 16];
	size_t n;

	strbuf_clear(out);
	if (!f)
		return false;
	while ((n = fread(block, 1, sizeof block, f)) > 0)
		strbuf_add(out, str_slice(block, n));
	if (f != stdin)
		fclose(f);
	return true;
}

static double now_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct totals {
	double seconds;
	size_t bytes, nodes, errors, partial, skipped;
};

static void dump_one(struct py_parser *p, struct arena *a, struct str source, struct totals *sum,
	struct strbuf *out)
{
	double start = now_seconds();
	struct py_tree *t = py_parse(p, source, NULL, a);

	sum->seconds += now_seconds() - start;
	sum->bytes += source.len;
	sum->nodes += t->node_count;
	sum->errors += t->error_count;
	sum->partial += t->status == PY_PARTIAL;
	sum->skipped += t->status == PY_SKIPPED;
	if (out)
		py_dump(t, out);
}

int main(int argc, char **argv)
{
	bool timing = argc > 1 && !strcmp(argv[1], "--time");
	struct py_parser *p = py_parser_new();
	struct strbuf source = {0}, out = {0};
	struct arena arena = {0};
	struct totals sum = {0};
	int failed = 0;

	for (int i = 1 + timing; i < argc; i++) {
		if (!read_file(argv[i], &source)) {
			perror(argv[i]);
			failed = 1;
			continue;
		}
		strbuf_clear(&out);
		dump_one(p, &arena, strbuf_str(&source), &sum, timing ? NULL : &out);
		fwrite(out.ptr ? out.ptr : "", 1, out.len, stdout);
		arena_reset(&arena);
	}
	if (timing)
		printf("%zu bytes %zu nodes %zu errors %zu partial %zu skipped %.3f s %.2f MB/s\n",
			sum.bytes, sum.nodes, sum.errors, sum.partial, sum.skipped, sum.seconds,
			(double)sum.bytes / 1e6 / sum.seconds);
	strbuf_release(&source);
	strbuf_release(&out);
	arena_release(&arena);
	py_parser_free(p);
	return failed;
}
