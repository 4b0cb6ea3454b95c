"""Tablets, people and supporters at the desk."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.people import tablets
from bot.people.model import Device, PeerRole, Supporter
from bot.people.tablets import SessionEnded, SignedIn
from bot.queue import service
from bot.queue.model import Change, State, Urgency
from tests.support.builders import supporter_actor
from tests.support.desk import PRISON, DeskKit, make_kit

_CODE = re.compile(r'id="code">([2-9A-Z]{4}-[2-9A-Z]{4})<')
NEW = {"number": "a9999bc", "first_name": "Kit", "landing": "A/A2", "cell": "a2-07", "pin": "1357"}


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def enrolled(kit: DeskKit, username: str = "wing", landing: str = "A/A2", cell: str = "A2-14") -> Device:
    page = kit.post(username, "/tablets", landing=landing, cell=cell).text
    found = _CODE.search(page)
    assert found is not None
    with kit.product.database.writing() as work:
        return tablets.enrol(work, PRISON, found[1], now=kit.clock.time).device


def test_staff_make_a_code_that_ties_a_tablet_to_its_cell_and_is_shown_once(kit: DeskKit) -> None:
    device = enrolled(kit, cell="a2-14")

    listed = kit.signed_in("wing").get("/tablets").text

    assert (device.place.wing, device.place.landing, device.place.cell) == ("A", "A2", "A2-14")
    assert "A2-14" in listed
    assert _CODE.search(listed) is None


def test_the_page_says_how_long_the_code_lives(kit: DeskKit) -> None:
    page = kit.post("wing", "/tablets", landing="A/A2", cell="A2-14").text

    assert "until 10:15" in page
    assert "15 minutes" in page


@pytest.mark.parametrize(("landing", "cell"), [("A/B1", "x"), ("", "x"), ("A/A2", ""), ("A/A2", "x" * 30)])
def test_a_place_that_the_prison_does_not_have_gets_no_code(kit: DeskKit, landing: str, cell: str) -> None:
    answer = kit.post("wing", "/tablets", landing=landing, cell=cell)

    assert answer.status_code == 400
    assert _CODE.search(answer.text) is None


def test_a_tablet_that_is_taken_out_of_use_ends_its_session(kit: DeskKit) -> None:
    kit.person("sam")
    device = enrolled(kit)
    with kit.product.database.writing() as work:
        signed = tablets.sign_in(work, device, "SAM1", "2468", kit.product.hasher, now=kit.clock.time)
    assert isinstance(signed, SignedIn)

    kit.post("wing", f"/tablets/{device.id}/revoke")

    with kit.product.database.reading() as work:
        kept = work.person_sessions.find_by_token(signed.session.token_hash)
        assert kept is not None
        assert kept.ended_at is not None
    assert device.id not in kit.signed_in("wing").get("/tablets").text


def test_an_account_of_one_wing_neither_sees_nor_touches_tablets_of_another(kit: DeskKit) -> None:
    device = enrolled(kit, landing="B/B1", cell="B1-02")

    page = kit.signed_in("a_wing").get("/tablets").text
    revoked = kit.post("a_wing", f"/tablets/{device.id}/revoke")
    made = kit.post("a_wing", "/tablets", landing="B/B1", cell="B1-02")

    assert "B1-02" not in page
    assert (revoked.status_code, made.status_code) == (404, 400)


def test_a_person_who_was_added_can_sign_in(kit: DeskKit) -> None:
    answer = kit.post("admin", "/people", **NEW)

    device = enrolled(kit, "admin")
    with kit.product.database.writing() as work:
        signed = tablets.sign_in(work, device, "A9999BC", "1357", kit.product.hasher, now=kit.clock.time)
    assert answer.status_code == 303
    assert isinstance(signed, SignedIn)
    assert "Kit" in kit.signed_in("admin").get("/people").text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("number", "<b>", "A prison number has"),
        ("first_name", "  ", "Type a first name"),
        ("first_name", "x" * 41, "Type a first name"),
        ("landing", "A/B1", "Choose a landing"),
        ("pin", "123", "A PIN has digits only"),
        ("pin", "12a4", "A PIN has digits only"),
        ("pin", "١٢٣٤", "A PIN has digits only"),
    ],
)
def test_a_person_who_cannot_be_stored_is_said_why_and_nothing_typed_is_lost(
    kit: DeskKit, field: str, value: str, sentence: str
) -> None:
    answer = kit.post("admin", "/people", **NEW | {field: value})

    assert answer.status_code == 400
    assert sentence in answer.text
    assert field == "cell" or 'value="a2-07"' in answer.text
    assert "1357" not in answer.text


def test_a_number_is_taken_once(kit: DeskKit) -> None:
    kit.post("admin", "/people", **NEW)

    answer = kit.post("admin", "/people", **NEW)

    assert answer.status_code == 409
    assert "is here already" in answer.text


def test_a_new_pin_ends_every_session_and_the_wait_after_wrong_ones(kit: DeskKit) -> None:
    sam = kit.person("sam")
    device = enrolled(kit)
    with kit.product.database.writing() as work:
        signed = tablets.sign_in(work, device, sam.number, "2468", kit.product.hasher, now=kit.clock.time)
    assert isinstance(signed, SignedIn)

    answer = kit.post("admin", f"/people/{sam.id}/pin", pin="9753")

    assert answer.status_code == 303
    with kit.product.database.writing() as work:
        idle = timedelta(minutes=kit.product.settings.person_idle_minutes)
        with pytest.raises(SessionEnded):
            tablets.resume(work, device, signed.token, idle=idle, now=kit.clock.time)
        again = tablets.sign_in(work, device, sam.number, "9753", kit.product.hasher, now=kit.clock.time)
    assert isinstance(again, SignedIn)


def test_people_of_another_wing_are_not_there_for_an_account_of_one_wing(kit: DeskKit) -> None:
    bob = kit.person("bob", "B")

    page = kit.signed_in("a_admin").get("/people").text
    answer = kit.post("a_admin", f"/people/{bob.id}/pin", pin="9753")

    assert "Bob" not in page
    assert answer.status_code == 404


def test_somebody_on_the_list_is_made_a_supporter_and_his_roles_changed(kit: DeskKit) -> None:
    lee = kit.person("lee")

    made = kit.post("safer", "/supporters", number=lee.number.lower(), role=["listener", "insider", "king"])
    changed = kit.post("safer", f"/supporters/{lee.id}/roles", role="buddy")

    with kit.product.database.reading() as work:
        supporter = work.supporters.find(lee.id)
    assert (made.status_code, changed.status_code) == (303, 303)
    assert supporter == Supporter(lee.id, PRISON, (PeerRole.BUDDY,))


def test_a_supporter_needs_a_role_and_to_be_on_the_list(kit: DeskKit) -> None:
    kit.person("lee")

    no_role = kit.post("safer", "/supporters", number="LEE1")
    nobody = kit.post("safer", "/supporters", number="NOBODY1", role="listener")

    assert (no_role.status_code, nobody.status_code) == (400, 404)


def test_suspending_hands_back_what_is_held_and_restoring_does_not_put_on_duty(kit: DeskKit) -> None:
    lee = kit.supporter("lee")
    request = kit.ask(kit.person("sam"))
    with kit.product.database.writing() as work:
        service.accept(work, request.id, lee.id, deadlines=kit.product.prison, now=kit.clock.time)

    kit.post("safer", f"/supporters/{lee.id}/suspend")
    kit.post("safer", f"/supporters/{lee.id}/restore")

    with kit.product.database.reading() as work:
        kept, supporter = work.requests.get(request.id), work.supporters.find(lee.id)
    assert kept is not None
    assert supporter is not None
    assert (kept.state, kept.supporter_id) == (State.WAITING, None)
    assert (supporter.suspended_at, supporter.on_duty) == (None, False)


@pytest.mark.parametrize("there", [True, False])
def test_who_suspends_somebody_during_a_contact_is_told_where_to_go(kit: DeskKit, there: bool) -> None:
    lee, sam = kit.supporter("lee"), kit.person("sam")
    request = kit.ask(sam)
    with kit.product.database.writing() as work:
        service.accept(work, request.id, lee.id, deadlines=kit.product.prison, now=kit.clock.time)
        if there:
            service.move(work, request.id, Change.BEGUN, supporter_actor(lee.id), now=kit.clock.time)

    answer = kit.post("safer", f"/supporters/{lee.id}/suspend")

    assert answer.status_code == (200 if there else 303)
    assert (f"was with somebody in cell {sam.place.cell}" in answer.text) is there
    with kit.product.database.reading() as work:
        kept = work.requests.get(request.id)
    assert kept is not None
    assert (kept.state, kept.urgency >= Urgency.RAISED) == (State.WAITING, there)
    assert (kept.due_at < request.due_at) is there


def test_staff_set_a_supporter_off_duty(kit: DeskKit) -> None:
    lee = kit.supporter("lee")

    kit.post("safer", f"/supporters/{lee.id}/off_duty")

    with kit.product.database.reading() as work:
        supporter = work.supporters.find(lee.id)
    assert supporter is not None
    assert not supporter.on_duty


def test_supporters_of_another_wing_are_not_there_for_an_account_of_one_wing(kit: DeskKit) -> None:
    bob = kit.supporter("bob", "B")

    page = kit.signed_in("a_wing").get("/supporters").text
    answers = [
        kit.post("a_wing", f"/supporters/{bob.id}/suspend"),
        kit.post("a_wing", "/supporters", number=bob.number, role="buddy"),
        kit.post("safer", f"/supporters/{bob.id}/promote"),
    ]

    assert "Bob" not in page
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_staff_see_which_translations_nobody_has_reviewed(kit: DeskKit) -> None:
    page = kit.signed_in("wing").get("/tablets").text

    drafts = page[page.index('id="drafts"') :].split("</p>")[0]

    assert "Polski" in drafts
    assert "English" not in drafts
