/*
 * The fields of each node kind as data, in the order in which their nodes lie in the array. For the
 * dump and for tests of the tree's invariants. Private to scan/py.
 */
#ifndef LAPSE_PY_FIELDS_H
#define LAPSE_PY_FIELDS_H

#include "scan/py/ast.h"

enum py_field_type { PY_FIELD_NODE, PY_FIELD_LIST, PY_FIELD_STR, PY_FIELD_NAMES, PY_FIELD_NUMBER };

struct py_field {
	const char *name; /* NULL ends a kind's fields */
	enum py_field_type type;
	size_t offset; /* in struct py_node */
};

const struct py_field *py_fields(enum py_kind kind);

#endif
