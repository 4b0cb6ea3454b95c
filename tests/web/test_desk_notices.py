"""Notices that did not get out: on the board at once, and on a page where who may sees to them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.content import load_texts
from bot.notices import model
from bot.notices.model import Refused, Why
from bot.notices.waits import tries_for
from bot.settings import ROOT
from tests.support.builders import a_delivery
from tests.support.desk import DeskKit, make_kit


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def _dead(kit: DeskKit, record: str = "record", **changes: object) -> str:
    """A notice of this record that was given up. Gives the id of its delivery."""
    now = kit.clock.time
    values = a_delivery("night_phone", ref=record, happened_at=now, next_at=now, **changes)
    with kit.product.database.writing() as work:
        work.deliveries.add(values)
        mine = work.deliveries.claim("oakmoor", "night_phone", now, timedelta(minutes=1))
        assert mine is not None
        work.deliveries.failed(mine, Refused(Why.SIGN_IN, 535), now, timedelta(0), None)
    return str(values["id"])


def test_an_emergency_that_did_not_get_out_stands_on_the_board_with_what_to_do(kit: DeskKit) -> None:
    _dead(kit, kit.say(kit.person("ann"), "I cant"))

    page = kit.signed_in("wing").get("/board").text
    live = kit.signed_in("wing").get("/api/board").json()["html"]

    for text in (page, live):
        assert "EMERGENCY in cell A1-01 at 10:00: night phone could not be told" in text
        assert "could not be delivered outside this board: 1" in text


def test_less_than_an_emergency_is_counted_and_has_no_line(kit: DeskKit) -> None:
    _dead(kit, level="concern")

    page = kit.signed_in("wing").get("/board").text

    assert 'id="unheard"' not in page
    assert "could not be delivered outside this board: 1" in page


def test_the_line_rings_every_open_board_and_goes_when_it_is_seen_to(kit: DeskKit) -> None:
    one = _dead(kit)
    with kit.product.database.reading() as work:
        before = work.outbox.pulse(kit.clock.time)

    kit.post("safer", f"/notices/{one}/noted")

    with kit.product.database.reading() as work:
        assert work.outbox.pulse(kit.clock.time) != before
    assert 'id="unheard"' not in kit.signed_in("wing").get("/board").text


@pytest.mark.parametrize("username", ["safer", "admin"])
def test_who_may_see_to_notices_reads_how_many_on_every_page(kit: DeskKit, username: str) -> None:
    _dead(kit)

    page = kit.signed_in(username).get("/tablets").text

    assert "Notices not delivered: 1" in page
    assert "Notices not delivered" not in kit.signed_in("wing").get("/tablets").text


def test_the_page_says_why_and_neither_words_nor_name(kit: DeskKit) -> None:
    record = kit.say(kit.person("ann"), "I cant go on")
    _dead(kit, record)

    page = kit.signed_in("admin").get("/notices").text
    other = kit.signed_in("safer").get("/notices").text

    assert "It did not accept our name, password or signature." in page
    assert "535" in page
    assert "night phone" in page
    assert "I cant go on" not in page
    assert "Ann" not in page
    assert f"/alerts/{record}" in other
    assert f"/alerts/{record}" not in page


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        ("month_report", "Report of a month"),
        ("log_head", "Signed head of a log"),
        ("emergency", "Emergency access"),
        ("request", "Request"),
        # Of a version that was here before, or comes later.
        ("some_day", "some day"),
    ],
)
def test_what_has_no_level_is_called_what_it_is(kit: DeskKit, topic: str, words: str) -> None:
    one = _dead(kit, "2026-10", topic=topic, facts={}, level="", role="")
    tag = f'<b class="tag ">{words}</b>'
    staff = kit.signed_in("admin")

    open_ = staff.get("/notices").text
    kit.post("admin", f"/notices/{one}/noted")
    settled = staff.get("/notices").text

    assert tag in open_.partition("letter-")[2]
    assert tag in settled.partition("h-settled")[2]


def test_every_kind_of_notice_without_a_level_has_words_of_its_own() -> None:
    texts = load_texts(ROOT / "content" / "desk")
    with_a_level, never_out = {model.ALERT, model.REVIEW}, {model.TEST, model.DEAD_LETTER}
    kinds = {value for name, value in vars(model).items() if name.isupper() and isinstance(value, str)}

    assert [kind for kind in kinds - with_a_level - never_out if not texts.has(f"notice_{kind}")] == []


def test_sent_again_it_waits_for_the_worker_and_says_who_and_when(kit: DeskKit) -> None:
    one = _dead(kit)

    answer = kit.post("admin", f"/notices/{one}/again")

    assert answer.headers["location"] == "/notices?done=again"
    page = kit.signed_in("admin").get("/notices?done=again").text
    assert "Officer Admin sent it again at 10:00." in page
    assert "Being tried again." in page
    with kit.product.database.reading() as work:
        row = work.deliveries.get_for_change(one)
    assert row is not None
    assert row.next_at == kit.clock.time
    assert row.tries == 0 < tries_for(row.level)


def test_taken_note_of_it_is_settled_with_who_and_when(kit: DeskKit) -> None:
    one = _dead(kit)

    answer = kit.post("safer", f"/notices/{one}/noted")

    assert answer.headers["location"] == "/notices?done=noted"
    page = kit.signed_in("safer").get("/notices").text
    assert "Officer Safer took note of it at 10:00." in page
    assert "Every notice was delivered" in page


def test_the_second_of_two_reads_that_a_colleague_was_faster(kit: DeskKit) -> None:
    one = _dead(kit)
    kit.post("safer", f"/notices/{one}/noted")

    answers = [kit.post("admin", f"/notices/{one}/{what}") for what in ("again", "noted")]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "A colleague was faster" in answers[0].text


def test_an_account_with_wings_sees_and_settles_its_own(kit: DeskKit) -> None:
    own = _dead(kit, kit.say(kit.person("ann", "A"), "one"), notice_seq=1)
    other = _dead(kit, kit.say(kit.person("bob", "B"), "two"), notice_seq=2)

    page = kit.signed_in("a_wing").get("/notices").text
    board = kit.signed_in("a_wing").get("/board").text
    answer = kit.post("a_wing", f"/notices/{other}/noted")

    assert f"letter-{own}" in page
    assert f"letter-{other}" not in page
    assert "cell B1-01" not in board
    assert answer.status_code == 404


def test_a_notice_of_another_prison_is_not_there(kit: DeskKit) -> None:
    with kit.product.database.writing() as work:
        values = a_delivery("night_phone", prison_id="elsewhere")
        work.deliveries.add(values)

    answer = kit.post("safer", f"/notices/{values['id']}/again")

    assert answer.status_code == 404
