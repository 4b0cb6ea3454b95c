"""Somebody copies the database file, and reads in it nothing of what anybody typed."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.learning import danger
from bot.learning import service as learning
from bot.learning.danger_model import Proposal
from bot.learning.scrub import Known
from bot.people import hold, pressure
from bot.people.model import Actor, ActorKind
from bot.queue import keep_apart
from bot.queue import service as queue
from bot.queue.model import Change, Kind
from bot.queue.words import Words
from bot.safety import intake, review
from bot.safety.intake import Arrival
from bot.safety.message import Button, Direction, Message
from bot.safety.model import Level
from bot.store.database import Database
from bot.store.sealing import seal_again
from tests.support.builders import NOW, PRISON, SEALER, STAFF, PlainPrison, a_verdict
from tests.support.filling import add_people

# Words that nobody but a person types, and that stand nowhere else.
TYPED = {
    "message": "zebracrossing",
    "reply": "quaggareply",
    "button": "okapibutton",
    "in danger": "narwhalgrief",
    "not understood": "axolotlwen",
    "danger line": "pangolinline",
    "hand back": "tapirnote",
    "could not": "dugongnote",
    "offered instead": "wombatoffer",
    "kept apart": "numbatreason",
    "pressure": "kakapothreat",
    "what was done": "tuataradone",
    "hold": "saolainquest",
    "check": "aardvarkresponse",
}


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> Path:
    path = tmp_path / "signpost.db"
    shutil.copy(sqlite_template, path)
    return path


def type_everything(database: Database) -> None:
    seal = database.sealer()
    sam, prison = add_people(database), PlainPrison()
    officer = Actor(ActorKind.STAFF, "officer")
    with database.writing() as work:
        work.messages.add(
            Message("m1", "sam", "t", Direction.FROM_PERSON, TYPED["message"], NOW, "key:" + "a" * 24)
        )
        buttons = (Button(TYPED["button"], "/affirm"),)
        work.messages.add(
            Message("m2", "sam", "t", Direction.TO_PERSON, TYPED["reply"], NOW, "m2", buttons=buttons)
        )
        arrival = Arrival(sam.id, "t", TYPED["in danger"], "form")
        received = intake.receive(work, arrival, a_verdict(Level.URGENT), prison=prison, now=NOW)
        missed = learning.Missed("ali", PRISON, TYPED["not understood"], "en", (), a_verdict(Level.NONE))
        assert learning.keep(work, missed, Known(), day=NOW.date())
        proposal = Proposal(TYPED["danger line"], (), "en", Level.URGENT, "suicide")
        assert danger.propose(work, proposal, STAFF.id, Known(), prison_id=PRISON, day=NOW.date())
        request = queue.ask(work, sam, Kind.LISTENER, deadlines=prison, now=NOW)
        queue.accept(work, request.id, "lee", deadlines=prison, now=NOW)
        lee = Actor(ActorKind.SUPPORTER, "lee")
        queue.move(work, request.id, Change.HANDED_BACK, lee, now=NOW, words=Words(note=TYPED["hand back"]))
        words = Words(reason="no_staff", offered=TYPED["offered instead"], note=TYPED["could not"])
        queue.move(work, request.id, Change.COULD_NOT, officer, now=NOW, words=words)
        keep_apart.add(work, PRISON, "ali", "mo", TYPED["kept apart"], STAFF, seal=seal, now=NOW)
        told = pressure.report(work, PRISON, "lee", seal.seal(TYPED["pressure"]), "form:" + "b" * 24, now=NOW)
        done = TYPED["what was done"]
        pressure.close(work, told.id, STAFF.id, done, seals=seal, prison_id=PRISON, now=NOW)
        hold.place(work, PRISON, sam.number, TYPED["hold"], "officer", now=NOW)
        later = NOW + timedelta(minutes=1)
        record_id = str(received.message.record_id)
        review.acknowledge(work, record_id, STAFF, prison_id=PRISON, prison=prison, now=later)
        checked = review.Check(seen=True, spoke=True, response=TYPED["check"])
        review.check(work, record_id, STAFF, checked, prison_id=PRISON, prison=prison, now=later)


def every_byte(folder: Path) -> bytes:
    """The database, and beside it what SQLite has not put into it yet."""
    return b"".join(part.read_bytes() for part in folder.iterdir())


def test_a_copied_file_says_nothing_that_was_typed(file: Path) -> None:
    database = Database(f"sqlite:///{file}", SEALER)
    type_everything(database)

    copied = every_byte(file.parent)

    assert b"sam" in copied.lower(), "this is the file"
    for where, word in TYPED.items():
        assert word.encode() not in copied, where
    database.close()


def test_what_was_open_is_gone_from_the_file_when_it_was_sealed(file: Path) -> None:
    database = Database(f"sqlite:///{file}", SEALER)
    type_everything(database)
    word = "capybara " * 40
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE message SET text = ?", (word,))
    assert b"capybara" in every_byte(file.parent)

    list(seal_again(database, pause=lambda _: None))
    database.close()

    assert b"capybara" not in every_byte(file.parent)
