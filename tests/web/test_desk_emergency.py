"""Emergency access: with a reason, for a short time, told at once, looked at by another afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.notices.handing_out import hand_out
from bot.notices.letter import Writer
from bot.notices.model import Outgoing
from bot.notices.routes import EVERYTHING, Route
from bot.people.emergency import TOPIC
from bot.people.lock_model import Lock
from bot.safety.model import Level
from tests.support.desk import PASSWORD, DeskKit, make_kit, sign_in, token_in

WHY = "Nobody else answers and somebody may come to harm"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def _topics(kit: DeskKit) -> list[str]:
    with kit.product.database.writing() as work:
        return [notice.topic for notice in work.outbox.claim(kit.clock.time, kit.app.state.desk.idle)]


def _latest(kit: DeskKit) -> str:
    with kit.product.database.reading() as work:
        return work.emergencies.list_of("oakmoor")[0].id


def test_an_account_with_fewer_rights_has_more_for_an_hour(kit: DeskKit) -> None:
    before = kit.signed_in("wing").get("/safety").status_code

    kit.post("wing", "/emergency", reason=WHY)

    assert before == 403
    assert kit.signed_in("wing").get("/safety").status_code == 200
    kit.clock.move(minutes=59)
    assert kit.signed_in("wing").get("/safety").status_code == 200
    kit.clock.move(minutes=1)
    assert kit.signed_in("wing").get("/safety").status_code == 403
    assert kit.signed_in("wing").get("/board").status_code == 200


def test_an_account_of_one_wing_sees_the_whole_prison_meanwhile(kit: DeskKit) -> None:
    person = kit.person("sam", "B")
    record = kit.say(person, "I cant go on", Level.EMERGENCY)
    assert kit.signed_in("a_wing").get(f"/alerts/{record}").status_code == 404

    kit.post("a_wing", "/emergency", reason=WHY)

    assert kit.signed_in("a_wing").get(f"/alerts/{record}").status_code == 200


def test_nobody_gets_more_accounts_to_look_after(kit: DeskKit) -> None:
    kit.post("a_admin", "/emergency", reason=WHY)

    assert kit.signed_in("a_admin").get("/board").status_code == 200
    assert kit.post("a_admin", "/accounts/staff-orderly/close").status_code == 404
    assert "Officer Orderly" not in kit.signed_in("a_admin").get("/accounts").text


@pytest.mark.parametrize("reason", ["", "   ", "because", "\x00" * 20])
def test_without_a_reason_nothing_happens(kit: DeskKit, reason: str) -> None:
    answer = kit.post("wing", "/emergency", reason=reason)

    assert answer.status_code == 400
    assert kit.signed_in("wing").get("/safety").status_code == 403
    assert TOPIC not in _topics(kit)


def test_others_are_told_at_once_and_the_board_says_so(kit: DeskKit) -> None:
    kit.post("wing", "/emergency", reason=WHY)

    assert TOPIC in _topics(kit)
    assert "Emergency access under way: 1." in kit.signed_in("orderly").get("/board").text
    assert "nobody has looked at: 1." in kit.signed_in("safer").get("/board").text
    assert "You have emergency access until 11:00." in kit.signed_in("wing").get("/board").text


def test_asking_again_makes_it_no_longer(kit: DeskKit) -> None:
    kit.post("wing", "/emergency", reason=WHY)
    kit.clock.move(minutes=50)
    kit.post("wing", "/emergency", reason=WHY)
    kit.clock.move(minutes=10)

    assert kit.signed_in("wing").get("/safety").status_code == 403


def test_it_is_ended_by_its_owner_or_by_who_looks_after_it_and_by_nobody_else(kit: DeskKit) -> None:
    kit.post("wing", "/emergency", reason=WHY)
    first = _latest(kit)

    assert kit.post("orderly", f"/emergency/{first}/end").status_code == 404
    assert kit.post("wing", f"/emergency/{first}/end").status_code == 303
    assert kit.signed_in("wing").get("/safety").status_code == 403
    kit.clock.move(minutes=1)
    kit.post("wing", "/emergency", reason=WHY)
    kit.post("manager", f"/emergency/{_latest(kit)}/end")
    assert kit.signed_in("wing").get("/safety").status_code == 403


def test_the_reason_is_sealed_and_read_by_reviewers_only(kit: DeskKit, tmp_path: Path) -> None:
    kit.post("wing", "/emergency", reason=WHY)

    stored = b"".join(path.read_bytes() for path in tmp_path.glob("desk.db*"))
    assert WHY.encode() not in stored
    assert WHY in kit.signed_in("safer").get("/emergency").text
    assert WHY not in kit.signed_in("orderly").get("/emergency").text


def test_another_person_looks_at_it_once(kit: DeskKit) -> None:
    kit.post("safer", "/emergency", reason=WHY)
    ref = _latest(kit)

    own = kit.post("safer", f"/emergency/{ref}/review", note="I was right to do it")
    refused = kit.post("wing", f"/emergency/{ref}/review", note="It was all in order")
    empty = kit.post("manager", f"/emergency/{ref}/review", note="ok")
    done = kit.post("manager", f"/emergency/{ref}/review", note="It was all in order")
    twice = kit.post("a_wing", f"/emergency/{ref}/review", note="It was all in order")

    statuses = [answer.status_code for answer in (own, refused, empty, done, twice)]
    assert statuses == [409, 403, 400, 303, 409]
    page = kit.signed_in("safer").get("/emergency").text
    assert "Officer Manager" in page
    assert "It was all in order" in page


def test_an_emergency_account_gets_in_with_a_reason_for_an_hour(kit: DeskKit) -> None:
    with kit.product.database.writing() as work:
        work.locks.put(Lock("staff-orderly", emergency=True))
    client = kit.anybody()

    first = sign_in(client, "orderly")
    page = client.get("/sign-in/reason").text
    without = client.post("/sign-in/reason", data={"token": token_in(page), "reason": ""})
    closed = client.get("/board")
    right = client.post("/sign-in/reason", data={"token": token_in(page), "reason": WHY})

    assert first.headers["location"] == "/sign-in/reason"
    assert (without.status_code, closed.headers["location"]) == (400, "/sign-in")
    assert right.headers["location"] == "/board"
    assert client.get("/board").status_code == 200
    assert TOPIC in _topics(kit)
    for _ in range(4):
        kit.clock.move(minutes=15)
        last = client.get("/board")
    assert last.headers["location"] == "/sign-in"


def test_a_new_password_makes_an_emergency_account_stay_no_longer(kit: DeskKit) -> None:
    with kit.product.database.writing() as work:
        work.locks.put(Lock("staff-orderly", emergency=True))
    client = kit.anybody()
    sign_in(client, "orderly")
    client.post(
        "/sign-in/reason", data={"token": token_in(client.get("/sign-in/reason").text), "reason": WHY}
    )

    typed = {"old": PASSWORD, "new": "another good long one", "again": "another good long one"}
    changed = client.post("/account/password", data={"token": token_in(client.get("/account").text), **typed})
    still = client.get("/board").status_code
    for _ in range(4):
        kit.clock.move(minutes=15)
        last = client.get("/board")

    assert (changed.headers["location"], still) == ("/account?done=password", 200)
    assert last.headers["location"] == "/sign-in"


def test_ending_it_signs_the_emergency_account_out(kit: DeskKit) -> None:
    with kit.product.database.writing() as work:
        work.locks.put(Lock("staff-orderly", emergency=True))
    client = kit.anybody()
    sign_in(client, "orderly")
    token = token_in(client.get("/sign-in/reason").text)
    client.post("/sign-in/reason", data={"token": token, "reason": WHY})

    kit.post("manager", f"/emergency/{_latest(kit)}/end")

    assert client.get("/board").headers["location"] == "/sign-in"


def test_whatever_was_done_is_in_the_audit(kit: DeskKit) -> None:
    kit.post("wing", "/emergency", reason=WHY)
    kit.signed_in("manager").get("/emergency")
    kit.post("manager", f"/emergency/{_latest(kit)}/review", note="It was all in order")

    with kit.product.database.session() as session:
        actions = set(session.scalars(text("SELECT action FROM audit")))
    assert {"emergency_taken", "emergency_viewed", "emergency_reviewed"} <= actions


def test_the_notice_goes_to_whoever_looks_at_it_and_names_nobody(kit: DeskKit) -> None:
    kit.post("wing", "/emergency", reason=WHY)
    with kit.product.database.writing() as work:
        notices = work.outbox.claim(kit.clock.time, kit.app.state.desk.idle)
        notice = next(each for each in notices if each.topic == TOPIC)
        wing_only = Quiet("wing", Route(roles=frozenset({"wing"})))
        everybody = Quiet("mail", EVERYTHING)
        handed = hand_out(work, notice, (wing_only, everybody), kit.product.prison)
    product = kit.product
    writer = Writer(product.desk_texts, product.prison.name, product.prison.zone, "https://desk.test")
    letter = writer.write(Outgoing(1, 1, TOPIC, "oakmoor", notice.ref, kit.clock.time, notice.facts))

    assert handed == 1
    assert "https://desk.test/emergency" in letter.text
    assert not any(word in letter.text + letter.subject for word in ("Wing", "harm", "answers"))


@dataclass(frozen=True)
class Quiet:
    """A channel that is only asked what it wants."""

    name: str
    route: Route
    follows: bool = False

    def deliver(self, outgoing: Outgoing, now: datetime) -> None:
        raise AssertionError("nothing is sent here")
