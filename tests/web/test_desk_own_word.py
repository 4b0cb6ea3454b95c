"""A cell that the person said is marked wherever staff go by it, until staff check it or move the person."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from bot.people.model import Person, Place
from bot.web.desk.person import standing_of
from tests.support.desk import DeskKit, make_kit

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


def _check(kit: DeskKit, who: str, person: Person, standing: str = "") -> httpx.Response:
    return kit.post(who, f"/people/{person.id}/cell-checked", standing=standing or standing_of(person))


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


def test_whose_cell_staff_know_has_no_such_mark(kit: DeskKit) -> None:
    ali = kit.person("ali")
    request, record = kit.ask(ali), kit.say(ali, "cant do this no more")
    staff = kit.signed_in("orderly")

    for path in ("/board", f"/alerts/{record}", f"/people/{ali.id}", f"/requests/{request.id}"):
        assert WORDS not in staff.get(path).text, path
        assert "cell-checked" not in staff.get(path).text, path


def test_an_alert_from_another_place_than_the_one_that_was_said_has_none(kit: DeskKit) -> None:
    ali = kit.person("ali")
    record = kit.say(ali, "cant do this no more")
    _say(kit, replace(ali, place=Place("B", "B1", "B1-09")))

    assert WORDS not in kit.signed_in("orderly").get(f"/alerts/{record}").text


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
