"""docs/asvs.md and docs/threat-model.md name files and tests that exist, and count honestly."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.support.named_tests import ROOT, missing_tests

ASVS, THREATS = ROOT / "docs" / "asvs.md", ROOT / "docs" / "threat-model.md"
STANDING = ("met", "partly", "not met", "n/a")
_QUOTED = re.compile(r"`([^`]+)`")
_ROW = re.compile(
    r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([a-z/ ]+) \| ([^|]+) \|([^|]*)\|([^|]*)\|$", re.MULTILINE
)


def named_in(text: str) -> tuple[list[str], list[str]]:
    """Tests and files that a page names."""
    words = [word for word in _QUOTED.findall(text) if "/" in word and " " not in word]
    return [word for word in words if "::" in word], [word for word in words if "::" not in word]


def rows() -> list[tuple[str, ...]]:
    return _ROW.findall(ASVS.read_text("utf-8"))


@pytest.mark.parametrize("page", [ASVS, THREATS], ids=lambda page: page.stem)
def test_every_test_and_every_file_that_a_page_names_is_there(page: Path) -> None:
    tests, files = named_in(page.read_text("utf-8"))

    assert missing_tests(tests) == []
    assert [name for name in files if not (ROOT / name).exists()] == []
    assert len(tests) > 30


def test_every_requirement_of_both_levels_is_there_once_and_in_order() -> None:
    numbers = [tuple(int(part) for part in row[0].split(".")) for row in rows()]

    assert numbers == sorted(set(numbers))
    # As many as ASVS 5.0.0 has.
    assert Counter(row[1] for row in rows()) == {"1": 70, "2": 183}
    assert {number[0] for number in numbers} == set(range(1, 18))


def test_what_is_met_even_in_part_has_a_place_and_a_test() -> None:
    assert {row[2] for row in rows()} <= set(STANDING)
    assert [
        row[0] for row in rows() if row[2] in ("met", "partly") and not ("`" in row[4] and "::" in row[5])
    ] == []


def test_the_count_is_that_of_the_table() -> None:
    text = ASVS.read_text("utf-8")
    for level in ("1", "2", "both"):
        mine = [row[2] for row in rows() if level in ("both", row[1])]
        counted = " | ".join(str(mine.count(standing)) for standing in STANDING)

        assert f"| {level} | {counted} | {len(mine)} |" in text


def test_each_who_may_want_to_break_it_has_threats_with_a_control_and_a_test() -> None:
    text = THREATS.read_text("utf-8")
    parts = dict(
        zip(
            re.findall(r"^## (.+)$", text, re.MULTILINE),
            re.split(r"^## .+$", text, flags=re.M)[1:],
            strict=True,
        )
    )

    for who in (
        *("A prisoner with a stolen tablet", "A cellmate", "A corrupt supporter", "A prying officer"),
        *("An administrator", "A thief of the disk", "Someone on the network"),
    ):
        threats = [
            line
            for line in parts[who].splitlines()
            if line.startswith("| ") and not line.startswith("| threat")
        ]
        assert len(threats) >= 3, who
        assert [line for line in threats if "::" not in line] == []
