"""What was removed under a hold stands on no page: whatever reads such rows says what of them it wants."""

import ast
from pathlib import Path

import pytest

from bot.people import hard_days, hold
from bot.people.hard_days import DayKind, MarkedBy
from bot.people.model import Person
from bot.settings import ROOT
from bot.store.database import Database
from bot.store.deleting import REMOVABLE
from tests.support.builders import NOW, PRISON

NAMES = {table.name for table in REMOVABLE}
BOT = ROOT / "bot"


def _strays(source: str) -> list[str]:
    """Functions that select from such a table and say nothing of `removed_at`."""
    found = []
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef) or "removed_at" in ast.unparse(function):
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in (
                "sa.select",
                "select",
                "sqlalchemy.select",
            ):
                found += [function.name for each in call.args if _named(each) & NAMES]
    return found


def _named(node: ast.AST) -> set[str]:
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return names | {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def _files() -> list[Path]:
    return [file for file in sorted(BOT.rglob("*.py")) if "migrations" not in file.parts]


def test_whoever_reads_such_rows_asks_standing_or_says_why_not() -> None:
    found = {file.relative_to(BOT).as_posix(): _strays(file.read_text("utf-8")) for file in _files()}

    assert {file: names for file, names in found.items() if names} == {}, (
        "ask `standing` in store/deleting.py"
    )


@pytest.mark.parametrize(
    ("body", "strays"),
    [
        ("return sa.select(marked_day, person.c.cell)", ["f"]),
        ("return sa.select(t.letter_request)", ["f"]),
        ("return sa.select(letter_request.c.id)", ["f"]),
        ("return sa.select(marked_day).where(marked_day.c.removed_at.is_(None))", []),
        ("return standing(marked_day, person.c.cell)", []),
        ("return sa.select(t.message)", []),
    ],
)
def test_a_reader_that_says_nothing_of_it_is_found(body: str, strays: list[str]) -> None:
    assert _strays(f"def f():\n    {body}\n") == strays


def test_the_handover_has_the_day_that_stands_and_not_the_removed_one(
    database: Database, sam: Person
) -> None:
    today = NOW.date()
    with database.writing() as work:
        hold.place(work, PRISON, sam.number, "An inquest", "officer", now=NOW)
        for kind in (DayKind.COURT, DayKind.OTHER):
            hard_days.mark(
                work, sam.id, kind, today, MarkedBy.STAFF, today=today, now=NOW, staff_id="officer"
            )
        gone = next(day for day in work.marked_days.all_of(sam.id) if day.kind is DayKind.OTHER)
        assert work.marked_days.remove(sam.id, gone.id, MarkedBy.STAFF, NOW)

    with database.reading() as work:
        found = work.handover.hard_days(PRISON, (), (today,))

    assert [(each.day.kind, each.place.cell) for each in found] == [(DayKind.COURT, "A2-14")]
