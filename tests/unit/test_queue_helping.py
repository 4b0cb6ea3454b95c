"""Supporters take, hand back and lose requests; staff say that it could not be done."""

from datetime import timedelta

import pytest

from bot.queue import moving, service
from bot.queue.model import (
    Change,
    Kind,
    NotAllowedNow,
    NotOnOffer,
    NotYours,
    ReasonNeeded,
    Request,
    State,
    UnknownRequest,
    Urgency,
)
from bot.queue.service import Words
from tests.support.builders import (
    NOW,
    STAFF,
    PlainPrison,
    a_person,
    a_request,
    a_supporter,
    person_actor,
    supporter_actor,
)
from tests.support.fakes import FakeWork
from tests.support.offering import offered


@pytest.fixture
def work() -> FakeWork:
    made = FakeWork()
    made.supporters.put(a_supporter("lee"))
    made.supporters.put(a_supporter("mo"))
    made.requests.add(a_request(id="r"))
    offered(made, "r", "lee", "mo")
    made.requests.events.clear()
    made.outbox.notices.clear()
    return made


def _accept(work: FakeWork, request_id: str, who: str) -> Request:
    return service.accept(work, request_id, who, deadlines=PlainPrison(), now=NOW)


def test_a_supporter_takes_a_request(work: FakeWork) -> None:
    taken = _accept(work, "r", "lee")

    assert taken.state is State.ACCEPTED
    assert taken.supporter_id == "lee"
    assert len(work.requests.events) == len(work.outbox.notices) == 1


@pytest.mark.parametrize("second", ["lee", "mo"])
def test_an_accepted_request_cannot_be_accepted_again(work: FakeWork, second: str) -> None:
    _accept(work, "r", "lee")

    with pytest.raises(NotAllowedNow):
        _accept(work, "r", second)

    assert work.requests.rows["r"].supporter_id == "lee"
    assert len(work.requests.events) == 1


def test_a_prisoner_who_is_no_supporter_is_offered_nothing(work: FakeWork) -> None:
    with pytest.raises(NotOnOffer):
        _accept(work, "r", "sam")


def test_the_load_cap_counts_what_is_held_and_not_what_was_finished(work: FakeWork) -> None:
    work.supporters.put(a_supporter("lee", load_cap=1))
    work.requests.add(a_request(id="other", person_id="ali"))
    offered(work, "other", "lee")
    _accept(work, "r", "lee")
    with pytest.raises(NotOnOffer):
        _accept(work, "other", "lee")

    service.move(work, "r", Change.BEGUN, supporter_actor(), now=NOW)
    service.move(work, "r", Change.FINISHED, supporter_actor(), now=NOW)

    offered(work, "other", "lee")
    assert _accept(work, "other", "lee").state is State.ACCEPTED


def test_what_is_handed_back_waits_again_and_belongs_to_nobody(work: FakeWork) -> None:
    taken = _accept(work, "r", "lee")

    back = service.move(work, "r", Change.HANDED_BACK, supporter_actor(), now=NOW)

    assert back.state is State.WAITING
    assert back.supporter_id is None
    assert back.due_at == taken.due_at
    offered(work, "r", "mo")
    assert _accept(work, "r", "mo").supporter_id == "mo"


def test_a_supporter_does_nothing_with_what_another_has(work: FakeWork) -> None:
    _accept(work, "r", "lee")

    for change in (Change.BEGUN, Change.HANDED_BACK):
        with pytest.raises(NotYours):
            service.move(work, "r", change, supporter_actor("mo"), now=NOW)


def test_another_person_does_not_learn_that_the_request_exists(work: FakeWork) -> None:
    with pytest.raises(UnknownRequest):
        service.move(work, "r", Change.CANCELLED, person_actor("ali"), now=NOW)
    with pytest.raises(UnknownRequest):
        service.move(work, "nothing", Change.CANCELLED, person_actor(), now=NOW)
    with pytest.raises(UnknownRequest):
        _accept(work, "nothing", "lee")


def test_a_request_that_a_record_raised_cannot_be_taken_back(work: FakeWork) -> None:
    work.requests.rows["r"] = a_request(id="r", kind=Kind.STAFF, record_id="record")

    with pytest.raises(NotAllowedNow):
        service.move(work, "r", Change.CANCELLED, person_actor(), now=NOW)

    assert work.requests.rows["r"].is_open


@pytest.mark.parametrize("words", [Words(), Words(reason="refused"), Words(offered="The phone")])
def test_a_could_not_needs_a_reason_and_an_offer(work: FakeWork, words: Words) -> None:
    with pytest.raises(ReasonNeeded):
        service.move(work, "r", Change.COULD_NOT, STAFF, now=NOW, words=words)

    assert work.requests.rows["r"].is_open
    assert not work.outbox.notices


def test_an_offer_of_spaces_is_none(work: FakeWork) -> None:
    with pytest.raises(ReasonNeeded):
        service.move(work, "r", Change.COULD_NOT, STAFF, now=NOW, words=Words("refused", "  \n"))


def test_a_could_not_keeps_reason_offer_and_note_in_the_history(work: FakeWork) -> None:
    words = Words("no_staff", " The phone ", " After lunch ")

    changed = service.move(work, "r", Change.COULD_NOT, STAFF, now=NOW, words=words)

    (event,) = work.requests.events
    assert changed.state is State.COULD_NOT
    assert (event.reason, event.offered, event.note) == ("no_staff", "The phone", "After lunch")


def test_a_suspended_supporters_requests_all_wait_again(work: FakeWork) -> None:
    work.requests.add(a_request(id="with", person_id="ali", state=State.WITH_PERSON, supporter_id="lee"))
    work.requests.add(a_request(id="done", person_id="jo", state=State.DONE, supporter_id="lee"))
    work.requests.add(a_request(id="of mo", person_id="kim", state=State.ACCEPTED, supporter_id="mo"))
    _accept(work, "r", "lee")

    released = service.release_all_of(
        work, "lee", STAFF, deadlines=PlainPrison(), now=NOW + timedelta(minutes=1)
    )

    assert released == 2
    rows = work.requests.rows
    # Who was in the middle of it comes before others; who only waited keeps the place.
    assert [rows[name].urgency for name in ("r", "with")] == [Urgency.NORMAL, Urgency.RAISED]
    assert [rows[name].state for name in ("r", "with")] == [State.WAITING] * 2
    waits = PlainPrison().waits
    assert rows["r"].due_at == NOW + waits[Urgency.NORMAL], "nothing happened to who only waits"
    assert rows["with"].due_at == NOW + timedelta(minutes=1) + waits[Urgency.RAISED]
    assert [rows[name].supporter_id for name in ("r", "with")] == [None] * 2
    assert (rows["done"].state, rows["of mo"].supporter_id) == (State.DONE, "mo")


@pytest.mark.parametrize("how", ["finished", "the person says yes", "the person leaves"])
def test_however_a_contact_ends_the_supporter_is_asked_how_it_was_and_goes_last_next_time(
    work: FakeWork, how: str
) -> None:
    _accept(work, "r", "lee")
    later = NOW + timedelta(hours=1)

    if how == "the person says yes":
        service.somebody_came(work, "r", "sam", came=True, deadlines=PlainPrison(), now=later)
    else:
        service.move(work, "r", Change.BEGUN, supporter_actor(), now=NOW)
    if how == "finished":
        service.move(work, "r", Change.FINISHED, STAFF, now=later)
    if how == "the person leaves":
        moving.close_for_who_left(work, a_person("sam"), STAFF, "The phone", now=later)

    assert work.requests.rows["r"].state is State.DONE
    assert [(check.person_id, check.at) for check in work.checks.rows.values()] == [("lee", later)]
    assert work.supporters.rows["lee"].last_contact_at == later


@pytest.mark.parametrize("begun", [True, False])
def test_a_contact_that_was_broken_off_is_one_and_a_walk_that_was_not_begun_is_none(
    work: FakeWork, begun: bool
) -> None:
    _accept(work, "r", "lee")
    if begun:
        service.move(work, "r", Change.BEGUN, supporter_actor(), now=NOW)

    service.move(work, "r", Change.HANDED_BACK, supporter_actor(), now=NOW, deadlines=PlainPrison())

    assert [check.person_id for check in work.checks.rows.values()] == (["lee"] if begun else [])


def test_who_never_had_it_is_asked_nothing(work: FakeWork) -> None:
    service.somebody_came(work, "r", "sam", came=True, deadlines=PlainPrison(), now=NOW)

    assert not work.checks.rows


def test_whose_contact_the_supporter_breaks_off_comes_before_others_and_sooner(work: FakeWork) -> None:
    _accept(work, "r", "lee")
    service.move(work, "r", Change.BEGUN, supporter_actor(), now=NOW)
    later = NOW + timedelta(minutes=10)

    back = service.move(work, "r", Change.HANDED_BACK, supporter_actor(), now=later, deadlines=PlainPrison())

    assert (back.state, back.urgency, back.supporter_id) == (State.WAITING, Urgency.RAISED, None)
    assert back.due_at == later + PlainPrison().waits[Urgency.RAISED]


def test_a_contact_that_is_broken_off_late_never_gets_more_time_and_nothing_is_made_less_urgent(
    work: FakeWork,
) -> None:
    due = NOW + timedelta(minutes=5)
    work.requests.add(
        a_request(
            id="with",
            person_id="ali",
            state=State.WITH_PERSON,
            supporter_id="lee",
            urgency=Urgency.EMERGENCY,
            due_at=due,
        )
    )
    slow = PlainPrison(waits=dict.fromkeys(Urgency, timedelta(hours=2)))

    service.release_all_of(work, "lee", STAFF, deadlines=slow, now=NOW)

    assert (work.requests.rows["with"].urgency, work.requests.rows["with"].due_at) == (Urgency.EMERGENCY, due)
