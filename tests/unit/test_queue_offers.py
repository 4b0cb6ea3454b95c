"""Offers: who is asked first, widening, declining, urgency, clocks that jump, and what waits anew."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.people.model import Place
from bot.queue import offers, service
from bot.queue.matching import Why
from bot.queue.model import Change, Kind, NotAllowedNow, NotOnOffer, ReasonNeeded, Request, State, Urgency
from bot.queue.offer import OfferState
from bot.queue.rules import HelpRules, Reach
from bot.queue.telling import Words
from tests.support.builders import NOW, STAFF, PlainPrison, a_person, a_supporter, supporter_actor
from tests.support.fakes import FakeWork
from tests.support.offering import offered

PRISON = PlainPrison(help=HelpRules(first_offers=2, widen_by=2))
MINUTE = timedelta(minutes=1)
OVER = NOW + PRISON.help.offer_for
NAMES = ("a", "b", "c", "d", "e", "f")


@pytest.fixture
def work() -> FakeWork:
    made = FakeWork()
    for name in NAMES:
        made.supporters.put(a_supporter(name))
    return made


def ask(work: FakeWork, **more: object) -> Request:
    fields: dict[str, object] = {"deadlines": PRISON, "now": NOW}
    return service.ask(work, a_person(), Kind.LISTENER, **fields | more)  # type: ignore[arg-type]


def tick(work: FakeWork, now: datetime) -> None:
    offers.look_after_due(work, PRISON, now=now)


def open_to(work: FakeWork, request: Request) -> str:
    return "".join(work.offers.open_on(request.id))


def told(work: FakeWork) -> list[tuple[Change, int]]:
    return [(event.change, event.count) for event in work.requests.events]


def test_the_first_offers_go_out_with_the_request(work: FakeWork) -> None:
    request = ask(work)

    assert open_to(work, request) == "ab"
    assert told(work) == [(Change.ASKED, 0), (Change.OFFERED, 2)]
    assert request.look_at == OVER
    assert work.requests.rows[request.id] == request


def test_who_has_not_been_with_somebody_for_longest_is_asked_first(work: FakeWork) -> None:
    for number, name in enumerate(NAMES):
        work.supporters.put(a_supporter(name, last_contact_at=NOW - timedelta(days=number)))

    assert open_to(work, ask(work)) == "ef"


def test_an_urgent_request_goes_to_everybody_at_once(work: FakeWork) -> None:
    assert open_to(work, ask(work, urgency=Urgency.RAISED)) == "abcdef"


def test_an_offer_that_ran_out_widens_and_is_no_refusal(work: FakeWork) -> None:
    request = ask(work)

    tick(work, OVER - MINUTE)
    assert open_to(work, request) == "ab"
    tick(work, OVER)

    assert open_to(work, request) == "cd"
    assert told(work)[2:] == [(Change.OFFERS_RAN_OUT, 2), (Change.OFFERED, 2)]


def test_when_all_were_asked_those_who_did_not_answer_are_asked_again_in_turn(work: FakeWork) -> None:
    request, at, seen = ask(work), NOW, ["ab"]
    for _ in range(4):
        at += PRISON.help.offer_for
        tick(work, at)
        seen.append(open_to(work, request))

    assert seen == ["ab", "cd", "ef", "ab", "cd"]
    # The history says each supporter once, and does not grow all night.
    assert [count for change, count in told(work) if change is Change.OFFERED] == [2, 2, 2]


def test_not_this_time_widens_at_once_and_is_not_asked_again(work: FakeWork) -> None:
    request = ask(work)

    offers.decline(work, request.id, "a", prison=PRISON, now=NOW + MINUTE)

    assert open_to(work, request) == "bcd"
    at = NOW
    for _ in range(6):
        at += PRISON.help.offer_for
        tick(work, at)
        assert "a" not in open_to(work, request)
    with pytest.raises(NotOnOffer):
        offers.decline(work, request.id, "a", prison=PRISON, now=at)


def test_when_everybody_declined_the_request_says_so(work: FakeWork) -> None:
    request = ask(work, urgency=Urgency.RAISED)
    for name in NAMES:
        offers.decline(work, request.id, name, prison=PRISON, now=NOW)

    assert work.requests.rows[request.id].nobody == (("declined", 6),)
    assert told(work)[-1] == (Change.NOBODY_FITS, 6)


def test_an_offer_over_its_time_cannot_be_accepted_or_declined(work: FakeWork) -> None:
    request = ask(work)

    with pytest.raises(NotOnOffer):
        service.accept(work, request.id, "a", deadlines=PRISON, now=OVER)
    with pytest.raises(NotOnOffer):
        offers.decline(work, request.id, "a", prison=PRISON, now=OVER)
    with pytest.raises(NotOnOffer):
        service.accept(work, request.id, "c", deadlines=PRISON, now=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"suspended_at": NOW},
        {"paused_at": NOW},
        {"cleared_until": NOW.date() - timedelta(days=1)},
        {"rest_until": OVER},
        {"load_cap": 0},
    ],
)
def test_an_offer_that_does_not_fit_any_more_cannot_be_accepted(
    work: FakeWork, changes: dict[str, object]
) -> None:
    request = ask(work)
    work.supporters.put(replace(work.supporters.rows["a"], **changes))  # type: ignore[arg-type]

    with pytest.raises(NotOnOffer):
        service.accept(work, request.id, "a", deadlines=PRISON, now=NOW)


def test_accepting_withdraws_the_others(work: FakeWork) -> None:
    request = ask(work)

    taken = service.accept(work, request.id, "b", deadlines=PRISON, now=NOW)

    states = {offer.supporter_id: offer.state for offer in work.offers.of_request(request.id)}
    assert states == {"a": OfferState.WITHDRAWN, "b": OfferState.ACCEPTED}
    assert (taken.look_at, taken.nobody) == (None, ())


def test_what_is_handed_back_goes_to_others_and_not_to_who_handed_it_back(work: FakeWork) -> None:
    request = ask(work)
    service.accept(work, request.id, "a", deadlines=PRISON, now=NOW)

    service.move(work, request.id, Change.HANDED_BACK, supporter_actor("a"), now=NOW + MINUTE)
    tick(work, NOW + MINUTE)

    assert open_to(work, request) == "bc"


def test_nobody_came_asks_everybody_anew(work: FakeWork) -> None:
    request = ask(work)
    offers.decline(work, request.id, "b", prison=PRISON, now=NOW)
    service.accept(work, request.id, "a", deadlines=PRISON, now=NOW)
    for change in (Change.BEGUN, Change.FINISHED):
        service.move(work, request.id, change, supporter_actor("a"), now=NOW)

    again = service.somebody_came(work, request.id, "sam", came=False, deadlines=PRISON, now=NOW + MINUTE)

    assert again.state is State.WAITING
    assert open_to(work, request) == "abcdef"


def test_a_missed_deadline_asks_everybody(work: FakeWork) -> None:
    request = ask(work)
    late = NOW + timedelta(hours=1)

    service.miss_deadlines(work, PRISON, now=late)
    tick(work, late)

    assert open_to(work, request) == "abcdef"


def test_asking_again_from_another_cell_asks_those_who_reach_it(work: FakeWork) -> None:
    prison = PlainPrison(help=HelpRules(first_offers=2, reach={"unlocked": Reach.WING}))
    work.supporters.places |= {"e": Place("B", "B1", "B1-01"), "f": Place("B", "B1", "B1-02")}
    request = ask(work, deadlines=prison)
    assert open_to(work, request) == "ab"

    moved = a_person("sam", place=Place("B", "B1", "B1-09"))
    service.ask(work, moved, Kind.LISTENER, deadlines=prison, now=NOW + MINUTE)

    assert open_to(work, request) == "ef"


def test_nobody_on_duty_is_said_and_whoever_comes_on_duty_is_asked(work: FakeWork) -> None:
    for name in NAMES:
        work.supporters.put(a_supporter(name, on_duty=False))
    request = ask(work)
    assert request.nobody == (("off_duty", 6),)
    assert told(work)[-1] == (Change.NOBODY_FITS, 6)

    work.supporters.put(a_supporter("c"))
    work.requests.look_again(request.prison_id, NOW + timedelta(seconds=5))
    tick(work, NOW + timedelta(seconds=5))

    assert open_to(work, request) == "c"
    assert work.requests.rows[request.id].nobody == ()


def test_it_is_tried_again_each_minute_and_told_once(work: FakeWork) -> None:
    for name in NAMES:
        work.supporters.put(a_supporter(name, on_duty=False))
    request = ask(work)

    for minutes in range(1, 30):
        tick(work, NOW + minutes * MINUTE)

    assert told(work).count((Change.NOBODY_FITS, 6)) == 1
    work.supporters.put(a_supporter("d"))
    tick(work, NOW + 30 * MINUTE)
    assert open_to(work, request) == "d"


def test_where_nobody_has_the_role_that_is_the_answer() -> None:
    assert ask(FakeWork()).nobody == ((Why.WRONG_ROLE.value, 0),)


def test_a_clock_that_jumped_ahead_widens_once_and_one_put_back_holds_nobody_up(work: FakeWork) -> None:
    request = ask(work)
    tick(work, NOW + timedelta(days=3))
    assert open_to(work, request) == "cd"

    tick(work, NOW)

    assert open_to(work, request) == "ef"
    service.accept(work, request.id, "e", deadlines=PRISON, now=NOW)


def test_not_everybody_is_asked_for_everything(work: FakeWork) -> None:
    """Who has as many open offers as places left comes after those who have none."""
    for name in ("ali", "jo", "kim"):
        service.ask(work, a_person(name), Kind.LISTENER, deadlines=PRISON, now=NOW)

    asked = [work.offers.open_on(request_id) for request_id in work.requests.rows]
    assert asked == [["a", "b"], ["a", "b"], ["c", "d"]]


def test_a_contact_puts_the_supporter_at_the_end_of_the_turn(work: FakeWork) -> None:
    request = ask(work)
    service.accept(work, request.id, "a", deadlines=PRISON, now=NOW)

    service.move(work, request.id, Change.BEGUN, supporter_actor("a"), now=NOW + MINUTE)
    assert work.supporters.rows["a"].last_contact_at == NOW + MINUTE
    service.move(work, request.id, Change.FINISHED, supporter_actor("a"), now=NOW + 9 * MINUTE)

    assert work.supporters.rows["a"].last_contact_at == NOW + 9 * MINUTE
    other = service.ask(work, a_person("ali"), Kind.LISTENER, deadlines=PRISON, now=NOW + 9 * MINUTE)
    assert open_to(work, other) == "bc"


def test_what_is_for_staff_is_offered_to_nobody(work: FakeWork) -> None:
    request = service.ask(work, a_person(), Kind.STAFF, deadlines=PRISON, now=NOW)

    assert (open_to(work, request), request.look_at, request.nobody) == ("", None, ())
    with pytest.raises(NotOnOffer):
        offers.offer_to(work, request.id, "a", STAFF, prison=PRISON, now=NOW, words=Words(note="Go"))


def test_staff_offer_against_a_rule_with_a_reason_and_it_can_be_accepted(work: FakeWork) -> None:
    work.supporters.put(a_supporter("a", rest_until=OVER))
    request = ask(work)
    with pytest.raises(ReasonNeeded):
        offers.offer_to(work, request.id, "a", STAFF, prison=PRISON, now=NOW)

    offers.offer_to(work, request.id, "a", STAFF, prison=PRISON, now=NOW, words=Words(note="He asked to"))

    assert work.requests.events[-1].note == "He asked to"
    taken = service.accept(work, request.id, "a", deadlines=PRISON, now=NOW)
    assert taken.supporter_id == "a"


def test_a_reason_against_one_rule_is_none_against_another(work: FakeWork) -> None:
    work.supporters.put(a_supporter("a", rest_until=OVER))
    request = ask(work)
    offers.offer_to(work, request.id, "a", STAFF, prison=PRISON, now=NOW, words=Words(note="He asked to"))
    work.supporters.apart.add(frozenset({"a", "sam"}))

    with pytest.raises(NotOnOffer):
        service.accept(work, request.id, "a", deadlines=PRISON, now=NOW)


@pytest.mark.parametrize("door", ["by hand", "by rota"])
@pytest.mark.parametrize(
    ("when_offered", "now", "stands"),
    [
        ({}, {"on_duty": False}, False),
        ({"on_duty": False}, {"on_duty": False}, True),
        ({"rest_until": OVER}, {"rest_until": OVER}, True),
        ({"rest_until": OVER}, {"rest_until": OVER, "on_duty": False}, False),
        ({"on_duty": False}, {"on_duty": False, "paused_at": NOW}, False),
    ],
)
def test_an_offer_of_staff_ends_by_hand_and_by_rota_alike_unless_they_decided_against_that(
    work: FakeWork, door: str, when_offered: dict[str, object], now: dict[str, object], stands: bool
) -> None:
    request = ask(work)
    work.supporters.put(a_supporter("f", **when_offered))
    offered(work, request.id, "f", prison=PRISON)

    work.supporters.put(a_supporter("f", **now))
    if door == "by hand":
        offers.left(work, "f", prison=PRISON, now=NOW)
    tick(work, NOW)

    assert ("f" in open_to(work, request)) is stands
    assert set("ab") <= set(open_to(work, request))


def test_who_has_enough_keeps_what_staff_offered_in_spite_of_that_and_nothing_else(work: FakeWork) -> None:
    work.supporters.put(a_supporter("a", load_cap=1))
    first, second, third = (
        service.ask(work, a_person(name), Kind.LISTENER, deadlines=PRISON, now=NOW)
        for name in ("sam", "ali", "kim")
    )
    service.accept(work, first.id, "a", deadlines=PRISON, now=NOW)
    offered(work, second.id, "a", prison=PRISON)
    service.move(work, first.id, Change.HANDED_BACK, supporter_actor("a"), now=NOW)
    offered(work, third.id, "a", prison=PRISON)

    service.accept(work, first.id, "a", deadlines=PRISON, now=NOW, staff=STAFF, words=Words(note="He asked"))

    assert ("a" in open_to(work, second), "a" in open_to(work, third)) == (True, False)


def test_staff_offer_nothing_that_does_not_wait(work: FakeWork) -> None:
    request = ask(work)
    service.accept(work, request.id, "a", deadlines=PRISON, now=NOW)

    for deed in (
        lambda: offers.offer_to(work, request.id, "b", STAFF, prison=PRISON, now=NOW),
        lambda: service.accept(work, request.id, "b", deadlines=PRISON, now=NOW, staff=STAFF),
    ):
        with pytest.raises(NotAllowedNow):
            deed()


def test_a_supporter_suspended_during_a_contact_has_nothing_and_is_asked_nothing(work: FakeWork) -> None:
    request, other = ask(work), service.ask(work, a_person("ali"), Kind.LISTENER, deadlines=PRISON, now=NOW)
    service.accept(work, request.id, "a", deadlines=PRISON, now=NOW)
    service.move(work, request.id, Change.BEGUN, supporter_actor("a"), now=NOW)

    work.supporters.put(replace(work.supporters.rows["a"], on_duty=False, suspended_at=NOW))
    service.release_all_of(work, "a", STAFF, deadlines=PRISON, now=NOW)
    tick(work, NOW)

    assert work.requests.rows[request.id].state is State.WAITING
    assert "a" not in open_to(work, request) + open_to(work, other)
    assert open_to(work, request)
