/*
 * Parsing by option tables. See option.h.
 */
#include "cmd/option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/date.h"
#include "cmd/suggest.h"

bool number_parse(const char *text, int64_t *number)
{
	char *end;
	long long n;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno || *end)
		return false;
	*number = n;
	return true;
}

static int unit_shift(const char *unit)
{
	static const struct {
		const char *name;
		int shift;
	} units[] = {{"", 0}, {"k", 10}, {"K", 10}, {"M", 20}, {"G", 30}};

	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (strcmp(unit, units[i].name) == 0)
			return units[i].shift;
	return -1;
}

bool size_parse(const char *text, int64_t *bytes)
{
	char *unit;
	long long n;
	int shift;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	n = strtoll(text, &unit, 10);
	shift = unit_shift(unit);
	if (errno || shift < 0 || n > INT64_MAX >> shift)
		return false;
	*bytes = (int64_t)n << shift;
	return true;
}

static bool real_parse(const char *text, double *real)
{
	char *end;

	errno = 0;
	*real = strtod(text, &end);
	return end != text && !*end && !errno && *real - *real == 0.0;
}

static bool is_choice(const struct option_spec *spec, const char *text)
{
	for (const char *const *c = spec->choices; *c; c++)
		if (strcmp(*c, text) == 0)
			return true;
	return false;
}

static int bad_choice(const struct option_spec *spec, const char *text, struct err *e)
{
	struct strbuf all = {0};
	int r;

	for (const char *const *c = spec->choices; *c; c++)
		strbuf_addf(&all, "%s%s", c == spec->choices ? "" : ", ", *c);
	r = err_set(e, ERR_USAGE, "--%s: '%s' is not a choice; use one of %s", spec->name, text,
		all.ptr);
	strbuf_release(&all);
	return r;
}

static int bad_value(
	const struct option_spec *spec, const char *text, const char *want, struct err *e)
{
	return err_set(e, ERR_USAGE, "--%s: '%s' is not %s", spec->name, text, want);
}

static int set_checked(struct option_value *v, const char *text, struct err *e)
{
	const struct option_spec *spec = v->spec;

	switch (spec->type) {
	case OPTION_CHOICE:
		return is_choice(spec, text) ? 0 : bad_choice(spec, text, e);
	case OPTION_NUMBER:
		return number_parse(text, &v->number)
			? 0
			: bad_value(spec, text, "a number; give digits only", e);
	case OPTION_REAL:
		return real_parse(text, &v->real) ? 0
						  : bad_value(spec, text, "a number; try 0.5", e);
	case OPTION_SIZE:
		return size_parse(text, &v->number)
			? 0
			: bad_value(spec, text, "a size; give bytes, or 64k, 4M, 1G", e);
	case OPTION_DATE:
		return date_parse(str_from(text), (int64_t)time(NULL), &v->number)
			? 0
			: bad_value(spec, text, "a date; try 2024-05-31 or '3 months ago'", e);
	case OPTION_FILE:
		return *text ? 0 : bad_value(spec, text, "the name of a file", e);
	case OPTION_FLAG:
	case OPTION_TEXT:
	case OPTION_LIST:
		break;
	}
	return 0;
}

int option_set(struct option_value *v, const char *text, struct err *e)
{
	int r = set_checked(v, text, e);

	if (r == 0)
		v->text = text;
	return r;
}

static size_t table_length(const struct option_spec *table)
{
	size_t n = 0;

	while (table[n].name)
		n++;
	return n;
}

int options_init(struct options *o, const struct option_spec *const *tables, struct err *e)
{
	size_t n = 0;
	int r = 0;

	*o = (struct options){0};
	for (size_t i = 0; tables[i]; i++)
		n += table_length(tables[i]);
	o->values = mem_zalloc(n, sizeof *o->values);
	for (size_t i = 0; tables[i]; i++)
		for (const struct option_spec *s = tables[i]; s->name && r == 0; s++) {
			struct option_value *v = &o->values[o->count++];

			v->spec = s;
			r = s->initial ? option_set(v, s->initial, e) : 0;
		}
	return r;
}

void options_release(struct options *o)
{
	for (size_t i = 0; i < o->count; i++)
		vec_release(&o->values[i].list);
	free(o->values);
	vec_release(&o->operands);
	*o = (struct options){0};
}

static struct option_value *find_long(const struct options *o, struct str name)
{
	for (size_t i = 0; i < o->count; i++)
		if (str_is(name, o->values[i].spec->name))
			return &o->values[i];
	return NULL;
}

static struct option_value *find_short(const struct options *o, char letter)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->values[i].spec->letter == letter)
			return &o->values[i];
	return NULL;
}

static int take(struct option_value *v, const char *text, struct err *e)
{
	v->given = true;
	if (v->spec->type == OPTION_FLAG) {
		v->number++;
		return 0;
	}
	if (v->spec->type == OPTION_LIST)
		*vec_push(&v->list) = text;
	return option_set(v, text, e);
}

static int unknown_long(const struct options *o, struct str name, struct err *e)
{
	VEC(const char *) names = {0};
	const char *near;
	int r;

	for (size_t i = 0; i < o->count; i++)
		*vec_push(&names) = o->values[i].spec->name;
	near = suggest_nearest(names.items, names.len, name);
	if (near)
		r = err_set(e, ERR_USAGE, "--%.*s: no such option; did you mean --%s?",
			STR_ARG(name), near);
	else
		r = err_set(
			e, ERR_USAGE, "--%.*s: no such option; --help lists them", STR_ARG(name));
	vec_release(&names);
	return r;
}

/* The arguments that are left. */
struct cursor {
	char *const *argv;
	int argc, at;
};

static int missing_value(const struct option_spec *spec, struct err *e)
{
	return err_set(e, ERR_USAGE, "--%s: needs a value; write --%s %s", spec->name, spec->name,
		spec->argument);
}

static int parse_long(struct options *o, struct cursor *c, const char *arg, struct err *e)
{
	const char *equals = strchr(arg, '=');
	struct str name = equals ? str_slice(arg, (size_t)(equals - arg)) : str_from(arg);
	struct option_value *v = find_long(o, name);

	if (!v)
		return unknown_long(o, name, e);
	if (v->spec->type == OPTION_FLAG && equals)
		return err_set(e, ERR_USAGE, "--%s: takes no value; write --%s alone",
			v->spec->name, v->spec->name);
	if (v->spec->type == OPTION_FLAG)
		return take(v, NULL, e);
	if (equals)
		return take(v, equals + 1, e);
	if (c->at == c->argc)
		return missing_value(v->spec, e);
	return take(v, c->argv[c->at++], e);
}

static int parse_short(struct options *o, struct cursor *c, const char *letters, struct err *e)
{
	for (; *letters; letters++) {
		struct option_value *v = find_short(o, *letters);
		int r;

		if (!v)
			return err_set(
				e, ERR_USAGE, "-%c: no such option; --help lists them", *letters);
		if (v->spec->type != OPTION_FLAG && letters[1])
			return take(v, letters + 1, e);
		if (v->spec->type != OPTION_FLAG)
			return c->at == c->argc ? missing_value(v->spec, e)
						: take(v, c->argv[c->at++], e);
		r = take(v, NULL, e);
		if (r < 0)
			return r;
	}
	return 0;
}

int options_parse(struct options *o, int argc, char *const *argv, struct err *e)
{
	struct cursor c = {argv, argc, 0};
	bool ended = false;

	while (c.at < argc) {
		const char *arg = argv[c.at++];
		int r = 0;

		if (ended || arg[0] != '-' || !arg[1])
			*vec_push(&o->operands) = arg;
		else if (strcmp(arg, "--") == 0)
			ended = true;
		else if (arg[1] == '-')
			r = parse_long(o, &c, arg + 2, e);
		else
			r = parse_short(o, &c, arg + 1, e);
		if (r < 0)
			return r;
	}
	return 0;
}

static const struct option_spec *awaiting_short(const struct options *o, const char *letters)
{
	for (; *letters; letters++) {
		const struct option_value *v = find_short(o, *letters);

		if (!v || (v->spec->type != OPTION_FLAG && letters[1]))
			return NULL;
		if (v->spec->type != OPTION_FLAG)
			return v->spec;
	}
	return NULL;
}

const struct option_spec *options_awaiting(const struct options *o, const char *arg)
{
	const struct option_value *v;

	if (arg[0] != '-')
		return NULL;
	if (arg[1] != '-')
		return awaiting_short(o, arg + 1);
	v = find_long(o, str_from(arg + 2));
	return v && v->spec->type != OPTION_FLAG ? v->spec : NULL;
}

bool options_have(const struct options *o, const char *name)
{
	return find_long(o, str_from(name)) != NULL;
}

const struct option_value *options_get(const struct options *o, const char *name)
{
	const struct option_value *v = find_long(o, str_from(name));

	if (!v)
		abort();
	return v;
}

bool options_flag(const struct options *o, const char *name)
{
	return options_get(o, name)->number > 0;
}

const char *options_text(const struct options *o, const char *name)
{
	return options_get(o, name)->text;
}

int64_t options_number(const struct options *o, const char *name)
{
	return options_get(o, name)->number;
}

uint32_t options_ms(const struct options *o, const char *name)
{
	int64_t seconds = options_number(o, name);

	return seconds > UINT32_MAX / 1000 ? UINT32_MAX : (uint32_t)seconds * 1000;
}
