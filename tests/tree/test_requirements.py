"""The table of requirements holds: each is there, and every file, page and test that it names exists."""

from typing import Any

import pytest

from bot.web.access import TABLE
from tests.support.named_tests import ROOT, missing_tests
from tests.support.requirements_page import MET, PAGE, page, requirements

ROWS = requirements()
_KEYS = {"number", "what", "met", "where", "tests", "gap"}
_PAGES = {f"{rule.app.value} {rule.path}" for rule in TABLE}


def faults_of(row: dict[str, Any]) -> list[str]:
    """What is wrong with one requirement, each in a line that names it."""
    name = f"requirement {row.get('number', 'without number')}"
    if set(row) | {"gap"} != _KEYS:
        return [f"{name}: its keys are not {', '.join(sorted(_KEYS))}"]
    found = [] if row["what"] else [f"{name}: it says nothing"]
    if row["met"] not in MET:
        found.append(f"{name}: met is one of {', '.join(MET)}")
    if row["met"] != "no" and not (row["where"] and row["tests"]):
        found.append(f"{name}: what is met, even in part, has a place and a test")
    if row["met"] != "yes" and not row.get("gap"):
        found.append(f"{name}: what is not met in full says what is missing")
    found += [f"{name}: there is no file or page {place}" for place in row["where"] if not _is_there(place)]
    return found + [f"{name}: there is no test {test}" for test in missing_tests(row["tests"])]


def _is_there(place: str) -> bool:
    return place in _PAGES or (" /" not in place and (ROOT / place).exists())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["number"]))
def test_every_requirement_names_places_and_tests_that_exist(row: dict[str, Any]) -> None:
    assert faults_of(row) == []


def test_all_26_are_there_in_their_order() -> None:
    assert [row["number"] for row in ROWS] == list(range(1, 27))


def test_the_page_is_made_from_the_data_as_it_stands() -> None:
    assert PAGE.read_text("utf-8") == page(ROWS), "run: python -m tests.support.requirements_page"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"tests": ["tests/unit/test_no_such.py::test_x"]}, "there is no test"),
        ({"tests": ["tests/tree/test_requirements.py"]}, "there is no test"),
        ({"tests": ["tests/tree/test_requirements.py::faults_of"]}, "there is no test"),
        ({"tests": []}, "has a place and a test"),
        ({"where": []}, "has a place and a test"),
        ({"where": ["bot/no_such.py"]}, "there is no file or page"),
        ({"where": ["tablet /no-such"]}, "there is no file or page"),
        ({"met": "mostly"}, "met is one of"),
        # What YAML makes of a plain yes.
        ({"met": True}, "met is one of"),
        ({"met": "partly", "gap": ""}, "says what is missing"),
        ({"what": ""}, "it says nothing"),
        ({"more": 1}, "its keys"),
    ],
)
def test_a_row_that_promises_more_than_is_proven_is_refused(change: dict[str, Any], told: str) -> None:
    faults = faults_of({**ROWS[0], **change})

    assert any(told in fault for fault in faults), faults
