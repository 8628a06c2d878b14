/*
 * The persistent map of states against a plain array, with random changes and many versions kept.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "scan/state.h"

#define PATHS    5000
#define VERSIONS 60
#define CHANGES  100

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

struct versions {
	const struct state *states[VERSIONS];
	const struct slot *plain[VERSIONS][PATHS];
};

static struct slot pool[64];

static void make_versions(struct versions *v, struct arena *a)
{
	uint32_t seed = 7;

	for (int i = 0; i < VERSIONS; i++) {
		/* Branch off any earlier version, as a history does. */
		int from = i ? (int)(next_random(&seed) % (uint32_t)i) : -1;

		v->states[i] = from < 0 ? NULL : v->states[from];
		if (from >= 0)
			memcpy(v->plain[i], v->plain[from], sizeof v->plain[i]);
		for (int k = 0; k < CHANGES; k++) {
			uint32_t path = next_random(&seed) % PATHS;
			const struct slot *slot =
				next_random(&seed) % 4 ? &pool[next_random(&seed) % 64] : NULL;

			v->states[i] = state_set(v->states[i], path, slot, a);
			v->plain[i][path] = slot;
		}
	}
}

static void every_version_stays_readable(void **unused)
{
	struct versions *v = mem_zalloc(1, sizeof *v);
	struct arena a = {0};

	(void)unused;
	make_versions(v, &a);
	for (int i = 0; i < VERSIONS; i++)
		for (uint32_t p = 0; p < PATHS; p++)
			assert_ptr_equal(state_get(v->states[i], p), v->plain[i][p]);
	arena_release(&a);
	free(v);
}

struct differences {
	const struct slot **a, **b;
	uint32_t seen;
	int64_t last;
};

static void check_difference(void *arg, uint32_t path, const struct slot *a, const struct slot *b)
{
	struct differences *d = arg;

	assert_true((int64_t)path > d->last);
	d->last = path;
	assert_ptr_equal(a, d->a[path]);
	assert_ptr_equal(b, d->b ? d->b[path] : NULL);
	assert_ptr_not_equal(a, b);
	d->seen++;
}

static uint32_t count_differences(const struct slot **a, const struct slot **b)
{
	uint32_t n = 0;

	for (uint32_t p = 0; p < PATHS; p++)
		n += a[p] != (b ? b[p] : NULL);
	return n;
}

static void differences_are_exact_and_in_order(void **unused)
{
	struct versions *v = mem_zalloc(1, sizeof *v);
	struct arena a = {0};

	(void)unused;
	make_versions(v, &a);
	for (int i = 1; i < VERSIONS; i++) {
		struct differences d = {v->plain[i - 1], v->plain[i], 0, -1};
		struct differences whole = {v->plain[i], NULL, 0, -1};

		state_diff(v->states[i - 1], v->states[i], check_difference, &d);
		assert_int_equal(d.seen, count_differences(v->plain[i - 1], v->plain[i]));
		state_diff(v->states[i], NULL, check_difference, &whole);
		assert_int_equal(whole.seen, count_differences(v->plain[i], NULL));
	}
	arena_release(&a);
	free(v);
}

static void setting_the_same_slot_shares_the_state(void **unused)
{
	struct arena a = {0};
	const struct state *s = state_set(NULL, 3, &pool[0], &a);

	(void)unused;
	assert_ptr_equal(state_set(s, 3, &pool[0], &a), s);
	assert_ptr_equal(state_set(s, 9, NULL, &a), s);
	assert_null(state_get(s, 4000000000u));
	s = state_set(s, 4000000000u, &pool[1], &a);
	assert_ptr_equal(state_get(s, 4000000000u), &pool[1]);
	assert_ptr_equal(state_get(s, 3), &pool[0]);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_version_stays_readable),
		cmocka_unit_test(differences_are_exact_and_in_order),
		cmocka_unit_test(setting_the_same_slot_shares_the_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
