"""A person's own copy: all that is about him or her, and nobody else's part."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.people import pressure
from bot.people.model import Actor, ActorKind, StaffRole
from bot.queue import keep_apart
from bot.queue import service as queue
from bot.queue.model import Change
from bot.queue.words import Words
from bot.safety import review
from bot.store import tables as t
from tests.support.builders import SEALER
from tests.support.desk import PRISON, DeskKit, make_kit
from tests.support.pdf_text import pages_of

OFFICER = Actor(ActorKind.STAFF, "staff-safer")


@pytest.fixture
def kit(tmp_path: Path) -> DeskKit:
    kit = make_kit(tmp_path)
    sam, ali, lee = kit.person("sam"), kit.person("ali"), kit.supporter("lee")
    record = kit.say(sam, "I want it to stop zebra")
    kit.say(ali, "Sam hit me quagga")
    request = kit.ask(sam)
    now = kit.clock.time
    with kit.product.database.writing() as work:
        prison = kit.product.prison
        queue.accept(work, request.id, lee.id, deadlines=prison, now=now)
        back = Words(note="Sam frightens me okapi")
        queue.move(
            work, request.id, Change.HANDED_BACK, Actor(ActorKind.SUPPORTER, lee.id), now=now, words=back
        )
        no = Words(reason="no_staff", offered="The phone narwhal", note="Nobody was free tapir")
        queue.move(work, request.id, Change.COULD_NOT, OFFICER, now=now, words=no)
        keep_apart.add(work, PRISON, sam.id, ali.id, "They fought numbat", OFFICER, seal=SEALER, now=now)
        pressure.report(work, PRISON, lee.id, SEALER.seal("Sam asked me for vapes wombat"), "form", now=now)
        review.acknowledge(work, record, OFFICER, prison_id=PRISON, prison=prison, now=now)
        checked = review.Check(seen=True, spoke=True, response="He talked with me dugong")
        review.check(work, record, OFFICER, checked, prison_id=PRISON, prison=prison, now=now)
    return kit


def copy(kit: DeskKit, form: str = "json", number: str = "sam1", username: str = "dpo"):  # type: ignore[no-untyped-def]
    return kit.post(username, "/own-data", number=number, form=form)


def test_it_holds_what_the_person_wrote_and_what_was_done(kit: DeskKit) -> None:
    answer = copy(kit)

    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    text = answer.text
    for word in ("zebra", "narwhal", "tapir", "dugong", "SAM1"):
        assert word in text, word


def test_other_peoples_parts_are_left_out_and_it_says_so(kit: DeskKit) -> None:
    text = copy(kit).text

    for word in ("quagga", "okapi", "numbat", "wombat", "Ali", "Lee", "Officer Safer", "hash of"):
        assert word not in text, word
    made = json.loads(text)
    assert made["notes_withheld"] == 1
    assert len(made["withheld"]) == 8


def test_whether_anybody_is_kept_apart_shows_in_no_copy(kit: DeskKit) -> None:
    """Who has no such entry gets the same sentences."""
    kit.person("gus")

    assert json.loads(copy(kit, number="GUS1").text)["withheld"] == json.loads(copy(kit).text)["withheld"]


def test_the_pdf_says_the_same(kit: DeskKit) -> None:
    answer = copy(kit, "pdf")

    text = " ".join("\n".join(pages_of(answer.content)).split())
    assert answer.headers["content-type"] == "application/pdf"
    for word in ("zebra", "narwhal", "dugong", "What is left out, and why"):
        assert word in text, word
    for word in ("quagga", "okapi", "numbat", "wombat", "Lee"):
        assert word not in text, word


def test_each_copy_is_in_the_audit_and_in_the_copy(kit: DeskKit) -> None:
    text = copy(kit).text

    with kit.product.database.reading() as work:
        rows = sa.select(t.audit.c.ref).where(t.audit.c.action == "own_data_exported")
        assert list(work.session.scalars(rows)) == ["sam"]
    assert "own data exported" in text


def test_wrong_input_is_refused_in_words(kit: DeskKit) -> None:
    assert copy(kit, "exe").status_code == 400
    assert copy(kit, number="NOBODY").status_code == 404
    assert copy(kit, number="").status_code == 404


@pytest.mark.parametrize("username", ["wing", "orderly", "safer", "manager", "admin"])
def test_nobody_else_may(kit: DeskKit, username: str) -> None:
    assert StaffRole.DATA_PROTECTION
    assert copy(kit, username=username).status_code == 403
