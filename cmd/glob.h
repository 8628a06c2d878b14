/*
 * Patterns of configuration: `*` and `?` in names and addresses, and paths as .gitignore writes
 * them. Brackets are plain characters: bots are called "name[bot]".
 */
#ifndef LAPSE_CMD_GLOB_H
#define LAPSE_CMD_GLOB_H

#include "scan/base/str.h"

/* Is all of `text` what the pattern says? Case of ASCII letters is ignored. */
bool glob_matches(struct str pattern, struct str text);

/*
 * A path with slashes, as git has it. "tests/": a folder of this name anywhere, with all that is in
 * it; "conftest.py", "test_*.py": a file or folder of this name anywhere; a slash at the start or
 * in the middle ties the pattern to the root: "src/tests". `*` and `?` stop at slashes, `**` does
 * not.
 */
bool glob_matches_path(struct str pattern, struct str path);

#endif
