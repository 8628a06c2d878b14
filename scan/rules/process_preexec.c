/*
 * preexec_fn: Python code between fork and exec.
 */
#include "scan/rules/idiom.h"
#include "scan/rules/process.h"

static bool starts_child(struct py_file *f, const struct py_node *func)
{
	static const char *const names[] = {"subprocess.Popen", "subprocess.run", "subprocess.call",
		"subprocess.check_call", "subprocess.check_output", "subprocess32.Popen",
		"subprocess32.run", "subprocess32.call", "subprocess32.check_call",
		"subprocess32.check_output", "psutil.Popen", "asyncio.create_subprocess_exec",
		"asyncio.create_subprocess_shell", "asyncio.subprocess.create_subprocess_exec",
		"asyncio.subprocess.create_subprocess_shell", NULL};

	return py_resolves_to_any(f, func, names) >= 0;
}

/* May the value come from the caller, or be None in every assignment? Then it is not decided here.
 */
static bool is_undecided(struct py_file *f, const struct py_node *value)
{
	const struct py_binding *b;

	if (value->kind != PY_Name)
		return py_is_constant(value, PY_CONST_NONE);
	b = py_lookup(f, value, value->u.name.id);
	for (; b; b = b->next)
		if (b->kind == PY_BIND_PARAM || b->kind == PY_BIND_FOR || b->kind == PY_BIND_UNPACK)
			return true;
		else if (b->kind != PY_BIND_ASSIGN || !py_is_constant(b->value, PY_CONST_NONE))
			return false;
	return true;
}

/* What says the same without running code in the child. */
static const char *argument_for(struct py_file *f, const struct py_node *value)
{
	if (value->kind == PY_IfExp)
		value = value->u.if_exp.body;
	if (py_resolves_to(f, value, "os.setsid"))
		return "; start_new_session=True does the same safely";
	if (py_resolves_to(f, value, "os.setpgrp"))
		return "; process_group=0 (Python 3.11) does the same safely";
	return "";
}

void check_preexec(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct py_node *value = py_keyword(call, "preexec_fn");

	if (!value || is_undecided(run->file, value) || !starts_child(run->file, call->u.call.func))
		return;
	rule_report(run, rule, call,
		"preexec_fn runs Python in the forked child, which can hang on a lock of another "
		"thread%s",
		argument_for(run->file, value));
}
