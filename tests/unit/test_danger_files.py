"""Lines that two people judged, as files that the danger screen trains on; and whose words a line may be."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import app
from bot.learning.danger_files import Lesson, as_files, merge, write_lessons
from bot.learning.danger_model import DANGEROUS, HARMLESS, DangerExample, Manner, Standing
from bot.learning.writers import MOST, since, written_as
from bot.nlu.screen_data import read_lines
from bot.safety.message import Direction, Message
from bot.safety.model import Level, Risk
from bot.settings import ROOT
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.support.builders import NOW, SEALER, a_staff_member

GRAVE = Lesson("aint gonna be here friday", Level.EMERGENCY, "suicide", "en", "date")
MILD = Lesson("i would kill for a brew", Level.NONE, "", "en", "idiom")
POLISH = Lesson("boję się wyjść z celi", Level.URGENT, "harm_from_others", "pl", "debt_fear")


def read(folder: Path) -> set[tuple[str, Level, Risk | None, str, str]]:
    """As training reads it."""
    (folder / "nlu").mkdir(exist_ok=True)
    return {(line.text, line.level, line.risk, line.language, line.kind) for line in read_lines(folder)}


def test_what_is_written_is_what_training_reads(tmp_path):
    written = write_lessons(tmp_path / "screen", [GRAVE, MILD, POLISH], {}, ())

    assert (written.new, written.left_out) == (3, 0)
    assert read(tmp_path) == {
        (GRAVE.text, Level.EMERGENCY, Risk.SUICIDE, "en", "date"),
        (MILD.text, Level.NONE, None, "en", "idiom"),
        (POLISH.text, Level.URGENT, Risk.HARM_FROM_OTHERS, "pl", "debt_fear"),
    }


def test_what_stands_there_stays_and_what_others_have_is_left_out(tmp_path):
    existing = {MILD.text: Level.NONE, GRAVE.text: Level.URGENT}

    written = write_lessons(tmp_path / "screen", [MILD, GRAVE], existing, [POLISH])

    assert (written.new, written.left_out) == (1, 1)
    assert {line[0] for line in read(tmp_path)} == {GRAVE.text, POLISH.text}


def test_the_later_judgement_of_the_same_words_counts():
    again = Lesson(GRAVE.text.upper(), Level.URGENT, "suicide", "en", "date")

    assert merge([again], {}, [GRAVE]) == [again]


@given(
    st.lists(
        st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1).map(
            lambda text: " ".join(text.split())
        ),
        max_size=6,
    )
)
def test_whatever_was_written_the_file_reads_back_as_it_was(texts):
    lessons = merge([Lesson(text, Level.NONE, "", "no", "other") for text in texts if text], {}, ())

    for name, text in as_files(lessons).items():
        data = yaml.safe_load(text)
        assert name == "no/added.yml"
        assert data["language"] == "no"
        assert data["by_risk"]["none"]["other"] == [lesson.text for lesson in lessons]


def test_the_manners_are_the_kinds_of_the_training_text():
    lines = [line for line in read_lines(ROOT / "data") if line.kind]

    assert {line.kind for line in lines} <= set(Manner)
    assert {line.kind for line in lines if line.level is not Level.NONE} <= set(DANGEROUS)
    assert {line.kind for line in lines if line.level is Level.NONE} <= set(HARMLESS)


def said(person: str, text: str) -> Message:
    return Message(f"{person}-{text}", person, "tablet", Direction.FROM_PERSON, text, NOW, f"{person}{text}")


@pytest.mark.parametrize(
    ("kept", "written", "found"),
    [
        ("tell [name] its over", "Tell   Ali its OVER", True),
        ("tell [name] its over", "tell ali its over now", False),
        ("[name] and [name] in [cell] know", "bob and jo in a2-14 know", True),
        ("its over for me", "its over for me", True),
        ("its over for me", "its over for [me", False),
        ("[name] [number]", "anything at all", False),
        ("ab [name] ab", "ab ab", False),
    ],
)
def test_whoever_wrote_the_words_is_found_whatever_was_taken_out(kept, written, found):
    assert bool(written_as(kept, [said("sam", written)])) is found


def test_each_writer_once_and_not_more_than_officers_can_go_to():
    messages = [said(f"p{number % 20}", "its over for me") for number in range(60)]

    found = written_as("its over for me", messages)

    assert len(found) == len({message.person_id for message in found}) == MOST


def test_the_search_goes_back_as_far_as_words_are_kept():
    assert since(date(2026, 11, 23), ZoneInfo("Europe/London")).date() == date(2026, 8, 25)


def test_the_command_writes_what_two_people_judged(tmp_path, monkeypatch):
    address = f"sqlite:///{tmp_path / 'signpost.db'}"
    monkeypatch.setenv("SIGNPOST_DATABASE_URL", address)
    monkeypatch.setenv("SIGNPOST_SEAL_KEYS", "s" * 32)
    monkeypatch.setenv("SIGNPOST_VAR_DIR", str(tmp_path))
    for folder in ("screen", "nlu"):
        (tmp_path / folder).mkdir()
    database = Database(address, SEALER)
    upgrade(database.engine)
    with database.writing() as work:
        for name in ("first", "second"):
            work.staff.add(a_staff_member(name))
        for state in Standing:
            work.danger_examples.add(an_example(state))

    done = CliRunner().invoke(app, ["danger-examples", "--folder", str(tmp_path)])
    again = CliRunner().invoke(app, ["danger-examples", "--folder", str(tmp_path)])

    assert (done.exit_code, done.stdout) == (0, "1 new in added.yml, 0 were in the training text already.\n")
    assert again.stdout == "0 new in added.yml, 1 were in the training text already.\n"
    assert read(tmp_path) == {("line accepted", Level.URGENT, Risk.SUICIDE, "en", "terse")}


def an_example(state: Standing) -> DangerExample:
    decided = None if state is Standing.NEW else "second"
    return DangerExample(
        id=state.value,
        prison_id="oakmoor",
        mark=state.value,
        text=f"line {state.value}",
        language="en",
        level=Level.URGENT,
        risk="suicide",
        proposed_by="first",
        proposed_on=NOW.date(),
        manner="terse",
        state=state,
        decided_by=decided,
        decided_at=NOW if decided else None,
    )
