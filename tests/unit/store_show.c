/*
 * What `lapse show` is told: lives of findings and deeds of commits, on the small history.
 */
#include "tests/unit/store_history.h"

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof *f);

	fixture_open(f);
	put_shop(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_release(*state);
	free(*state);
	return 0;
}

static void findings_by_prefix(void **state)
{
	struct fixture *f = *state;
	struct show_finding *found;
	uint32_t count;

	OK(show_find(f->store, 0, STR("key000000003"), 9, &f->arena, &found, &count, &f->e));
	assert_int_equal(count, 1);
	assert_int_equal(found[0].lineage, 3);
	assert_string_equal(found[0].key.ptr, "key000000003");
	assert_string_equal(found[0].rule.ptr, "blocking-sleep");
	assert_string_equal(found[0].rule_title.ptr, "sleeps");
	assert_string_equal(found[0].state.ptr, "open");
	assert_string_equal(found[0].path.ptr, "b.py");
	assert_string_equal(found[0].scope.ptr, "Shop.run");
	assert_string_equal(found[0].message.ptr, "do not");
	assert_int_equal(found[0].line, 2);
	assert_int_equal(found[0].level, LEVEL_ERROR);
	OK(show_find(f->store, 0, STR("key"), 9, &f->arena, &found, &count, &f->e));
	assert_int_equal(count, 4); /* 5 is of an unreachable commit */
	OK(show_find(f->store, f->scan.repo, STR("key"), 2, &f->arena, &found, &count, &f->e));
	assert_int_equal(count, 2);
	OK(show_find(f->store, f->scan.repo + 1, STR("key"), 2, &f->arena, &found, &count, &f->e));
	assert_int_equal(count, 0);
	OK(show_find(f->store, 0, STR("kez"), 2, &f->arena, &found, &count, &f->e));
	assert_int_equal(count, 0);
	OK(show_find(f->store, 0, STR(""), 2, &f->arena, &found, &count, &f->e));
	assert_int_equal(count, 0);
}

static void assert_step(const struct show_step *s, unsigned commit, bool is_event, uint32_t line)
{
	const struct oid oid = oid_of(commit);

	assert_true(oid_eq(&s->commit, &oid));
	assert_int_equal(s->is_event, is_event);
	assert_int_equal(s->line, line);
}

/* 1 was introduced, went down two lines with commit 2, was fixed, and came back. */
static void life_in_graph_order(void **state)
{
	struct fixture *f = *state;
	struct show_step *steps;
	uint32_t count;

	OK(show_life(f->store, 1, &f->arena, &steps, &count, &f->e));
	assert_int_equal(count, 4);
	assert_step(&steps[0], 1, true, 3);
	assert_int_equal(steps[0].kind, EVENT_INTRODUCED);
	assert_string_equal(steps[0].author.ptr, "Ann");
	assert_string_equal(steps[0].summary.ptr, "First");
	assert_string_equal(steps[0].snippet.ptr, "time.sleep(1)");
	assert_int_equal(steps[0].committed_at, at("2024-01-15"));
	assert_true(steps[0].on_default);
	assert_step(&steps[1], 2, false, 5);
	assert_int_equal(steps[1].step, STEP_LINE);
	assert_true(steps[1].confidence == 0.75);
	assert_false(steps[1].moved);
	assert_step(&steps[2], 5, true, 5);
	assert_int_equal(steps[2].kind, EVENT_FIXED);
	assert_step(&steps[3], 7, true, 4);
	assert_int_equal(steps[3].kind, EVENT_REOPENED);
	assert_string_equal(steps[3].snippet.ptr, "time.sleep(2)");
	OK(show_life(f->store, 3, &f->arena, &steps, &count, &f->e));
	assert_int_equal(count, 3); /* 3, seen by merge 4, removed by 8 on the release branch */
	assert_int_equal(steps[2].kind, EVENT_REMOVED);
	assert_false(steps[2].on_default);
	OK(show_life(f->store, 5, &f->arena, &steps, &count, &f->e));
	assert_int_equal(count, 0);
}

static void deeds_of_a_commit(void **state)
{
	struct fixture *f = *state;
	const struct oid second = oid_of(2), seventh = oid_of(7), lost = oid_of(9),
			 strange = oid_of(77);
	struct show_commit c;
	struct show_event *events;
	uint32_t count;

	OK(show_commit(f->store, 0, &second, &f->arena, &c, &f->e));
	assert_string_equal(c.author.ptr, "Bob");
	assert_int_equal(c.coauthor_count, 1);
	assert_string_equal(c.coauthors[0].email.ptr, "ann@x");
	assert_int_equal(c.introduced, 1);
	assert_int_equal(c.open_total, 2);
	assert_int_equal(c.landed, 1);
	assert_true(c.on_mainline);
	OK(show_commit(f->store, 0, &seventh, &f->arena, &c, &f->e));
	assert_int_equal(c.coauthor_count, 0);
	OK(show_events(f->store, c.id, &f->arena, &events, &count, &f->e));
	assert_int_equal(count, 2);
	assert_int_equal(events[0].kind, EVENT_REOPENED);
	assert_string_equal(events[0].finding.key.ptr, "key000000001");
	assert_string_equal(events[0].finding.path.ptr, "a.py");
	assert_string_equal(events[0].finding.state.ptr, "open");
	assert_int_equal(events[1].finding.level, LEVEL_INFO);
	OK(show_commit(f->store, 0, &lost, &f->arena, &c, &f->e));
	assert_false(c.reachable);
	assert_int_equal(show_commit(f->store, 0, &strange, &f->arena, &c, &f->e), ERR_NOT_FOUND);
	assert_int_equal(show_commit(f->store, f->scan.repo + 1, &second, &f->arena, &c, &f->e),
		ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_by_prefix),
		cmocka_unit_test(life_in_graph_order),
		cmocka_unit_test(deeds_of_a_commit),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
