"""A sheet on paper: whole whatever is written on it, its headings on every page, no name in a log."""

import logging
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.web.pdf import Sheet
from tests.support.pdf_text import pages_of

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def _sheet(**more: object) -> Sheet:
    fields = {
        "title": "Hand-over",
        "subtitle": "Wing A",
        "printed": "Printed 12:00 by Orderly",
        "made_at": NOW,
    }
    return Sheet(**{**fields, **more})  # type: ignore[arg-type]


def test_a_sheet_has_its_title_what_it_holds_and_who_printed_it() -> None:
    sheet = _sheet()
    sheet.heading("Waiting")
    sheet.words("Nobody waits longer than an hour.")
    sheet.table(("Name", "Cell"), [("Sam", "A1-04")])

    (page,) = pages_of(sheet.finish())

    for said in (
        "Hand-over",
        "Wing A",
        "Waiting",
        "Nobody waits",
        "Name",
        "A1-04",
        "Printed 12:00 by Orderly",
    ):
        assert said in page
    assert "Page 1 of \n1" in page


def test_a_table_over_many_pages_has_its_headings_and_the_foot_on_each() -> None:
    sheet = _sheet()
    sheet.table(("Cell", "Note"), [(str(number), "waits") for number in range(150)])

    pages = pages_of(sheet.finish())

    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert "Cell" in page
        assert "Printed 12:00 by Orderly" in page
        assert f"Page {number} of \n{len(pages)}" in page
    assert "149" in pages[-1]


def test_a_cell_that_is_higher_than_a_page_goes_on_and_loses_nothing() -> None:
    sheet = _sheet()
    sheet.table(("Name", "Note"), [("Sam", " ".join(f"word{n}" for n in range(2_000)))], widths=(1, 4))

    text = "\n".join(pages_of(sheet.finish()))

    assert all(f"word{n}" in text for n in (0, 999, 1_999))
    assert text.count("Sam") == 1


def test_a_heading_does_not_stand_alone_at_the_foot_of_a_page() -> None:
    for lines in range(30, 60):
        sheet = _sheet()
        for _ in range(lines):
            sheet.words("x")
        sheet.heading("Below")
        sheet.table(("One", "Two"), [("first", "second")])

        (holding,) = [page for page in pages_of(sheet.finish()) if "Below" in page]

        assert "first" in holding


def test_without_a_row_there_is_no_table() -> None:
    sheet = _sheet()
    sheet.table(("Name", "Cell"), [])

    assert "Cell" not in pages_of(sheet.finish())[0]


def test_right_to_left_words_stand_in_the_order_of_the_eye() -> None:
    sheet = _sheet()
    sheet.words("Name: שלום")

    assert "םולש" in pages_of(sheet.finish())[0]


def test_letters_that_the_typeface_lacks_become_a_box_and_no_log_names_them(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        sheet = _sheet()
        sheet.table(("Name", "Cell"), [("王小明", "A1")])
        text = pages_of(sheet.finish())[0]

    assert "□□□" in text
    assert not [
        said for said in caplog.messages if "王" in said or "738B" in said.upper() or "missing" in said
    ]


@given(st.text(max_size=400), st.lists(st.text(max_size=60), min_size=2, max_size=2))
@settings(max_examples=15, deadline=None)
def test_no_text_whatever_breaks_a_sheet(words: str, cells: list[str]) -> None:
    sheet = _sheet(title=words or "x", printed=words, subtitle=words)
    sheet.heading(words)
    sheet.words(words)
    sheet.table(("One", words), [cells])

    assert sheet.finish().startswith(b"%PDF-")


@pytest.mark.parametrize(
    "words", ["\ud800", "\x00\x1b[2J", "\u202e evil", "{nb}", "%(x)s {page}", "😀👩‍👩‍👧", "a" * 3_000]
)
def test_odd_words_do_not_break_a_sheet(words: str) -> None:
    sheet = _sheet(printed=words)
    sheet.table((words, "Two"), [(words, words)])

    assert sheet.finish().startswith(b"%PDF-")


def test_the_typeface_is_found_without_loading_matplotlib() -> None:
    code = (
        "import sys; from datetime import datetime, UTC; from bot.web.pdf import Sheet; "
        "Sheet(title='x', printed='y', made_at=datetime.now(UTC)).finish(); "
        "assert 'matplotlib' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)
