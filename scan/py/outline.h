/*
 * Which functions and classes a text defines, by indentation alone, without parsing: to tell a
 * finding that was mended from one whose whole function went away. Works on broken files too.
 */
#ifndef LAPSE_PY_OUTLINE_H
#define LAPSE_PY_OUTLINE_H

#include "scan/base/str.h"

/* Does the source define this dotted path of defs and classes ("Class.method")? */
bool py_outline_has(struct str source, struct str scope);

#endif
