/*
 * Looking up rules: by number, by id, by what a misspelt id most likely means. The order of
 * rule_families and of the rows in it is the numbering.
 */
#include "scan/rules/rule.h"

#include "scan/base/mem.h"

size_t rule_count(void)
{
	size_t n = 0;

	for (size_t i = 0; rule_families[i]; i++)
		n += rule_families[i]->rule_count;
	return n;
}

const struct rule_family *rule_family_of(size_t index)
{
	for (size_t i = 0; rule_families[i]; i++) {
		if (index < rule_families[i]->rule_count)
			return rule_families[i];
		index -= rule_families[i]->rule_count;
	}
	return index == 0 ? &family_ignore : NULL;
}

const struct rule *rule_at(size_t index)
{
	for (size_t i = 0; rule_families[i]; i++) {
		if (index < rule_families[i]->rule_count)
			return &rule_families[i]->rules[index];
		index -= rule_families[i]->rule_count;
	}
	return index == 0 ? family_ignore.rules : NULL;
}

int rule_find(struct str id)
{
	int index = 0;

	for (size_t i = 0; rule_families[i]; i++)
		for (size_t j = 0; j < rule_families[i]->rule_count; j++, index++)
			if (str_is(id, rule_families[i]->rules[j].id))
				return index;
	return -1;
}

#define MAX_ID 64

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance, one row at a time; SIZE_MAX for words too long to be meant. */
static size_t edit_distance(struct str a, struct str b)
{
	size_t row[MAX_ID + 1];

	if (a.len > MAX_ID || b.len > MAX_ID)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t change = diagonal + (a.ptr[i - 1] != b.ptr[j - 1]);

			diagonal = row[j];
			row[j] = min3(change, row[j] + 1, row[j - 1] + 1);
		}
	}
	return row[b.len];
}

const struct rule *rule_nearest(struct str id)
{
	const struct rule *best = NULL;
	size_t least = id.len / 3 + 2; /* a third of the letters wrong is another word */

	for (size_t i = 0; i < rule_count(); i++) {
		const struct rule *rule = rule_at(i);
		size_t distance = edit_distance(id, str_from(rule->id));

		if (distance < least) {
			least = distance;
			best = rule;
		}
	}
	return best;
}
