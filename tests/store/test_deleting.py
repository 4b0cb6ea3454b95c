"""Every deletion goes through one door, and a hold stands in it."""

import ast
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.keeping import Keeper
from bot.people import hold
from bot.settings import ROOT
from bot.store.database import Database
from bot.store.tables import metadata
from bot.worker import Worker
from tests.support.builders import NOW, PRISON
from tests.support.filling import fill_every_table
from tests.support.worker import Clock, a_product

STORE = ROOT / "bot" / "store"
DOOR = "deleting.py"
# Where a hold does not matter, and why.
ANYWAY = {
    ("rotas.py", "take_exception"): "a plan that somebody edits; what was worked is in duty_spell",
    ("rotas.py", "remove"): "the same",
    ("learning.py", "uncount"): "a count of nothing",
    ("learning.py", "forget"): "votes that are nobody's",
    ("report_figures.py", "_replace"): "counts that are made anew in the same transaction",
    ("retention.py", "note_who_left"): "somebody is here again: only since when he or she was away",
    ("locks.py", "forget"): "half sign-ins, ways to a provider and counted tries: hashes that are over",
    ("locks.py", "take"): "a way to a provider, taken once",
    ("retention.py", "clear_person"): "asked at its beginning, where `person_left` is wiped",
}
# What goes in spite of a hold on everybody.
GOES = {"page_vote", "outbox", "half_sign_in", "provider_start", "sign_in_tries"}


def _calls(path: Path) -> list[tuple[str, str, str]]:
    """File, function and name of each call in it."""
    found = []
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                found.append((path.name, function.name, ast.unparse(node.func)))
    return found


def _of_the_store() -> list[tuple[str, str, str]]:
    files = sorted(file for file in STORE.glob("*.py") if file.name != DOOR)
    return [call for file in files for call in _calls(file)]


def test_nothing_in_the_store_deletes_by_itself() -> None:
    strays = [call for call in _of_the_store() if call[2] in ("sa.delete", "delete_rows", "session.delete")]

    assert strays == [], f"ask bot/store/{DOOR}"


def test_nothing_outside_the_store_deletes_rows() -> None:
    files = [file for file in (ROOT / "bot").rglob("*.py") if STORE not in file.parents]

    assert not [file for file in files if "DELETE FROM" in file.read_text("utf-8")]


def test_where_a_hold_does_not_matter_the_reason_is_here() -> None:
    found = {(file, function) for file, function, name in _of_the_store() if name == "delete_anyway"}

    assert found == set(ANYWAY)


def test_under_a_hold_on_everybody_nothing_goes_however_old(database: Database) -> None:
    fill_every_table(database)
    numbers = ("SAM1", "ALI1", "LEE1", "MO1", "GUS1")
    with database.writing() as work:
        for number in numbers:
            hold.place(work, PRISON, number, "An inquest", "officer", now=NOW)
    before = _counts(database)
    product = a_product(database, Clock(NOW + timedelta(days=40 * 366)))

    Worker(product).forget()
    Keeper(product, timedelta(minutes=5)).round()

    after = _counts(database)
    lost = {name for name, count in before.items() if after[name] < count}
    assert lost <= GOES, lost


def test_without_one_they_go(database: Database) -> None:
    """So that the test above shows something."""
    fill_every_table(database)
    before = _counts(database)
    product = a_product(database, Clock(NOW + timedelta(days=40 * 366)))

    Worker(product).forget()
    Keeper(product, timedelta(minutes=5)).round()

    after = _counts(database)
    lost = {name for name, count in before.items() if after[name] < count}
    assert lost >= {
        "message",
        "not_understood",
        "danger_example",
        "person_session",
        "staff_session",
        "rota_exception",
        "enrolment_code",
    }, lost


def _counts(database: Database) -> dict[str, int]:
    with database.session() as session:
        tables = metadata.sorted_tables
        return {t.name: session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in tables}
