"""The check of all content: one run names every fault, and lists what is past its review date."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.content_check import check_content
from bot.settings import ROOT

TODAY = date(2026, 11, 24)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


def change(path: Path, old: str, new: str) -> int:
    """Puts `new` for the first `old`, and returns its line."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_content_that_is_shipped_is_whole(content: Path) -> None:
    found = check_content(content, TODAY)

    assert found.refused == ()
    assert found.prisons >= 3
    assert found.services >= 75


def test_faults_in_several_files_are_all_named(content: Path) -> None:
    lines = {
        "prisons/oakmoor.yml": change(content / "prisons" / "oakmoor.yml", "Kit change", "Kit {change}"),
        "prisons/larkmere.yml": change(content / "prisons" / "larkmere.yml", "icon: bike", "icon: car"),
        "en/visits.yml": change(content / "answers" / "en" / "visits.yml", "title: Visits", "title: TBC"),
        "messages/pl.yml": change(content / "messages" / "pl.yml", 'day_monday: "', 'day_monday: "??? '),
    }

    refused = check_content(content, TODAY).refused

    for file, line in lines.items():
        assert any(fault.startswith(f"{file}:{line}: ") for fault in refused), file
    assert len(refused) == len(lines)


def test_a_sentence_that_is_hard_to_read_is_refused(content: Path) -> None:
    hard = "Immediate notification of residential administration is unavoidable."
    line = change(content / "prisons" / "oakmoor.yml", "Bring your ID card.", hard)

    refused = check_content(content, TODAY).refused

    assert len(refused) == 1
    assert refused[0].startswith(
        f"prisons/oakmoor.yml:{line}: services.pharmacy_hatch.note: too hard to read"
    )


def test_a_hard_sentence_may_be_listed_with_its_reason(content: Path) -> None:
    hard = "Immediate notification of residential administration is unavoidable."
    change(content / "prisons" / "oakmoor.yml", "Bring your ID card.", hard)
    with (content / "reading_exceptions.yml").open("a", encoding="utf-8") as file:
        file.write('services.oakmoor.pharmacy_hatch.note: "The words stand on the form itself."\n')

    assert check_content(content, TODAY).refused == ()


def test_what_is_past_its_review_date_is_listed_and_not_refused(content: Path) -> None:
    found = check_content(content, date(2027, 3, 1))

    assert found.refused == ()
    due = [line.partition(": ")[2] for line in found.past_review if line.startswith("prisons/larkmere.yml:")]
    assert "services.rotl_board.review_by: was due on 2027-02-24, owner offender_management" in due
    assert not any("visits.yml" in line for line in found.past_review)


def test_answers_and_prisons_are_listed_with_their_owner(content: Path) -> None:
    past = check_content(content, date(2028, 1, 1)).past_review

    assert any("en/visits.yml" in line and "owner content" in line for line in past)
    assert any("prisons/oakmoor.yml" in line and "review_by: was due on 2027-05-22" in line for line in past)


def test_nothing_is_past_its_review_date_on_the_day_itself(content: Path) -> None:
    assert check_content(content, TODAY).past_review == ()
