/*
 * Findings as SARIF 2.1.0 (OASIS), one run. Kept within what GitHub's code scanning takes: of more
 * than 25,000 results it refuses all, so the least severe are left out.
 */
#include <ctype.h>
#include <stdlib.h>

#include "cmd/command.h"
#include "cmd/findings_private.h"
#include "cmd/json.h"

#define MOST_RESULTS 25000
#define SCHEMA       "https://json.schemastore.org/sarif-2.1.0.json"
#define ROOT         "%SRCROOT%"

/* ---- building ---- */

static cJSON *add_object(cJSON *to, const char *name)
{
	return json_made(cJSON_AddObjectToObject(to, name));
}

static cJSON *add_array(cJSON *to, const char *name)
{
	return json_made(cJSON_AddArrayToObject(to, name));
}

static cJSON *add_item(cJSON *array)
{
	cJSON *item = json_made(cJSON_CreateObject());

	cJSON_AddItemToArray(array, item);
	return item;
}

static void add_text(cJSON *to, const char *name, struct str text)
{
	json_add_text(to, name, text, TEXT_KEEP_BLANKS);
}

static void add_z(cJSON *to, const char *name, const char *text)
{
	add_text(to, name, str_from(text));
}

/* {"text": …}: SARIF's messages. */
static void add_message(cJSON *to, const char *name, struct str text)
{
	add_text(add_object(to, name), "text", text);
}

/* ---- rules ---- */

static const char *sarif_level(enum level level)
{
	static const char *const names[] = {
		[LEVEL_INFO] = "note", [LEVEL_WARNING] = "warning", [LEVEL_ERROR] = "error"};

	return names[level];
}

static void add_help(cJSON *to, const struct rule *r)
{
	struct strbuf b = {0};
	cJSON *help = add_object(to, "help");

	strbuf_addf(&b, "%s\n\n%s", r->why, r->fix);
	add_text(help, "text", strbuf_str(&b));
	strbuf_clear(&b);
	strbuf_addf(&b, "%s\n\n**What to do**: %s\n\n", r->why, r->fix);
	strbuf_addf(&b, "Bad:\n\n```python\n%s```\n\nGood:\n\n```python\n%s```\n", r->bad, r->good);
	add_text(help, "markdown", strbuf_str(&b));
	strbuf_release(&b);
}

static void add_rule(cJSON *rules, size_t index)
{
	static const char *const severities[] = {[LEVEL_INFO] = "recommendation",
		[LEVEL_WARNING] = "warning",
		[LEVEL_ERROR] = "error"};
	const struct rule *r = rule_at(index);
	const struct rule_family *f = rule_family_of(index);
	const char *tags[] = {"concurrency", f->slug};
	cJSON *rule = add_item(rules), *properties;

	add_z(rule, "id", r->id);
	add_message(rule, "shortDescription", str_from(r->title));
	add_message(rule, "fullDescription", str_from(r->why));
	add_help(rule, r);
	add_z(add_object(rule, "defaultConfiguration"), "level", sarif_level(r->level));
	properties = add_object(rule, "properties");
	cJSON_AddItemToObject(properties, "tags", json_made(cJSON_CreateStringArray(tags, 2)));
	add_z(properties, "problem.severity", severities[r->level]);
}

/* What only files on disk are asked for, unused markers, is a rule behind all others. */
static void add_tool(cJSON *run, const struct finding_context *context)
{
	size_t count = rule_count() + !context->compares;
	cJSON *driver = add_object(add_object(run, "tool"), "driver"), *rules;

	add_z(driver, "name", "lapse");
	add_z(driver, "version", LAPSE_VERSION);
	add_z(driver, "semanticVersion", LAPSE_VERSION);
	rules = add_array(driver, "rules");
	for (size_t i = 0; i < count; i++)
		add_rule(rules, i);
}

/* ---- results ---- */

/* A path as a relative reference of RFC 3986: all but unreserved characters and / is encoded. */
static void add_uri(cJSON *to, struct str path)
{
	struct strbuf b = {0};

	if (str_starts(path, "/"))
		strbuf_addz(&b, "file://");
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.ptr[i];

		if (c < 0x80 && (isalnum(c) || strchr("/-._~", c)))
			strbuf_addc(&b, (char)c);
		else
			strbuf_addf(&b, "%%%02X", (unsigned)c);
	}
	add_text(to, "uri", strbuf_str(&b));
	if (!str_starts(path, "/"))
		add_z(to, "uriBaseId", ROOT);
	strbuf_release(&b);
}

static void add_location(cJSON *result, const struct finding_change *c)
{
	const struct finding *f = c->finding;
	cJSON *location = add_item(add_array(result, "locations")), *place, *region;

	place = add_object(location, "physicalLocation");
	add_uri(add_object(place, "artifactLocation"), c->path);
	region = add_object(place, "region");
	json_add_number(region, "startLine", f->line);
	json_add_number(region, "startColumn", f->column);
	json_add_number(region, "endLine", f->end_line);
	json_add_number(region, "endColumn", f->end_column);
	if (f->snippet.len)
		add_message(region, "snippet", f->snippet);
	if (f->scope.len)
		add_text(add_item(add_array(location, "logicalLocations")), "fullyQualifiedName",
			f->scope);
}

static const char *baseline_state(const struct finding_change *c)
{
	if (c->kind == CHANGE_FIXED)
		return "absent";
	if (c->kind == CHANGE_INTRODUCED || !c->old_path.len)
		return "new";
	return c->kind == CHANGE_UNCHANGED ? "unchanged" : "updated";
}

static void add_change(cJSON *result, const struct finding_change *c)
{
	char hex[OID_HEX_LEN + 1];
	cJSON *properties;

	add_z(result, "baselineState", baseline_state(c));
	if (!c->has_event)
		return;
	properties = add_object(result, "properties");
	add_z(properties, "event", event_kind_name(c->event));
	if (c->commit) {
		oid_hex(&c->commit->oid, hex);
		add_z(properties, "commit", hex);
	}
}

void findings_sarif_add(struct finding_writer *w, const struct finding_change *c)
{
	const struct finding *f = c->finding;
	cJSON *result = json_made(cJSON_CreateObject());
	char fingerprint[FINGERPRINT_BYTES];
	struct sarif_result *kept = vec_push(&w->results);

	finding_fingerprint(w, c, fingerprint);
	add_z(result, "ruleId", rule_at(f->rule)->id);
	json_add_number(result, "ruleIndex", f->rule);
	add_z(result, "level", sarif_level(f->level));
	add_message(result, "message", f->message);
	add_location(result, c);
	add_z(add_object(result, "partialFingerprints"), "lapse/v1", fingerprint);
	if (f->suppressed)
		add_z(add_item(add_array(result, "suppressions")), "kind", "inSource");
	if (w->context.compares)
		add_change(result, c);
	kept->level = f->level;
	kept->json = cJSON_PrintUnformatted(result);
	if (!kept->json)
		mem_fail();
	cJSON_Delete(result);
}

/* ---- the whole ---- */

static void add_provenance(cJSON *run, const struct finding_context *context)
{
	cJSON *item;

	if (!context->repository.len)
		return;
	item = add_item(add_array(run, "versionControlProvenance"));
	add_text(item, "repositoryUri", context->repository);
	if (context->revision.len)
		add_text(item, "revisionId", context->revision);
}

static cJSON *make_run(const struct finding_writer *w)
{
	cJSON *run = json_made(cJSON_CreateObject()), *root;

	add_tool(run, &w->context);
	add_z(run, "columnKind", "unicodeCodePoints");
	root = add_object(add_object(run, "originalUriBaseIds"), ROOT);
	add_message(root, "description",
		w->context.compares ? STR("The root of the repository.")
				    : STR("The folder that lapse was run in."));
	add_provenance(run, &w->context);
	return run;
}

/* The lowest level of which all fit, and how many of the next one below it do. */
struct room {
	enum level level;
	size_t below;
};

static struct room room_for(const struct finding_writer *w)
{
	size_t count[LEVEL_ERROR + 1] = {0};
	struct room room = {LEVEL_ERROR + 1, MOST_RESULTS};

	for (size_t i = 0; i < w->results.len; i++)
		count[w->results.items[i].level]++;
	while (room.level > LEVEL_INFO && count[room.level - 1] <= room.below)
		room.below -= count[--room.level];
	return room;
}

static void write_results(struct finding_writer *w)
{
	struct room room = room_for(w);

	for (size_t i = 0; i < w->results.len; i++) {
		const struct sarif_result *r = &w->results.items[i];
		bool fits = r->level >= room.level ||
			(r->level + 1 == room.level && room.below && room.below--);

		if (fits)
			(void)fprintf(w->out, "%s%s", w->written++ ? ",\n" : "\n", r->json);
		w->left_out += !fits;
		cJSON_free(r->json);
	}
	vec_release(&w->results);
}

/* Results are many: they are put as lines into the hole that the run leaves at its end. */
void findings_sarif_end(struct finding_writer *w)
{
	cJSON *run = make_run(w);
	char *text = cJSON_PrintUnformatted(run);

	if (!text)
		mem_fail();
	(void)fprintf(w->out,
		"{\"$schema\":\"" SCHEMA "\",\"version\":\"2.1.0\",\"runs\":[\n%.*s,\"results\":[",
		(int)strlen(text) - 1, text);
	write_results(w);
	(void)fputs(w->written ? "\n]}]}\n" : "]}]}\n", w->out);
	cJSON_free(text);
	cJSON_Delete(run);
}
