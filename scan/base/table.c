/*
 * Look-up in the tables of table.h: binary search over keys in byte order.
 */
#include "scan/base/table.h"

const char *const *table_row(const struct table *t, size_t i)
{
	return t->cells + i * t->columns;
}

size_t table_lower(const struct table *t, struct str key)
{
	size_t low = 0, high = t->rows;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (str_cmp(str_from(table_row(t, mid)[0]), key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const char *const *table_find(const struct table *t, struct str key)
{
	size_t i = table_lower(t, key);

	return i < t->rows && str_is(key, table_row(t, i)[0]) ? table_row(t, i) : NULL;
}
