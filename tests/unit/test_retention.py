"""Limits of a prison: what its file may say, how it is refused, and that the documents say the same."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.content import BadContent
from bot.prison_file import load_prison
from bot.retention import IN_ORDER, LIMITS, PLAIN, DataKind
from bot.settings import ROOT

_ROW = re.compile(r"\| `(\w+)` \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


def with_block(content: Path, block: str) -> Path:
    file = content / "prisons" / "fernhill.yml"
    file.write_text(f"{file.read_text('utf-8')}\nretention: {block}\n", "utf-8")
    return file


def test_the_document_has_the_numbers_of_the_code() -> None:
    found = _ROW.findall((ROOT / "docs" / "privacy.md").read_text("utf-8"))

    told = {name: tuple(map(int, numbers)) for name, *numbers in found}
    coded = {kind.value: (limit.days, limit.least, limit.most) for kind, limit in LIMITS.items()}
    assert told == coded


def test_a_prison_chooses_and_the_rest_stays(content: Path) -> None:
    with_block(content, "{messages: 30, safety_words: 3650}")

    kept = load_prison(content, "fernhill").retention

    assert kept[DataKind.MESSAGES] == timedelta(days=30)
    assert kept[DataKind.SAFETY_WORDS] == timedelta(days=3650)
    assert kept[DataKind.REQUESTS] == PLAIN[DataKind.REQUESTS]


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ("{messages: 0}", "should be from 7 to 366 days"),
        ("{messages: 3660}", "should be from 7 to 366 days"),
        ("{safety_words: 365}", "should be from"),
        ('{messages: "ninety"}', "int"),
        ("{messages: yes}", "int"),
        ("{messages: 30.5}", "int"),
        ("{mesages: 30}", "is not a key that is known here"),
        ("{messages: 200, requests: 90}", "is kept longer than"),
        ("{engine: 30, messages: 7}", "is kept longer than"),
        ("30", "keys and values"),
    ],
)
def test_what_makes_no_sense_is_refused_with_file_and_line(content: Path, block: str, why: str) -> None:
    file = with_block(content, block)
    line = len(file.read_text("utf-8").splitlines())

    with pytest.raises(BadContent, match=re.escape(why)) as refused:
        load_prison(content, "fernhill")

    assert f"fernhill.yml:{line}" in str(refused.value)


def test_by_default_the_shorter_is_shorter() -> None:
    for shorter, longer in IN_ORDER:
        assert LIMITS[shorter].days <= LIMITS[longer].days
