/*
 * Corrections of the concrete tree before lowering. Private to scan/py.
 */
#ifndef LAPSE_PY_REPAIR_H
#define LAPSE_PY_REPAIR_H

#include "scan/py/cst.h"

/* suspects: indices, ascending, of list_splat and type_alias_statement nodes. */
void repair_cst(cst_nodes *cst, const uint32_t *suspects, size_t len);

#endif
