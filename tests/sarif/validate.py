#!/usr/bin/env python3
"""Validates SARIF files that lapse wrote against the official schema and code scanning's limits.

For developers, when cmd/format_sarif.c changes; the tests do not run it, because it needs the package
jsonschema and the schema of SARIF 2.1.0 (OASIS publishes it as sarif-schema-2.1.0.json):

    lapse lint --format sarif --level info -o lint.sarif .
    lapse check --all --format sarif -o check.sarif HEAD~30
    python3 tests/sarif/validate.py sarif-schema-2.1.0.json lint.sarif check.sarif

Exit status 1: something is not as it has to be.
"""
import json
import os
import sys

import jsonschema

MOST_BYTES = 10_000_000  # of the compressed file
MOST_RESULTS = 25_000
MOST_TAGS = 20
MESSAGES_SHOWN = 5


def problems(validator, path):
    with open(path, encoding="utf-8") as f:
        log = json.load(f)
    for error in validator.iter_errors(log):
        yield "/".join(map(str, error.absolute_path)) + ": " + error.message[:200]
    if os.path.getsize(path) > 10 * MOST_BYTES:
        yield f"more than {MOST_BYTES} bytes even when it is compressed to a tenth"
    for run in log["runs"]:
        rules = run["tool"]["driver"]["rules"]
        results = run["results"]
        if len(results) > MOST_RESULTS:
            yield f"{len(results)} results"
        for rule in rules:
            if len(rule["properties"]["tags"]) > MOST_TAGS:
                yield rule["id"] + ": too many tags"
        prints = [r["partialFingerprints"]["lapse/v1"] for r in results]
        if len(prints) != len(set(prints)):
            yield "two results with the same fingerprint"
        for result in results:
            if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
                yield "ruleIndex does not name " + result["ruleId"]


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        schema = json.load(f)
    validator_class = jsonschema.validators.validator_for(schema)
    validator = validator_class(schema, format_checker=validator_class.FORMAT_CHECKER)
    failed = False
    for path in sys.argv[2:]:
        found = list(problems(validator, path))
        failed = failed or bool(found)
        print(f"{path}: {len(found)} problems")
        for problem in found[:MESSAGES_SHOWN]:
            print("   ", problem)
    return failed


if __name__ == "__main__":
    sys.exit(main())
