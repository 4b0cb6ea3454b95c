"""A cell that the person said is marked wherever staff go by it, until staff check it or move the person."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from bot.notices.model import Refused, Why
from bot.people import hard_days, single_sign_on
from bot.people.hard_days import DayKind, MarkedBy
from bot.people.model import Actor, ActorKind, Device, Person, Place
from bot.queue import service
from bot.queue.model import Change, Kind, Request
from bot.queue.words import Words
from bot.safety import moves, review
from bot.web.desk.person import standing_of
from tests.support.builders import a_delivery
from tests.support.desk import DeskKit, make_kit
from tests.support.pdf_text import pages_of

WORDS = "The person said this cell. Nobody has checked it."


@pytest.fixture
def kit(tmp_path: Path) -> DeskKit:
    return make_kit(tmp_path)


@pytest.fixture
def sam(kit: DeskKit) -> Person:
    return _say(kit, kit.person("sam"))


def _say(kit: DeskKit, person: Person) -> Person:
    said = replace(person, cell_said_at=kit.clock.time)
    with kit.product.database.writing() as work:
        work.persons.save(said)
    return said


def _now(kit: DeskKit, person: Person) -> Person:
    with kit.product.database.reading() as work:
        return work.persons.lock(person.id)


def _check(kit: DeskKit, who: str, person: Person, **fields: str) -> httpx.Response:
    return kit.post(who, f"/people/{person.id}/cell-checked", standing=standing_of(person), **fields)


def test_every_page_by_which_staff_go_says_so(kit: DeskKit, sam: Person) -> None:
    request, record = kit.ask(sam), kit.say(sam, "cant do this no more")
    staff = kit.signed_in("orderly")

    pages = {
        path: staff.get(path).text
        for path in ("/board", f"/alerts/{record}", f"/people/{sam.id}", f"/requests/{request.id}")
    }
    kit.post("orderly", f"/alerts/{record}/go")
    pages["going"] = staff.get("/board").text
    everything = staff.get("/board/all?section=waiting").text

    assert [path for path, page in pages.items() if WORDS not in page] == []
    assert WORDS in everything


def test_late_ones_that_have_a_word_only_have_the_short_mark(kit: DeskKit, sam: Person) -> None:
    for number in range(40):
        kit.ask(kit.person(f"p{number:02d}"), ago=3000 - number)
    kit.ask(sam, ago=1000)
    ali, mo = kit.person("ali"), kit.person("mo")
    for person in (ali, mo):
        kit.ask(person, ago=900)
    with kit.product.database.writing() as work:
        work.persons.save(replace(ali, place=Place("B", "B1", "B1-09")))

    page = kit.signed_in("orderly").get("/board").text

    spots = re.findall(
        r"<li><a[^>]*>([^<]*)</a></li>", page.partition('class="spots"')[2].partition("</ul>")[0]
    )
    cells = sorted(spot.rpartition(")")[0] + ")" if ")" in spot else spot.split()[0] for spot in spots)
    assert cells == ["A1-01", "A1-01 (now known in B1-09)", "A1-01 (own word, not checked)"]


def test_the_line_that_tells_whom_to_telephone_marks_the_cell_too(kit: DeskKit, sam: Person) -> None:
    for person, number in ((sam, 1), (kit.person("ali"), 2)):
        _not_told(kit, kit.say(person, "cant do this no more"), number)

    page = kit.signed_in("orderly").get("/board").text

    assert "EMERGENCY in cell A1-01 (own word, not checked) at 10:00: night phone could not be told" in page
    assert page.count("EMERGENCY in cell A1-01 at 10:00: night phone could not be told") == 1


@pytest.fixture
def with_lee(kit: DeskKit, sam: Person) -> Request:
    """A contact of Lee's with Sam, who said his cell, that is under way."""
    kit.supporter("lee")
    request = kit.ask(sam)
    with kit.product.database.writing() as work:
        service.accept(work, request.id, "lee", deadlines=kit.product.prison, now=kit.clock.time)
    assert kit.post("wing", f"/requests/{request.id}/begun").status_code == 303
    return request


@pytest.mark.usefixtures("with_lee")
def test_where_a_contact_must_stop_the_board_marks_the_cell(kit: DeskKit) -> None:
    kit.post("safer", "/keep-apart", one="SAM1", other="LEE1", reason="An old matter")

    board = kit.signed_in("wing").get("/board").text

    assert "A1-01 (own word, not checked): this contact must not go on. Go there now" in board


@pytest.mark.usefixtures("with_lee")
def test_who_suspends_a_supporter_reads_that_nobody_checked_the_cell(kit: DeskKit) -> None:
    answer = kit.post("safer", "/supporters/lee/suspend")

    assert "was with somebody in cell A1-01 (own word, not checked) when you pressed" in answer.text


def test_the_record_says_so_until_somebody_has_checked_on_the_person(kit: DeskKit, sam: Person) -> None:
    record = kit.say(sam, "cant do this no more")
    manager = kit.signed_in("manager")
    before = manager.get(f"/safety/{record}").text
    with kit.product.database.writing() as work:
        review.check(
            *(work, record, Actor(ActorKind.STAFF, "staff-wing"), review.Check(True, True, "fine")),
            prison_id=sam.prison_id,
            prison=kit.product.prison,
            now=kit.clock.time,
        )

    assert WORDS in before
    assert WORDS not in manager.get(f"/safety/{record}").text


def _not_told(kit: DeskKit, record: str, number: int) -> None:
    now = kit.clock.time
    values = a_delivery("night_phone", ref=record, notice_seq=number, happened_at=now, next_at=now)
    with kit.product.database.writing() as work:
        work.deliveries.add(values)
        mine = work.deliveries.claim("oakmoor", "night_phone", now, timedelta(minutes=1))
        assert mine is not None
        work.deliveries.failed(mine, Refused(Why.SIGN_IN, 535), now, timedelta(0), None)


def test_whose_cell_staff_know_has_no_such_mark(kit: DeskKit) -> None:
    ali = kit.person("ali")
    request, record = kit.ask(ali), kit.say(ali, "cant do this no more")
    staff = kit.signed_in("orderly")

    for path in ("/board", f"/alerts/{record}", f"/people/{ali.id}", f"/requests/{request.id}"):
        assert WORDS not in staff.get(path).text, path
        assert "cell-checked" not in staff.get(path).text, path


@pytest.fixture
def said(kit: DeskKit, sam: Person) -> Person:
    """As the single sign-on writes it down: the cell, and that the person said it."""
    with kit.product.database.writing() as work:
        work.audit.put(sam.prison_id, "", "cell_said_by_person", sam.id, kit.clock.time)
    return sam


def _signs_in(kit: DeskKit, person: Person, place: Place, number: int = 1) -> None:
    """On a tablet that staff enrolled in that cell."""
    kit.clock.move(minutes=1)
    device = Device(
        f"tablet-{number}", person.prison_id, place, f"token-{number}", "staff-wing", kit.clock.time
    )
    with kit.product.database.writing() as work:
        work.devices.add(device)
        fresh = work.persons.lock(person.id)
        came = single_sign_on.come_in(
            work,
            person.prison_id,
            single_sign_on.Named(fresh.number, fresh.first_name),
            device,
            now=kit.clock.time,
        )
        by = Actor(ActorKind.PERSON, person.id)
        moves.follow_to_tablet(work, came.signed_in.person, by, now=kit.clock.time)
    kit.clock.move(minutes=1)


def test_who_signs_in_elsewhere_leaves_the_mark_and_the_pages_say_where(kit: DeskKit, said: Person) -> None:
    record = kit.say(said, "cant do this no more")
    with kit.product.database.reading() as work:
        (request,) = work.requests.open_of_person(said.id)
    assert request.record_id == record
    _signs_in(kit, said, Place("B", "B1", "B1-09"))
    staff = kit.signed_in("orderly")

    pages = {
        path: staff.get(path).text for path in ("/board", f"/alerts/{record}", f"/requests/{request.id}")
    }
    pages["hand-over"] = staff.get("/handover").text

    for path, page in pages.items():
        if path == "hand-over":
            assert page.count("A1-01 (own word, not checked; now known in B1-09)") == 1
        else:
            assert f"{WORDS} The person is now known in another cell: B1-09." in page, path
        assert "cell-checked" not in page, path
    assert WORDS not in staff.get(f"/people/{said.id}").text


def test_where_the_old_cell_was_known_only_the_other_one_is_said(kit: DeskKit) -> None:
    ali = kit.person("ali")
    record = kit.say(ali, "cant do this no more")
    _signs_in(kit, ali, Place("B", "B1", "B1-09"))

    page = kit.signed_in("orderly").get(f"/alerts/{record}").text

    assert "The person is now known in another cell: B1-09." in page
    assert WORDS not in page


def test_a_cell_that_an_enrolled_tablet_told_is_no_own_word_later(kit: DeskKit, said: Person) -> None:
    _signs_in(kit, said, Place("A", "A2", "A2-02"))
    record = kit.say(_now(kit, said), "cant do this no more")
    _signs_in(kit, said, Place("B", "B1", "B1-09"), 2)
    by_tablet = kit.signed_in("orderly").get(f"/alerts/{record}").text

    assert "now known in another cell: B1-09" in by_tablet
    assert WORDS not in by_tablet


def test_a_cell_that_staff_checked_is_none_after_a_sign_in_elsewhere(kit: DeskKit, said: Person) -> None:
    record = kit.say(said, "cant do this no more")
    assert _check(kit, "orderly", said).status_code == 303
    _signs_in(kit, said, Place("B", "B1", "B1-09"))

    page = kit.signed_in("orderly").get(f"/alerts/{record}").text

    assert "now known in another cell: B1-09" in page
    assert WORDS not in page


def test_another_cell_that_is_an_own_word_too_is_said_to_be_one(kit: DeskKit) -> None:
    ali = kit.person("ali")
    record = kit.say(ali, "cant do this no more")
    _say(kit, replace(ali, place=Place("B", "B1", "B1-09")))

    page = kit.signed_in("orderly").get(f"/alerts/{record}").text

    assert "The person now says another cell: B1-09. Nobody has checked that one." in page
    assert "cell-checked" not in page


def test_a_request_that_is_over_says_nothing_of_where_the_person_is_now(kit: DeskKit, sam: Person) -> None:
    request = kit.ask(sam)
    with kit.product.database.writing() as work:
        service.move(
            work,
            request.id,
            Change.CANCELLED,
            Actor(ActorKind.PERSON, sam.id),
            now=kit.clock.time,
        )
    _signs_in(kit, sam, Place("B", "B1", "B1-09"))

    assert "B1-09" not in kit.signed_in("orderly").get(f"/requests/{request.id}").text


def test_the_handover_marks_each_cell_on_the_screen_and_on_paper(kit: DeskKit, sam: Person) -> None:
    kit.ask(sam)
    kit.say(sam, "cant do this no more")
    today = kit.clock.time.date()
    with kit.product.database.writing() as work:
        hard_days.mark(
            work,
            sam.id,
            DayKind.COURT,
            today,
            MarkedBy.STAFF,
            today=today,
            now=kit.clock.time,
            staff_id="staff-wing",
        )
        failed = service.ask(
            work, sam, Kind.SOMEONE, deadlines=kit.product.prison, now=kit.clock.time - timedelta(minutes=5)
        )
        words = Words("other", "tea", "the gate was broken")
        officer = Actor(ActorKind.STAFF, "staff-wing")
        service.move(work, failed.id, Change.COULD_NOT, officer, now=kit.clock.time, words=words)
    staff = kit.signed_in("wing")

    screen = staff.get("/handover").text
    paper = " ".join("\n".join(pages_of(staff.get("/handover.pdf").content)).split())

    assert screen.count("A1-01 (own word, not checked)") == 4
    assert paper.count("own word") == 4


@pytest.mark.parametrize("which", ["alert", "request"])
def test_the_press_comes_back_to_where_it_was_pressed(kit: DeskKit, sam: Person, which: str) -> None:
    ids = {"alert": kit.say(sam, "cant do this no more"), "request": kit.ask(sam).id}
    path = f"/{which}s/{ids[which]}"
    staff = kit.signed_in("orderly")
    page = staff.get(path).text
    assert f'name="back" value="{which}"' in page
    assert f'name="of" value="{ids[which]}"' in page

    answer = _check(kit, "orderly", sam, back=which, of=ids[which])

    assert answer.headers["location"] == f"{path}?done=cell"
    after = staff.get(answer.headers["location"]).text
    assert "you checked the cell" in after
    assert WORDS not in after


def test_a_way_back_to_anything_else_is_the_persons_page(kit: DeskKit, sam: Person) -> None:
    other = kit.say(kit.person("ali"), "cant do this no more")
    for back, of in (
        ("alert", other),
        ("alert", "//example.org"),
        ("request", "x" * 32),
        ("//example.org", other),
        ("", ""),
    ):
        _say(kit, sam)
        answer = _check(kit, "orderly", sam, back=back, of=of)
        assert answer.headers["location"] == f"/people/{sam.id}?done=cell", back


def test_one_press_confirms_it_and_the_audit_says_who(kit: DeskKit, sam: Person) -> None:
    record = kit.say(sam, "cant do this no more")
    staff = kit.signed_in("orderly")
    assert f'action="/people/{sam.id}/cell-checked"' in staff.get(f"/alerts/{record}").text

    answer = _check(kit, "orderly", sam)

    assert answer.headers["location"] == f"/people/{sam.id}?done=cell"
    assert "you checked the cell" in staff.get(answer.headers["location"]).text
    assert _now(kit, sam) == replace(sam, cell_said_at=None)
    for path in ("/board", f"/alerts/{record}", f"/people/{sam.id}"):
        assert WORDS not in staff.get(path).text
    assert _audit(kit) == [("staff-orderly", sam.id)]


def test_of_two_at_once_one_confirms(kit: DeskKit, sam: Person) -> None:
    tokens = {who: kit.token(who) for who in ("orderly", "safer")}

    def press(who: str) -> int:
        fields = {"token": tokens[who], "standing": standing_of(sam)}
        return kit.signed_in(who).post(f"/people/{sam.id}/cell-checked", data=fields).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, tokens)) == [303, 409]
    assert len(_audit(kit)) == 1


def test_a_press_on_a_page_that_shows_another_cell_confirms_nothing(kit: DeskKit, sam: Person) -> None:
    moved = _say(kit, replace(sam, place=Place("A", "A2", "A2-02")))

    answer = _check(kit, "orderly", sam)

    assert answer.status_code == 409
    assert "A colleague was faster" in answer.text
    assert _now(kit, sam) == moved
    assert _audit(kit) == []


def test_moving_the_person_takes_the_mark_away(kit: DeskKit, sam: Person) -> None:
    record = kit.say(sam, "cant do this no more")

    answer = kit.post(
        "orderly", f"/people/{sam.id}/move", where="oakmoor:A/A2", cell="A2-05", standing=standing_of(sam)
    )

    assert answer.status_code == 303
    assert _now(kit, sam).cell_said_at is None
    assert WORDS not in kit.signed_in("orderly").get(f"/alerts/{record}").text


@pytest.mark.parametrize("who", ["manager", "dpo"])
def test_who_may_not_move_people_confirms_nothing(kit: DeskKit, sam: Person, who: str) -> None:
    assert _check(kit, who, sam).status_code == 403
    assert _now(kit, sam) == sam


def test_another_wing_and_a_form_without_its_token_confirm_nothing(kit: DeskKit) -> None:
    far = _say(kit, kit.person("mo", wing="B"))
    forged = kit.signed_in("orderly").post(
        f"/people/{far.id}/cell-checked", data={"token": "x", "standing": standing_of(far)}
    )

    assert _check(kit, "a_wing", far).status_code == 404
    assert forged.status_code == 403
    assert _now(kit, far) == far


def _audit(kit: DeskKit) -> list[tuple[str, str]]:
    query = "SELECT staff_id, ref FROM audit WHERE action = 'cell_checked'"
    with kit.product.database.reading() as work:
        return [(row[0], row[1]) for row in work.session.execute(sa.text(query))]
