/*
 * Control flow: one table a question. The source is the body of an async def; the question is asked
 * of its first loop, or of its whole statement list.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "scan/py/file.h"

struct parsed {
	struct arena arena;
	struct py_parser *parser;
	struct py_tree *tree;
	struct strbuf source;
};

/* `code` indented into `async def f():`, or, when it starts with "def" or "async def", as it is. */
static const struct py_node *parse(struct parsed *p, const char *code)
{
	static const struct py_limits none;
	struct str rest = str_from(code), line;

	*p = (struct parsed){.parser = py_parser_new()};
	if (!str_starts(rest, "def ") && !str_starts(rest, "async def ")) {
		strbuf_addz(&p->source, "async def f():\n");
		while (str_next(&rest, '\n', &line))
			strbuf_addf(&p->source, "    %.*s\n", STR_ARG(line));
	} else {
		strbuf_addz(&p->source, code);
	}
	p->tree = py_parse(p->parser, strbuf_str(&p->source), &none, &p->arena);
	assert_int_equal(p->tree->status, PY_OK);
	return p->tree->root->u.module.body.items[0];
}

static void done(struct parsed *p)
{
	py_parser_free(p->parser);
	arena_release(&p->arena);
	strbuf_release(&p->source);
}

static const struct py_node *first(const struct py_node *top, py_kinds kinds)
{
	PY_EACH (it, top)
		if (it->kind < 64 && (kinds >> it->kind & 1))
			return it;
	fail_msg("no such node");
	return NULL;
}

static const struct py_node *first_loop(const struct py_node *top)
{
	return first(top, PY_BIT(While) | PY_BIT(For) | PY_BIT(AsyncFor));
}

struct row {
	const char *expect;
	const char *code;
};

typedef const char *question(const struct py_node *function);

static void ask(question *q, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct parsed p;
		const char *answer = q(parse(&p, rows[i].code));

		if (strcmp(answer, rows[i].expect))
			fail_msg("%s, not %s, for:\n%s", answer, rows[i].expect, rows[i].code);
		done(&p);
	}
}

static const char *yes_no(bool b)
{
	return b ? "yes" : "no";
}

/* ---- checkpoints ---- */

static const char *has_checkpoint(const struct py_node *function)
{
	return yes_no(py_list_has_checkpoint(function->u.function.body));
}

static void sees_checkpoints(void **state)
{
	static const struct row rows[] = {
		{"no", "g()"},
		{"yes", "await g()"},
		{"yes", "x = [1, h(k=await g())]"},
		{"yes", "async for x in xs:\n  pass"},
		{"yes", "if a:\n  async with b:\n    pass"},
		{"yes", "x = [y async for y in ys]"},
		{"yes", "x = [await y for y in ys]"},
		{"yes", "x = {y: z for y in ys async for z in y}"},
		{"yes", "yield 1"},
		{"no", "if a:\n  async def inner():\n    await g()"},
		{"no", "x = lambda: (yield)"},
		{"no", "class A:\n  def m(self):\n    yield"},
		{"no", "x = (await y for y in ys)"},
		{"no", "x = (y for z in zs async for y in z)"},
		{"no", "x = (y async for y in ys)"},
		{"yes", "x = (y for y in await ys())"},
		{"no", "x = (y for z in zs for y in await z())"},
		{"no", "def f():\n  yield 1\n"},
	};

	(void)state;
	ask(has_checkpoint, rows, ARRAY_LEN(rows));
}

/* ---- exits of loops ---- */

static const char *has_exit(const struct py_node *function)
{
	return yes_no(py_loop_has_exit(first_loop(function)));
}

static void sees_exits(void **state)
{
	static const struct row rows[] = {
		{"no", "while True:\n  g()"},
		{"yes", "while True:\n  if g():\n    break"},
		{"yes", "while True:\n  if g():\n    return"},
		{"yes", "while True:\n  raise E"},
		{"yes", "while True:\n  assert g()"},
		{"yes", "while True:\n  yield"},
		{"yes", "while True:\n  x = yield 1"},
		{"no", "while True:\n  h = lambda: (yield)"},
		{"yes", "while True:\n  sys.exit(1)"},
		{"yes", "while True:\n  if g():\n    os._exit(1)"},
		{"yes", "while True:\n  try:\n    sys.exit()\n  except Exception:\n    pass"},
		{"no", "while True:\n  try:\n    sys.exit()\n  except:\n    pass"},
		{"no", "while True:\n  for x in xs:\n    break"},
		{"no", "while True:\n  while True:\n    break"},
		{"yes", "while True:\n  for x in xs:\n    pass\n  else:\n    break"},
		{"yes", "while True:\n  for x in xs:\n    return x"},
		{"no", "while True:\n  continue\n  break"},
		{"no", "while True:\n  if 0:\n    break"},
		{"no", "while True:\n  if True:\n    g()\n  else:\n    break"},
		{"no", "while True:\n  def inner():\n    return 1"},
		{"no", "while True:\n  try:\n    raise E\n  except Exception:\n    pass"},
		{"no", "while True:\n  try:\n    raise E\n  except (A, BaseException):\n    pass"},
		{"yes", "while True:\n  try:\n    raise E\n  except E:\n    pass"},
		{"yes", "while True:\n  try:\n    g()\n  except E:\n    raise"},
		{"yes", "while True:\n  try:\n    g()\n  finally:\n    break"},
		{"no", "while True:\n  try:\n    return\n  finally:\n    continue"},
		{"yes", "while True:\n  try:\n    return\n  finally:\n    g()"},
		{"yes", "while True:\n  with a:\n    break"},
		{"yes", "while True:\n  match a:\n    case 1:\n      break"},
		{"no", "while True:\n  match a:\n    case _:\n      continue\n  break"},
		{"no", "while True:\n  match a:\n    case other:\n      continue\n  break"},
		{"yes", "while True:\n  match a:\n    case _ if g():\n      continue\n  break"},
		{"yes", "while True:\n  match a:\n    case None:\n      continue\n  break"},
		{"no", "for x in xs:\n  g()"},
		{"yes", "for x in xs:\n  return x"},
	};

	(void)state;
	ask(has_exit, rows, ARRAY_LEN(rows));
}

/* ---- ways around ---- */

static const char *skips(const struct py_node *function)
{
	const struct py_node *witness = NULL;

	if (!py_loop_skips_checkpoint(first_loop(function), &witness))
		return "no";
	return py_kind_name(witness->kind);
}

static void sees_branches_and_loops(void **state)
{
	static const struct row rows[] = {
		{"While", "while True:\n  g()"},
		{"no", "while True:\n  await g()"},
		{"no", "while True:\n  if await g():\n    continue\n  h()"},
		{"While", "while True:\n  if a:\n    await g()"},
		{"no", "while True:\n  if a:\n    await g()\n  else:\n    await h()"},
		{"no",
			"while True:\n  if a:\n    await g()\n  elif b:\n    return\n  else:\n    "
			"await h()"},
		{"Continue", "while True:\n  if a:\n    continue\n  await g()"},
		{"Continue",
			"while True:\n  if a:\n    await g()\n  elif b:\n    continue\n  await "
			"g()"},
		{"no", "while True:\n  await g()\n  if a:\n    continue"},
		{"no", "while True:\n  if a:\n    break\n  await g()"},
		{"While", "while True:\n  for x in xs:\n    await g(x)"},
		{"While", "while True:\n  for x in xs:\n    if x:\n      continue\n    await g(x)"},
		{"no", "while True:\n  async for x in xs:\n    g(x)"},
		{"no", "while True:\n  async with x:\n    g(x)"},
		{"no", "while True:\n  while True:\n    await g()\n    break"},
		{"no", "while True:\n  while True:\n    if await g():\n      break"},
		{"no", "while True:\n  while await g():\n    continue"},
		{"While", "while True:\n  while h():\n    await g()"},
		{"no", "while True:\n  for x in xs:\n    pass\n  else:\n    await g()"},
		{"While", "while True:\n  for x in xs:\n    break\n  else:\n    await g()"},
		{"no", "while await g():\n  h()"},
		{"no", "async for x in xs:\n  continue"},
		{"While", "while True:\n  match a:\n    case 1:\n      await g()"},
		{"no",
			"while True:\n  match a:\n    case 1:\n      await g()\n    case _:\n      "
			"await h()"},
		{"Continue", "while True:\n  match a:\n    case 1:\n      continue\n  await h()"},
		{"no", "while True:\n  if True:\n    await g()"},
		{"no", "while True:\n  if False:\n    continue\n  await g()"},
		{"no", "while True:\n  x = [await y for y in ys]"},
		{"While", "while True:\n  x = (await y for y in ys)"},
	};

	(void)state;
	ask(skips, rows, ARRAY_LEN(rows));
}

static void sees_exceptions(void **state)
{
	static const struct row rows[] = {
		{"no", "while True:\n  try:\n    await g()\n  except Exception:\n    continue"},
		{"no", "while True:\n  try:\n    x = await g(h())\n  except Exception:\n    h()"},
		{"ExceptHandler",
			"while True:\n  try:\n    h()\n    await g()\n  except Exception:\n    "
			"k()"},
		{"ExceptHandler",
			"while True:\n  try:\n    h()\n    await g()\n  except:\n    continue"},
		{"ExceptHandler",
			"while True:\n  try:\n    h() + await g()\n  except Exception:\n    k()"},
		{"no", "while True:\n  try:\n    h(await g())\n  except Exception:\n    k()"},
		{"no",
			"while True:\n  try:\n    h()\n    await g()\n  except Exception:\n    "
			"await k()"},
		{"no",
			"while True:\n  try:\n    h()\n    await g()\n  except Exception:\n    "
			"raise"},
		{"no",
			"while True:\n  try:\n    h()\n    await g()\n  except Exception:\n    "
			"break"},
		{"no",
			"while True:\n  try:\n    h()\n    await g()\n  except Exception:\n    "
			"k()\n  await s()"},
		{"no",
			"while True:\n  await s()\n  try:\n    h()\n  except Exception:\n    "
			"continue"},
		{"no",
			"while True:\n  try:\n    h()\n    await g()\n  except Exception:\n    "
			"k()\n  finally:\n    await s()"},
		{"no",
			"while True:\n  try:\n    t = create_task(h())\n    await t\n"
			"  except Exception:\n    k()"},
		{"no",
			"while True:\n  try:\n    log.debug('a')\n    await g()\n  except "
			"Exception:\n    k()"},
		{"no",
			"while True:\n  try:\n    h()\n    await g()\n  except "
			"asyncio.TimeoutError:\n    k()"},
		{"no",
			"while True:\n  try:\n    h()\n    await g()\n"
			"  except (CancelledError, trio.Cancelled):\n    k()"},
		{"ExceptHandler",
			"while True:\n  try:\n    h()\n    await g()\n"
			"  except (TimeoutError, ValueError):\n    k()"},
		{"ExceptHandler",
			"while True:\n  try:\n    x = d[k]\n  except KeyError:\n    continue\n  "
			"await g()"},
		{"ExceptHandler",
			"while True:\n  try:\n    x = q.get_nowait()\n  except Empty:\n    "
			"continue\n"
			"  await g(x)"},
		{"ExceptHandler",
			"while True:\n  try:\n    if a:\n      raise E\n    await g()\n  except "
			"Exception:\n    pass"},
		{"no",
			"while True:\n  try:\n    if await a():\n      raise E\n    await g()\n  "
			"except Exception:\n    pass"},
		{"With", "while True:\n  with suppress(ValueError):\n    h()\n    await g()"},
		{"no", "while True:\n  with contextlib.suppress(ValueError):\n    await g()"},
		{"no", "while True:\n  with lock:\n    h()\n    await g()"},
		{"ExceptHandler",
			"while True:\n  try:\n    try:\n      h()\n    finally:\n      k()\n    "
			"await g()\n"
			"  except Exception:\n    pass"},
		{"no",
			"while True:\n  try:\n    try:\n      h()\n    except BaseException:\n     "
			" return\n"
			"    await g()\n  except Exception:\n    pass"},
		{"no",
			"while True:\n  try:\n    h()\n  except Exception:\n    pass\n  else:\n    "
			"pass\n  await g()"},
		{"ExceptHandler",
			"while True:\n  try:\n    h()\n  except Exception:\n    pass\n  else:\n    "
			"await g()"},
		{"no",
			"while True:\n  try:\n    h()\n    await g()\n  except LibraryError:\n    "
			"k()"},
		{"no",
			"while True:\n  try:\n    h()\n    await g()\n  except (OSError, "
			"LibraryError):\n    k()"},
		{"ExceptHandler",
			"while True:\n  try:\n    h()\n  except LibraryError:\n    continue\n  "
			"await g()"},
		{"ExceptHandler",
			"while True:\n  try:\n    if a:\n      raise LibraryError\n    await g()\n"
			"  except LibraryError:\n    pass"},
		{"no", "while True:\n  with suppress(LibraryError):\n    h()\n    await g()"},
		{"Continue",
			"while True:\n  try:\n    if a:\n      continue\n    await g()\n  "
			"finally:\n    h()"},
	};

	(void)state;
	ask(skips, rows, ARRAY_LEN(rows));
}

/* Past a loop that waits, the way without a turn is nobody's fault. */
static void sees_loops_that_may_be_empty(void **state)
{
	static const struct row rows[] = {
		{"While", "while True:\n  for x in xs:\n    await g(x)\n  continue"},
		{"While",
			"while True:\n  while h():\n    await g(x)\n  if a:\n    continue\n  await "
			"g()"},
		{"Continue",
			"while True:\n  for x in xs:\n    h(x)\n  if a:\n    continue\n  await "
			"g()"},
		{"Continue",
			"while True:\n  for x in xs:\n    if x:\n      await g(x)\n  if a:\n    "
			"continue\n"
			"  await g()"},
		{"no", "while True:\n  for x in range(60):\n    await g(x)\n  continue"},
		{"no", "while True:\n  for x in (1, 2):\n    await g(x)\n  continue"},
		{"While", "while True:\n  for x in range(0):\n    await g(x)"},
		{"While", "while True:\n  for x in range(n):\n    await g(x)"},
		{"While", "while True:\n  for x in (*xs,):\n    await g(x)"},
		{"While",
			"while True:\n  for x in (1, 2):\n    if a:\n      break\n    await g(x)"},
		{"While",
			"while True:\n  try:\n    for x in xs:\n      await g(x)\n    h()\n  "
			"except:\n    pass"},
	};

	(void)state;
	ask(skips, rows, ARRAY_LEN(rows));
}

/* A turn that takes something is bounded by what there is; taking from nothing raises. */
static void sees_taking(void **state)
{
	static const struct row rows[] = {
		{"no", "while True:\n  x = q.popleft()\n  if x:\n    continue\n  await g()"},
		{"no", "while True:\n  x = next(q)\n  if x:\n    continue\n  await g()"},
		{"no", "while True:\n  del xs[0]\n  if x:\n    continue\n  await g()"},
		{"Continue",
			"while True:\n  x = next(q, None)\n  if x:\n    continue\n  await g()"},
		{"Continue",
			"while True:\n  x = d.pop(k, None)\n  if x:\n    continue\n  await g()"},
		{"Continue", "while True:\n  if x:\n    continue\n  x = q.popleft()\n  await g()"},
		{"Continue",
			"while True:\n  h = lambda: q.pop()\n  if x:\n    continue\n  await g()"},
		{"ExceptHandler",
			"while True:\n  try:\n    x = q.popleft()\n    await g()\n"
			"  except IndexError:\n    pass"},
		{"no",
			"while True:\n  x = q.popleft()\n  try:\n    h(x)\n    await g()\n"
			"  except ValueError:\n    pass"},
	};

	(void)state;
	ask(skips, rows, ARRAY_LEN(rows));
}

/* ---- completion ---- */

static const char *completes(const struct py_node *function)
{
	struct py_list body = function->u.function.body;

	if (body.items[0]->kind == PY_While)
		body = body.items[0]->u.cond.body;
	if (!py_may_complete(body))
		return "no";
	return py_may_go_on(body) ? "goes on" : "ends";
}

static void sees_completion(void **state)
{
	static const struct row rows[] = {
		{"goes on", "pass"},
		{"no", "raise"},
		{"no", "g()\nraise E from e"},
		{"ends", "return 1"},
		{"goes on", "while g():\n  continue"},
		{"ends", "while g():\n  break"},
		{"goes on", "if a:\n  raise"},
		{"no", "if a:\n  raise\nraise E"},
		{"no", "if a:\n  raise\nelif b:\n  raise A\nelse:\n  raise E"},
		{"ends", "if a:\n  raise\nreturn"},
		{"no", "try:\n  g()\nfinally:\n  raise"},
		{"ends", "try:\n  raise\nfinally:\n  return"},
		{"goes on", "try:\n  raise\nexcept E:\n  pass"},
		{"no", "with a:\n  raise"},
		{"goes on", "with suppress(E):\n  raise"},
		{"no", "sys.exit(1)"},
		{"no", "async with a:\n  await g()\nraise"},
		{"goes on", "for x in xs:\n  raise"},
		{"goes on", "assert a"},
		{"no", "assert False"},
		{"no", "try:\n  g()\nexcept E:\n  raise\nelse:\n  raise"},
	};

	(void)state;
	ask(completes, rows, ARRAY_LEN(rows));
}

/* ---- places ---- */

/* Where the Pass node of the function stands. */
static const char *loops_around(const struct py_node *function)
{
	const struct py_node *n = first(function, PY_BIT(Pass) | PY_BIT(NamedExpr));
	const struct py_node *loop = py_loop_around(n);

	if (py_endless_loop_around(n))
		return "endless";
	return loop ? py_kind_name(loop->kind) : "none";
}

static void finds_loops_around(void **state)
{
	static const struct row rows[] = {
		{"none", "pass"},
		{"For", "for x in xs:\n  if a:\n    pass"},
		{"AsyncFor", "async for x in xs:\n  pass"},
		{"While", "while a:\n  pass"},
		{"While", "while (x := g()):\n  g()"},
		{"none", "for x in (y := g()):\n  g()"},
		{"none", "for x in xs:\n  g()\nelse:\n  pass"},
		{"none", "while True:\n  g()\nelse:\n  pass"},
		{"endless", "while True:\n  pass"},
		{"endless", "while 1:\n  for x in xs:\n    pass"},
		{"endless", "for i in itertools.count():\n  pass"},
		{"endless", "for i in itertools.repeat(1):\n  pass"},
		{"For", "for i in itertools.repeat(1, 5):\n  pass"},
		{"none", "while True:\n  def g():\n    pass"},
		{"none", "while True:\n  class A:\n    pass"},
	};

	(void)state;
	ask(loops_around, rows, ARRAY_LEN(rows));
}

/* Is the await of the function released by its Delete? */
static const char *released(const struct py_node *function)
{
	return yes_no(py_is_released_in_finally(
		first(function, PY_BIT(Await)), first(function, PY_BIT(Delete))));
}

static void finds_releases(void **state)
{
	static const struct row rows[] = {
		{"yes", "try:\n  await g()\nfinally:\n  del x"},
		{"yes", "try:\n  await g()\nexcept E:\n  if a:\n    del x"},
		{"yes", "try:\n  try:\n    await g()\n  except E:\n    pass\nfinally:\n  del x"},
		{"no", "try:\n  h()\nexcept E:\n  await g()\n  del x"},
		{"no", "try:\n  h()\nexcept A:\n  await g()\nexcept E:\n  del x"},
		{"yes", "try:\n  h()\nexcept A:\n  pass\nelse:\n  await g()\nfinally:\n  del x"},
		{"no", "try:\n  h()\nexcept A:\n  del x\nelse:\n  await g()"},
		{"no", "try:\n  await g()\nfinally:\n  h()\ndel x"},
		{"no", "try:\n  async def k():\n    await g()\nfinally:\n  del x"},
	};

	(void)state;
	ask(released, rows, ARRAY_LEN(rows));
}

/* ---- depth ---- */

/* `depth` nested ifs around `last`, in a while True, in a fresh buffer. */
static struct strbuf nest(unsigned depth, const char *last)
{
	struct strbuf b = {0};

	strbuf_addz(&b, "async def f():\n while True:\n");
	for (unsigned i = 0; i < depth; i++)
		strbuf_addf(&b, "%*sif a:\n", (int)i + 2, "");
	strbuf_addf(&b, "%*s%s\n", (int)depth + 2, "", last);
	return b;
}

static void is_silent_beyond_the_cap(void **state)
{
	static const struct {
		unsigned depth;
		bool known;
	} rows[] = {{90, true}, {98, true}, {120, false}, {180, false}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct strbuf b = nest(rows[i].depth, "g()");
		struct parsed p;
		const struct py_node *loop = first_loop(parse(&p, b.ptr));

		assert_int_equal(py_loop_has_exit(loop), !rows[i].known);
		assert_int_equal(py_loop_skips_checkpoint(loop, NULL), rows[i].known);
		assert_int_equal(py_may_complete(loop->u.cond.body), rows[i].known);
		done(&p);
		strbuf_release(&b);
	}
}

static void follows_long_elif_chains(void **state)
{
	struct strbuf b = {0};
	struct parsed p;
	const struct py_node *loop;

	(void)state;
	strbuf_addz(&b, "async def f():\n while True:\n  if a:\n   await g()\n");
	for (unsigned i = 0; i < 500; i++)
		strbuf_addz(&b, "  elif a:\n   await g()\n");
	strbuf_addz(&b, "  else:\n   break\n");
	loop = first_loop(parse(&p, b.ptr));
	assert_true(py_loop_has_exit(loop));
	assert_false(py_loop_skips_checkpoint(loop, NULL));
	done(&p);
	strbuf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sees_checkpoints),
		cmocka_unit_test(sees_exits),
		cmocka_unit_test(sees_branches_and_loops),
		cmocka_unit_test(sees_exceptions),
		cmocka_unit_test(sees_loops_that_may_be_empty),
		cmocka_unit_test(sees_taking),
		cmocka_unit_test(sees_completion),
		cmocka_unit_test(finds_loops_around),
		cmocka_unit_test(finds_releases),
		cmocka_unit_test(is_silent_beyond_the_cap),
		cmocka_unit_test(follows_long_elif_chains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
