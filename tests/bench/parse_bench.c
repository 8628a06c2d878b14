/*
 * parse_bench FILE…: megabytes per second of CPU time of tree-sitter alone, and of py_parse, which
 * is tree-sitter, the copy of its tree and lowering. Each file is read before the clock starts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <tree_sitter/api.h>

#include "scan/py/ast.h"

#define ROUNDS 3

const TSLanguage *tree_sitter_python(void);

typedef VEC(struct strbuf) buffers;

static double now_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void read_file(const char *path, buffers *all)
{
	FILE *f = fopen(path, "rb");
	static char block[1 << 16];
	struct strbuf b = {0};
	size_t n;

	if (!f) {
		perror(path);
		return;
	}
	while ((n = fread(block, 1, sizeof block, f)) > 0)
		strbuf_add(&b, str_slice(block, n));
	fclose(f);
	*vec_push(all) = b;
}

static double time_tree_sitter(const buffers *all)
{
	TSParser *p = ts_parser_new();
	double start = now_seconds();

	ts_parser_set_language(p, tree_sitter_python());
	for (size_t i = 0; i < all->len; i++)
		ts_tree_delete(ts_parser_parse_string(
			p, NULL, all->items[i].ptr, (uint32_t)all->items[i].len));
	start = now_seconds() - start;
	ts_parser_delete(p);
	return start;
}

static double time_py_parse(const buffers *all)
{
	struct py_parser *p = py_parser_new();
	struct arena arena = {0};
	double start = now_seconds();

	for (size_t i = 0; i < all->len; i++) {
		py_parse(p, strbuf_str(&all->items[i]), NULL, &arena);
		arena_reset(&arena);
	}
	start = now_seconds() - start;
	arena_release(&arena);
	py_parser_free(p);
	return start;
}

int main(int argc, char **argv)
{
	double tree_sitter = 1e9, ours = 1e9, megabytes = 0;
	buffers all = {0};

	for (int i = 1; i < argc; i++)
		read_file(argv[i], &all);
	for (size_t i = 0; i < all.len; i++)
		megabytes += (double)all.items[i].len / 1e6;
	for (int i = 0; i < ROUNDS; i++) {
		double a = time_tree_sitter(&all), b = time_py_parse(&all);

		tree_sitter = a < tree_sitter ? a : tree_sitter;
		ours = b < ours ? b : ours;
	}
	printf("%zu files, %.1f MB: tree-sitter %.2f MB/s, py_parse %.2f MB/s, %.0f %% more time\n",
		all.len, megabytes, megabytes / tree_sitter, megabytes / ours,
		(ours / tree_sitter - 1) * 100);
	for (size_t i = 0; i < all.len; i++)
		strbuf_release(&all.items[i]);
	vec_release(&all);
	return 0;
}
