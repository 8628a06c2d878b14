/*
 * The Python front end on input that is chopped, full of noise, or very deep: whatever bytes come,
 * the tree keeps its invariants (py_tree.h).
 */
#include <pthread.h>

#include "py_tree.h"

#define CHAIN_LINKS 10000
#define STACK_BYTES (1u << 20) /* an eighth of what worker threads have */

/* ---- damaged input ---- */

static void test_chopped_fixtures(void **state)
{
	struct world *w = *state;
	paths all = list_fixtures();

	for (size_t i = 0; i < all.len; i++) {
		struct str source = read_file(all.items[i], &w->source);

		for (size_t len = 0; len < source.len; len++) {
			struct strbuf part = {0}; /* its end is the end of an allocation */

			strbuf_add(&part, str_slice(source.ptr, len));
			parse(w, strbuf_str(&part));
			strbuf_release(&part);
		}
	}
	free_paths(&all);
}

/* Steele and Vigna's SplitMix64: the same noise on every machine. */
static uint64_t next_random(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void add_noise(struct strbuf *text, uint64_t *seed)
{
	static const char NASTY[] = "()[]{}'\"`:;,.\\\n\r\t\f #@*=~!<>\x80\xc3\xff_aif";
	size_t changes = 1 + next_random(seed) % 4;

	for (size_t i = 0; i < changes && text->len; i++) {
		size_t at = next_random(seed) % text->len;

		if (next_random(seed) % 4)
			text->ptr[at] = NASTY[next_random(seed) % (sizeof NASTY - 1)];
		else
			text->ptr[at] = text->ptr[next_random(seed) % text->len];
	}
}

static void test_noise(void **state)
{
	enum { ROUNDS = 150 };
	struct world *w = *state;
	paths all = list_fixtures();
	uint64_t seed = 1;

	for (size_t i = 0; i < all.len; i++)
		for (int round = 0; round < ROUNDS; round++) {
			read_file(all.items[i], &w->source);
			add_noise(&w->source, &seed);
			parse(w, strbuf_str(&w->source));
		}
	free_paths(&all);
}

/* ---- depth ---- */

static uint32_t count_kind(const struct py_tree *t, enum py_kind kind)
{
	uint32_t count = 0;

	PY_EACH (n, t->root)
		count += n->kind == kind;
	return count;
}

struct chain {
	const char *first, *again, *last;
	enum py_kind kind;
	uint32_t count;
};

/* What is long in real code is no depth. */
static void check_chains(struct world *w)
{
	static const struct chain CHAINS[] = {
		{"a", "+b", "\n", PY_BinOp, CHAIN_LINKS},
		{"a", ".b", "\n", PY_Attribute, CHAIN_LINKS},
		{"a", "(1).b[0]", "\n", PY_Call, CHAIN_LINKS},
		{"x: A[i]", "|b", "\n", PY_BinOp, CHAIN_LINKS},
		{"a", " and b", "\n", PY_Name, CHAIN_LINKS + 1},
		{"a", " < b", "\n", PY_Name, CHAIN_LINKS + 1},
		{"x = ", "y = ", "1\n", PY_Name, CHAIN_LINKS + 1},
		{"if a: b\n", "elif c: d\n", "", PY_If, CHAIN_LINKS + 1},
		{"x = ", "a if b else ", "c\n", PY_IfExp, CHAIN_LINKS},
		{"x = ", "'a' ", "\n", PY_Constant, 1},
		{"f(", "a, ", ")\n", PY_Name, CHAIN_LINKS + 1},
	};

	for (size_t i = 0; i < ARRAY_LEN(CHAINS); i++) {
		const struct chain *c = &CHAINS[i];
		struct py_tree *t = parse(w, repeat(w, c->first, c->again, CHAIN_LINKS, c->last));

		assert_int_equal(t->status, PY_OK);
		assert_int_equal(count_kind(t, c->kind), c->count);
	}
}

struct nest {
	const char *open, *close;
};

static struct str nested(struct world *w, const struct nest *n, size_t depth)
{
	struct strbuf close = {0};

	for (size_t i = 0; i < depth; i++)
		strbuf_addz(&close, n->close);
	strbuf_addc(&close, '\n');
	repeat(w, "x = ", n->open, depth, "1");
	strbuf_add(&w->source, strbuf_str(&close));
	strbuf_release(&close);
	return strbuf_str(&w->source);
}

/* What is deep ends in an error, and only there. */
static void check_nesting(struct world *w)
{
	static const struct nest NESTS[] = {{"[", "]"}, {"f(", ")"}, {"not ", ""}, {"-", ""},
		{"lambda: ", ""}, {"{1: ", "}"}, {"(a, ", ")"}, {"[b for b in ", "]"},
		{"a ** ", ""}, {"x[", "]"}};
	enum { FINE = 190, DEEP = 3000 };

	for (size_t i = 0; i < ARRAY_LEN(NESTS); i++) {
		struct py_tree *t = parse(w, nested(w, &NESTS[i], FINE));

		assert_int_equal(t->status, PY_OK);
		t = parse(w, nested(w, &NESTS[i], DEEP));
		assert_int_equal(t->status, PY_PARTIAL);
		assert_in_range(count_kind(t, PY_ErrorExpr), 1, 3); /* what stands side by side */
		assert_int_equal(t->root->u.module.body.items[0]->kind, PY_Assign);
	}
}

static void check_nested_blocks(struct world *w, size_t depth, enum py_status status)
{
	struct py_tree *t;

	strbuf_clear(&w->source);
	for (size_t i = 0; i < depth; i++)
		strbuf_addf(&w->source, "%*sif a:\n", (int)i, "");
	strbuf_addf(&w->source, "%*sb\nc\n", (int)depth, "");
	t = parse(w, strbuf_str(&w->source));
	assert_int_equal(t->status, status);
}

static void test_depth(void **state)
{
	struct world *w = *state;

	check_chains(w);
	check_nesting(w);
	check_nested_blocks(w, 100, PY_OK);
	check_nested_blocks(w, 500, PY_PARTIAL);
}

/* Assertions of cmocka work in the main thread only: this one just must not overflow its stack. */
static void *parse_deep(void *state)
{
	static const struct nest CALLS = {"f(lambda: [not ", "])"};
	struct world *w = state;

	py_parse(w->parser, nested(w, &CALLS, 3000), NULL, &w->arena);
	return NULL;
}

#if defined(__SANITIZE_ADDRESS__)
#define STACK_FACTOR 8 /* red zones */
#else
#define STACK_FACTOR 1
#endif

static void test_small_stack(void **state)
{
	pthread_attr_t attr;
	pthread_t thread;

	assert_int_equal(pthread_attr_init(&attr), 0);
	assert_int_equal(pthread_attr_setstacksize(&attr, STACK_FACTOR * STACK_BYTES), 0);
	assert_int_equal(pthread_create(&thread, &attr, parse_deep, *state), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_attr_destroy(&attr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chopped_fixtures),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_small_stack),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
