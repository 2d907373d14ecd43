"""Stands before a package of this name, so that no process of the tests imports it.

It builds a grammar of internationalised addresses whenever `jsonschema` is imported, more than a
second for each nbgrader command; `jsonschema` does without it, and nothing here checks addresses.
"""

raise ImportError("left out in tests: see tests/without")
