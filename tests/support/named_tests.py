"""The tests that a document names, as file::test, and which of them do not exist."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def tests_in(path: str) -> frozenset[str]:
    """The test functions of a file, as written; none where there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    found = ast.walk(ast.parse(file.read_text("utf-8")))
    functions = (node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(name for name in functions if name.startswith("test_"))


def missing_tests(named: Iterable[str]) -> list[str]:
    """Those of `named` that do not exist, in their order."""
    parts = ((each, *each.partition("::")[::2]) for each in named)
    return [each for each, path, test in parts if test not in tests_in(path)]
