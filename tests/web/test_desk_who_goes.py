"""The desk: who could go to a request, offering, sending, deciding otherwise, and why nobody can be asked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.people.model import Person
from bot.queue.model import Change, Event, Request, State
from tests.support.desk import DeskKit, make_kit


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    made = make_kit(tmp_path)
    yield made
    made.product.database.close()


def change(kit: DeskKit, who: Person, **changes: Any) -> None:
    with kit.product.database.writing() as work:
        supporter = work.supporters.get(who.id)
        assert supporter is not None
        work.supporters.put(replace(supporter, **changes))


def stored(kit: DeskKit, request: Request) -> Request:
    with kit.product.database.reading() as work:
        found = work.requests.get(request.id)
    assert found is not None
    return found


def history(kit: DeskKit, request: Request) -> list[Event]:
    with kit.product.database.reading() as work:
        return list(work.requests.events_of(request.id))


def decide(kit: DeskKit, request: Request, who: Person, deed: str, reason: str = "", by: str = "wing") -> str:
    path = f"/requests/{request.id}/supporters/{who.id}/{deed}"
    answer = kit.post(by, path, reason=reason)
    assert answer.status_code == 303, answer.text
    where: str = answer.headers["location"]
    return where


def test_the_page_names_who_fits_and_why_others_do_not(kit: DeskKit) -> None:
    lee, mo = kit.supporter("lee"), kit.supporter("mo")
    change(kit, mo, on_duty=False, rest_until=kit.clock.time + timedelta(hours=1))
    request = kit.ask(kit.person("ann"))

    page = kit.signed_in("wing").get(f"/requests/{request.id}").text

    assert "Who could go" in page
    assert f'id="goer-{lee.id}"' in page
    assert "Asked, until 10:10" in page
    assert "Off duty. Resting after a hard contact." in page
    assert "Who does not fit, and why: 1" in page


def test_only_who_changes_requests_sees_who_could_go(kit: DeskKit) -> None:
    kit.supporter("lee")
    request = kit.ask(kit.person("ann"))

    assert "Who could go" not in kit.signed_in("manager").get(f"/requests/{request.id}").text
    path = f"/requests/{request.id}/supporters/lee/send"
    assert kit.signed_in("manager").post(path).status_code == 403


def test_staff_send_a_supporter_who_fits_without_a_reason(kit: DeskKit) -> None:
    lee, request = kit.supporter("lee"), kit.ask(kit.person("ann"))

    decide(kit, request, lee, "send")

    assert (stored(kit, request).state, stored(kit, request).supporter_id) == (State.ACCEPTED, "lee")
    assert (history(kit, request)[-1].change, history(kit, request)[-1].actor_id) == (
        Change.ACCEPTED,
        "staff-wing",
    )


def test_against_a_rule_it_needs_a_reason_and_the_reason_is_kept(kit: DeskKit) -> None:
    mo = kit.supporter("mo")
    change(kit, mo, rest_until=kit.clock.time + timedelta(hours=1))
    request = kit.ask(kit.person("ann"))

    refused = decide(kit, request, mo, "offer")
    assert "Say in a few words" in kit.signed_in("wing").get(refused).text
    assert stored(kit, request).nobody == (("resting", 1),)
    decide(kit, request, mo, "offer", "He asked to go himself")

    assert history(kit, request)[-1].note == "He asked to go himself"
    with kit.product.database.reading() as work:
        (offer,) = work.offers.of_request(request.id)
    assert (offer.supporter_id, offer.by, offer.overrides) == ("mo", "staff-wing", ("resting",))
    page = kit.signed_in("wing").get(f"/requests/{request.id}").text
    assert "Note: He asked to go himself" in page
    assert "Nobody can be asked now" not in page


@pytest.mark.parametrize(
    "changes",
    [{"on_duty": False, "suspended_at": "now"}, {"cleared_until": "yesterday"}, {"paused_at": "now"}],
)
def test_nobody_decides_against_safety(kit: DeskKit, changes: dict[str, Any]) -> None:
    lee = kit.supporter("lee")
    known = {"now": kit.clock.time, "yesterday": (kit.clock.time - timedelta(days=1)).date()}
    change(kit, lee, **{name: known.get(value, value) for name, value in changes.items()})
    request = kit.ask(kit.person("ann"))

    for deed in ("offer", "send"):
        where = decide(kit, request, lee, deed, "I say so")
        assert "nobody may decide against" in kit.signed_in("wing").get(where).text

    assert stored(kit, request).state is State.WAITING
    assert "Decide otherwise" not in kit.signed_in("wing").get(f"/requests/{request.id}").text


def test_who_comes_too_late_reads_one_plain_sentence(kit: DeskKit) -> None:
    lee, mo = kit.supporter("lee"), kit.supporter("mo")
    request = kit.ask(kit.person("ann"))
    decide(kit, request, lee, "send")

    where = decide(kit, request, mo, "send")

    assert "does not wait any more" in kit.signed_in("wing").get(where).text
    assert stored(kit, request).supporter_id == "lee"


def test_the_board_and_the_page_say_why_nobody_can_be_asked(kit: DeskKit) -> None:
    lee, mo = kit.supporter("lee"), kit.supporter("mo")
    change(kit, lee, on_duty=False)
    change(kit, mo, on_duty=False)
    request = kit.ask(kit.person("ann"))

    for page in ("/board", f"/requests/{request.id}"):
        assert "Nobody can be asked now. 2 off duty." in kit.signed_in("wing").get(page).text

    change(kit, lee, on_duty=True)
    kit.clock.move(minutes=1)
    kit.offers_go_out()
    assert "Nobody can be asked now" not in kit.signed_in("wing").get("/board").text


def test_where_nobody_has_the_role_the_board_says_that(kit: DeskKit) -> None:
    kit.ask(kit.person("ann"))

    assert "No supporter here has this role." in kit.signed_in("wing").get("/board").text


def test_an_account_of_one_wing_decides_nothing_on_another(kit: DeskKit) -> None:
    lee, request = kit.supporter("lee"), kit.ask(kit.person("bea", wing="B"))

    answer = kit.post("a_wing", f"/requests/{request.id}/supporters/{lee.id}/send")

    assert answer.status_code == 404
    assert kit.post("wing", f"/requests/{request.id}/supporters/{lee.id}/nonsense").status_code == 404
    assert stored(kit, request).state is State.WAITING


def test_languages_wishes_clearance_and_cap_are_set_on_the_supporters_page(kit: DeskKit) -> None:
    lee = kit.supporter("lee")
    fields = {"language": ["pl", "xx"], "meets": ["woman"], "cleared_until": "2027-03-31", "load_cap": "1"}

    answer = kit.post("safer", f"/supporters/{lee.id}/matching", **fields)

    assert answer.status_code == 303
    with kit.product.database.reading() as work:
        found = work.supporters.find(lee.id)
    assert found is not None
    # Oakmoor's file has no wish for a woman, and there is no language xx.
    assert (found.languages, found.meets, found.load_cap) == (("pl",), (), 1)
    assert str(found.cleared_until) == "2027-03-31"


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ("matching", {"load_cap": "2", "cleared_until": "2026-11-22"}),
        ("roles", {"role": "buddy"}),
        ("", {"number": "LEE1", "role": "buddy"}),
    ],
)
def test_a_change_after_which_an_offer_does_not_fit_withdraws_it_and_others_are_asked(
    kit: DeskKit, change: str, fields: dict[str, str]
) -> None:
    kit.supporter("lee")
    request = kit.ask(kit.person("ann"))
    kit.supporter("mo")

    kit.post("safer", f"/supporters/lee/{change}" if change else "/supporters", **fields)
    kit.offers_go_out()

    with kit.product.database.reading() as work:
        states = {offer.supporter_id: offer.state.value for offer in work.offers.of_request(request.id)}
    assert states == {"lee": "withdrawn", "mo": "open"}


def test_a_change_after_which_an_offer_still_fits_leaves_it(kit: DeskKit) -> None:
    kit.supporter("lee")
    request = kit.ask(kit.person("ann"))

    kit.post("safer", "/supporters/lee/roles", role=["listener", "buddy"])

    with kit.product.database.reading() as work:
        assert [offer.state for offer in work.offers.of_request(request.id)] == ["open"]


@pytest.mark.parametrize(
    "wrong", [{"cleared_until": "soon"}, {"load_cap": "0"}, {"load_cap": "9"}, {"load_cap": "²"}]
)
def test_what_makes_no_sense_is_refused_in_words(kit: DeskKit, wrong: dict[str, str]) -> None:
    lee = kit.supporter("lee")

    answer = kit.post("safer", f"/supporters/{lee.id}/matching", **{"load_cap": "2"} | wrong)

    assert answer.status_code == 400
    assert "a number from 1 to 2" in answer.text
