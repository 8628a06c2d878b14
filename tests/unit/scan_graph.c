/*
 * The commit graph: numbering, and every ancestry question against brute force on random graphs
 * with octopus and criss-cross merges and several roots.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "scan/graph.h"
#include "draw.h"

#define NODES 40

static struct oid oid_of(uint32_t n)
{
	struct oid o = {{0}};

	o.id[0] = (unsigned char)n;
	o.id[19] = (unsigned char)(n >> 8);
	return o;
}

static uint32_t add(struct graph *g, const uint32_t *parents, uint32_t count)
{
	struct oid o = oid_of((uint32_t)g->nodes.len);

	return graph_add(g, &o, parents, count);
}

#define ADD(g, ...) \
	add(g, (uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static void add_random(struct graph *g, uint64_t *seed)
{
	uint32_t parents[3], count = 0, n = (uint32_t)g->nodes.len;
	uint32_t wanted = n ? draw(seed, 12) : 0;

	wanted = wanted == 0 ? 0 : wanted < 7 ? 1 : wanted < 11 ? 2 : 3;
	while (count < wanted && count < n) {
		uint32_t back = 1 + draw(seed, n < 6 ? n : 6);
		bool again = false;

		for (uint32_t i = 0; i < count; i++)
			again |= parents[i] == n - back;
		if (!again || n < 6)
			parents[count++] = n - back;
	}
	add(g, parents, count);
}

/* reach[b][a]: a is an ancestor of b or b itself. */
static void brute_reach(const struct graph *g, bool reach[NODES][NODES])
{
	for (uint32_t b = 0; b < g->nodes.len; b++) {
		for (uint32_t a = 0; a < NODES; a++)
			reach[b][a] = a == b;
		for (uint32_t i = 0; i < g->nodes.items[b].parent_count; i++)
			for (uint32_t a = 0; a < NODES; a++)
				reach[b][a] |= reach[g->nodes.items[b].parents[i]][a];
	}
}

static bool brute_is_base(bool reach[NODES][NODES], uint32_t n, uint32_t a, uint32_t b)
{
	if (!reach[a][n] || !reach[b][n])
		return false;
	for (uint32_t m = 0; m < NODES; m++)
		if (m != n && reach[a][m] && reach[b][m] && reach[m][n])
			return false;
	return true;
}

static void check_pair(const struct graph *g, bool reach[NODES][NODES], uint32_t a, uint32_t b)
{
	uint32_t bases[NODES], expected = 0, count = graph_merge_bases(g, a, b, bases, NODES);

	assert_int_equal(graph_is_ancestor(g, a, b), reach[b][a]);
	for (uint32_t n = 0; n < NODES; n++)
		expected += brute_is_base(reach, n, a, b);
	assert_int_equal(count, expected);
	for (uint32_t i = 0; i < count; i++) {
		assert_true(brute_is_base(reach, bases[i], a, b));
		assert_true(i == 0 || bases[i] != bases[i - 1]);
	}
}

static void check_graph(const struct graph *g)
{
	bool reach[NODES][NODES];

	brute_reach(g, reach);
	for (uint32_t a = 0; a < NODES; a++) {
		unsigned char seen[NODES] = {0};

		graph_mark_reachable(g, a, seen);
		for (uint32_t b = 0; b < NODES; b++) {
			assert_int_equal(seen[b], reach[a][b]);
			check_pair(g, reach, a, b);
		}
	}
}

static void answers_as_brute_force(void **state)
{
	uint64_t seed = 20240229;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct graph g = {0};

		while (g.nodes.len < NODES)
			add_random(&g, &seed);
		check_graph(&g);
		graph_release(&g);
	}
}

static void numbers_and_finds(void **state)
{
	struct graph g = {0};
	struct oid missing = oid_of(999);

	(void)state;
	assert_int_equal(graph_find(&g, &missing), GRAPH_NONE);
	for (uint32_t i = 0; i < 500; i++) {
		struct oid o = oid_of(i);

		assert_int_equal(i ? ADD(&g, i - 1) : add(&g, NULL, 0), i);
		assert_int_equal(graph_find(&g, &o), i);
		assert_int_equal(g.nodes.items[i].generation, i + 1);
	}
	assert_int_equal(graph_find(&g, &missing), GRAPH_NONE);
	graph_release(&g);
}

/* Two branches that merged each other: both crossing points are best. */
static void criss_cross_has_two_bases(void **state)
{
	struct graph g = {0};
	uint32_t root = add(&g, NULL, 0), a = ADD(&g, root), b = ADD(&g, root);
	uint32_t left = ADD(&g, a, b), right = ADD(&g, b, a), bases[4];

	(void)state;
	assert_int_equal(graph_merge_bases(&g, left, right, bases, 4), 2);
	assert_int_equal(bases[0] + bases[1], a + b);
	assert_int_equal(graph_merge_bases(&g, left, right, bases, 1), 1);
	assert_int_equal(g.nodes.items[left].generation, 3);
	graph_release(&g);
}

static void unrelated_roots_have_none(void **state)
{
	struct graph g = {0};
	uint32_t a = add(&g, NULL, 0), b = add(&g, NULL, 0), bases[4], merge;

	(void)state;
	assert_int_equal(graph_merge_bases(&g, a, b, bases, 4), 0);
	assert_false(graph_is_ancestor(&g, a, b));
	merge = ADD(&g, a, b);
	assert_int_equal(graph_merge_bases(&g, merge, b, bases, 4), 1);
	assert_int_equal(bases[0], b);
	graph_release(&g);
}

/* Marks of several tips add up, and a marked tip is not walked again. */
static void marks_add_up(void **state)
{
	struct graph g = {0};
	uint32_t root = add(&g, NULL, 0), a = ADD(&g, root), b = ADD(&g, root);
	unsigned char seen[3] = {0};

	(void)state;
	graph_mark_reachable(&g, a, seen);
	assert_memory_equal(seen, ((unsigned char[]){1, 1, 0}), 3);
	graph_mark_reachable(&g, b, seen);
	assert_memory_equal(seen, ((unsigned char[]){1, 1, 1}), 3);
	graph_release(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_and_finds),
		cmocka_unit_test(criss_cross_has_two_bases),
		cmocka_unit_test(unrelated_roots_have_none),
		cmocka_unit_test(marks_add_up),
		cmocka_unit_test(answers_as_brute_force),
	};

	return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
