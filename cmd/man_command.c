/*
 * The manual page of one command or report: what --help says, in mdoc. See man.h.
 */
#include "cmd/man.h"
#include "cmd/mdoc.h"

/* ---- options ---- */

static void add_tag(struct strbuf *out, const struct option_spec *o)
{
	strbuf_addz(out, ".It ");
	if (o->letter)
		strbuf_addf(out, "Fl %c , ", o->letter);
	strbuf_addz(out, "Fl \\-");
	mdoc_text(out, str_from(o->name));
	if (o->argument) {
		strbuf_addz(out, " Ar \\&");
		mdoc_text(out, str_from(o->argument));
	}
	strbuf_addc(out, '\n');
}

static void add_option(struct strbuf *out, const struct option_spec *o)
{
	struct strbuf text = {0};

	add_tag(out, o);
	strbuf_addz(&text, o->help);
	if (o->type == OPTION_LIST)
		strbuf_addz(&text, "; may be repeated");
	if (o->initial && *o->initial)
		strbuf_addf(&text, " (default: %s)", o->initial);
	mdoc_prose(out, strbuf_str(&text));
	strbuf_release(&text);
}

static void add_options(struct strbuf *out, const struct command *c)
{
	const struct option_spec *tables[MAX_OPTION_TABLES];

	command_option_tables(c, tables);
	strbuf_addz(out, ".Sh OPTIONS\n.Bl -tag -width Ds\n");
	for (size_t i = 0; tables[i]; i++)
		for (const struct option_spec *o = tables[i]; o->name; o++)
			add_option(out, o);
	strbuf_addz(out, ".El\n");
	if (help_has_dates(c)) {
		strbuf_addz(out, ".Pp\n");
		mdoc_prose(out, str_from(help_times));
	}
}

static void add_examples(struct strbuf *out, const struct example *x)
{
	if (!x || !x->command)
		return;
	strbuf_addz(out, ".Sh EXAMPLES\n.Bl -tag -width Ds\n");
	for (; x->command; x++) {
		mdoc_macro(out, "It Li", str_from(x->command));
		mdoc_prose(out, str_from(x->does));
	}
	strbuf_addz(out, ".El\n");
}

static void add_columns(struct strbuf *out, const struct query *q)
{
	if (q->column_count == 0)
		return;
	strbuf_addz(out, ".Sh COLUMNS\n.Bl -tag -width Ds\n");
	for (uint32_t i = 0; i < q->column_count; i++) {
		mdoc_macro(out, "It Li", q->columns[i].name);
		mdoc_prose(out, q->columns[i].text);
	}
	strbuf_addz(out, ".El\n");
}

/* ---- pages ---- */

static void add_synopsis(struct strbuf *out, const struct command *c)
{
	strbuf_addf(out, ".Sh SYNOPSIS\n.Nm lapse %s\n.Op Ar OPTION ...\n", c->name);
	if (*c->operands)
		mdoc_macro(out, "Ar", str_from(c->operands));
}

static void end(struct strbuf *out)
{
	strbuf_addz(out, ".Sh SEE ALSO\n.Xr lapse 1 ,\n.Xr lapse-rules 7 ,\n.Xr lapse-views 7\n");
}

void man_command(struct strbuf *out, const struct command *c)
{
	struct strbuf name = {0};

	strbuf_addf(&name, "lapse-%s", c->name);
	man_begin(out, strbuf_str(&name), '1', c->summary);
	strbuf_release(&name);
	add_synopsis(out, c);
	strbuf_addz(out, ".Sh DESCRIPTION\n");
	mdoc_prose(out, str_from(c->about ? c->about : c->summary));
	add_options(out, c);
	add_examples(out, c->examples);
	end(out);
}

void man_report(struct strbuf *out, const struct command *c, struct str name)
{
	const struct query *q = c->data;

	man_begin(out, name, '1', c->summary);
	add_synopsis(out, c);
	strbuf_addz(out, ".Sh DESCRIPTION\n");
	mdoc_prose(out, q->prose);
	add_columns(out, q);
	add_options(out, c);
	end(out);
}
