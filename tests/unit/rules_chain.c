/*
 * Call chains: which way is told, how far they are followed, and that the work grows with the file
 * and not with its ways. The shapes of single calls are tests/rules/blocking-helper.py's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "scan/base/mem.h"
#include "scan/rules/rule.h"

#define MANY 4000

struct result {
	struct analyser *analyser;
	struct arena arena;
	struct blob_record out;
};

static void run(struct result *r, struct str source)
{
	r->analyser = analyser_new(NULL, NULL);
	analyse(r->analyser, source, &r->arena, &r->out);
	assert_int_equal(r->out.status, BLOB_OK);
}

static void release(struct result *r)
{
	analyser_free(r->analyser);
	arena_release(&r->arena);
}

static const struct finding *first_of(const struct result *r, const char *id)
{
	for (uint32_t i = 0; i < r->out.finding_count; i++)
		if (r->out.findings[i].rule == rule_find(str_from(id)))
			return &r->out.findings[i];
	return NULL;
}

static uint32_t count_of(const struct result *r, const char *id)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < r->out.finding_count; i++)
		count += r->out.findings[i].rule == rule_find(str_from(id));
	return count;
}

static void expect_start(const char *source, const char *id, const char *start)
{
	struct result r = {0};
	const struct finding *d;

	run(&r, str_from(source));
	d = first_of(&r, id);
	assert_non_null(d);
	if (!str_starts(d->message, start))
		print_error("%.*s\n", STR_ARG(d->message));
	assert_true(str_starts(d->message, start));
	release(&r);
}

static void tells_the_way(void **state)
{
	(void)state;
	expect_start("import time\n"
		     "class Store:\n"
		     "    def __init__(self): self.load()\n"
		     "    def load(self): time.sleep(1)\n"
		     "async def main(): Store()\n",
		"blocking-helper",
		"Store() -> load() -> `time.sleep` blocks the event loop; await "
		"asyncio.to_thread(Store)");
}

static void tells_the_shortest_way(void **state)
{
	(void)state;
	expect_start("import time\n"
		     "def long(): middle()\n"
		     "def middle(): short()\n"
		     "def short(): time.sleep(1)\n"
		     "def start(): long(); short()\n"
		     "async def main(): start()\n",
		"blocking-helper", "start() -> short() -> `time.sleep`");
}

static void tells_the_worst(void **state)
{
	(void)state;
	expect_start("import time\n"
		     "def far(): near()\n"
		     "def near(): time.sleep(1)\n"
		     "def start(p): open(p); far()\n"
		     "async def main(p): start(p)\n",
		"blocking-helper", "start() -> far() -> near() -> `time.sleep`");
}

static void computation_wins(void **state)
{
	static const char *const source = "import time\n"
					  "def start(n):\n"
					  "    time.sleep(1)\n"
					  "    return work(n)\n"
					  "def work(n):\n"
					  "    return sum(i * i for i in range(10_000_000))\n"
					  "async def main(n): start(n)\n";
	struct result r = {0};

	(void)state;
	run(&r, str_from(source));
	assert_int_equal(count_of(&r, "blocking-cpu"), 1);
	assert_int_equal(count_of(&r, "blocking-helper"), 0);
	release(&r);
}

/* Every function calls the next one and all come back to the first: ways without number. */
static void many_functions_and_ways(void **state)
{
	struct strbuf text = {0};
	struct result r = {0};

	(void)state;
	strbuf_addz(&text, "import time\n");
	for (int i = 0; i < MANY; i++)
		strbuf_addf(&text, "def f%d():\n    f%d()\n    f0()\n", i, i + 1);
	strbuf_addf(&text, "def f%d():\n    time.sleep(1)\nasync def main():\n", MANY);
	for (int i = 0; i <= MANY; i++)
		strbuf_addf(&text, "    f%d()\n", i);
	run(&r, strbuf_str(&text));
	assert_int_equal(count_of(&r, "blocking-helper"), 5); /* the last five lead there */
	release(&r);
	strbuf_release(&text);
}

/* One function of many calls, called many times. */
static void many_calls(void **state)
{
	struct strbuf text = {0};
	struct result r = {0};

	(void)state;
	strbuf_addz(&text, "import time\ndef f():\n");
	for (int i = 0; i < MANY; i++)
		strbuf_addf(&text, "    g()\n");
	strbuf_addz(&text, "def g():\n    time.sleep(1)\nasync def main():\n");
	for (int i = 0; i < MANY; i++)
		strbuf_addz(&text, "    f()\n");
	run(&r, strbuf_str(&text));
	assert_int_equal(count_of(&r, "blocking-helper"), MANY);
	release(&r);
	strbuf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_the_way),
		cmocka_unit_test(tells_the_shortest_way),
		cmocka_unit_test(tells_the_worst),
		cmocka_unit_test(computation_wins),
		cmocka_unit_test(many_functions_and_ways),
		cmocka_unit_test(many_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
