"""The hazard log holds: every control names tests that prove it, and every test that is named exists."""

from typing import Any

import pytest
import yaml

from tests.support.named_tests import ROOT, missing_tests

LOG = yaml.safe_load((ROOT / "docs" / "hazard-log.yml").read_text("utf-8"))
HAZARDS: list[dict[str, Any]] = LOG["hazards"]
_KEYS = {"id", "hazard", "cause", "harm", "before", "after", "controls"}


def faults_of(hazard: dict[str, Any]) -> list[str]:
    """What is wrong with one hazard, each in a line that names it."""
    name = hazard.get("id", "a hazard without id")
    if set(hazard) != _KEYS:
        return [f"{name}: its keys are not {', '.join(sorted(_KEYS))}"]
    found = [f"{name}: {key} says nothing" for key in ("hazard", "cause", "harm") if not hazard[key]]
    for key in ("before", "after"):
        risk = hazard[key]
        if set(risk) != {"severity", "likelihood"} or not all(1 <= value <= 5 for value in risk.values()):
            found.append(f"{name}: {key} needs severity and likelihood from 1 to 5")
    if not found and _weight(hazard["after"]) > _weight(hazard["before"]):
        found.append(f"{name}: it is worse after its controls than before")
    if not hazard["controls"]:
        found.append(f"{name}: it has no control")
    for control in hazard["controls"]:
        found += _faults_of_control(name, control)
    return found


def _faults_of_control(name: str, control: dict[str, Any]) -> list[str]:
    if not control.get("control") or not control.get("tests"):
        return [f"{name}: a control without words or without a test: {control}"]
    return [f"{name}: there is no test {named}" for named in missing_tests(control["tests"])]


def _weight(risk: dict[str, int]) -> int:
    return risk["severity"] * risk["likelihood"]


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_every_control_of_a_hazard_names_tests_that_exist(hazard: dict[str, Any]) -> None:
    assert faults_of(hazard) == []


def test_each_hazard_has_an_id_of_its_own() -> None:
    ids = [hazard["id"] for hazard in HAZARDS]

    assert len(ids) == len(set(ids))
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"controls": [{"control": "x", "tests": ["tests/unit/test_no_such.py::test_x"]}]},
            "there is no test",
        ),
        ({"controls": [{"control": "x", "tests": ["tests/tree/test_hazards.py"]}]}, "there is no test"),
        ({"controls": [{"control": "x", "tests": []}]}, "without a test"),
        ({"controls": []}, "no control"),
        ({"after": {"severity": 5, "likelihood": 6}}, "from 1 to 5"),
        ({"after": {"severity": 5, "likelihood": 5}, "before": {"severity": 1, "likelihood": 1}}, "worse"),
        ({"cause": ""}, "says nothing"),
        ({"more": 1}, "its keys"),
    ],
)
def test_a_log_that_promises_more_than_is_proven_is_refused(change: dict[str, Any], told: str) -> None:
    faults = faults_of({**HAZARDS[0], **change})

    assert any(told in fault for fault in faults), faults
