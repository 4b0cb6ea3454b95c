"""The story of a request: the order holds whatever the clock says, and the person's part names nobody."""

from datetime import timedelta

from bot.people.model import Actor
from bot.queue import service, timeline
from bot.queue.model import Change, Event, Kind, State
from bot.queue.service import Words
from tests.support.builders import NOW, STAFF, PlainPrison, a_person, a_supporter, supporter_actor
from tests.support.fakes import FakeWork
from tests.support.offering import offered


def _told(work: FakeWork, change: Change, by: Actor, minutes: int, words: Words = service.NO_WORDS) -> None:
    (request,) = work.requests.rows.values()
    service.move(work, request.id, change, by, now=NOW + timedelta(minutes=minutes), words=words)


def _history() -> list[Event]:
    work = FakeWork()
    work.supporters.put(a_supporter())
    request = service.ask(work, a_person(), Kind.LISTENER, deadlines=PlainPrison(), now=NOW)
    offered(work, request.id, "lee", now=NOW + timedelta(minutes=1))
    service.accept(work, request.id, "lee", deadlines=PlainPrison(), now=NOW + timedelta(minutes=1))
    _told(work, Change.HANDED_BACK, supporter_actor(), 2)
    _told(work, Change.COULD_NOT, STAFF, 3, Words("no_staff", "The phone", "Two on leave"))
    return work.requests.events


def test_the_steps_stand_in_the_order_in_which_they_were_stored() -> None:
    steps = timeline.steps_of(_history())

    assert [step.event.change for step in steps] == [
        Change.ASKED,
        Change.OFFERED,
        Change.ACCEPTED,
        Change.HANDED_BACK,
        Change.COULD_NOT,
    ]
    assert not any(step.clock_set_back for step in steps)


def test_a_clock_that_was_set_back_is_said_at_the_step_and_the_order_holds() -> None:
    first, second, *_ = _history()
    early = Event(
        "r", NOW - timedelta(hours=1), Change.SEEN, State.WAITING, State.WAITING, STAFF.kind, STAFF.id
    )

    steps = timeline.steps_of([first, early, second])

    assert [step.clock_set_back for step in steps] == [False, True, False]


def test_a_helper_who_was_there_did_not_fail_to_come() -> None:
    def handed_back(start: State) -> Event:
        return Event("r", NOW, Change.HANDED_BACK, start, State.WAITING, STAFF.kind, STAFF.id)

    steps = timeline.for_person([handed_back(State.WITH_PERSON), handed_back(State.ACCEPTED)])

    assert [step.broken_off for step in steps] == [True, False]


def test_no_history_is_no_story() -> None:
    assert timeline.steps_of([]) == ()
    assert timeline.for_person([]) == ()


def test_the_persons_part_has_no_name_and_no_note_and_says_why_it_could_not_be_done() -> None:
    part = timeline.for_person(_history())

    assert "Two on leave" not in repr(part)
    assert "lee" not in repr(part)
    assert "officer" not in repr(part)
    assert (part[-1].reason, part[-1].offered) == ("no_staff", "The phone")


def test_the_role_that_hears_of_a_missed_deadline_stands_in_the_history_and_not_in_the_persons_part() -> None:
    work = FakeWork()
    service.ask(work, a_person(), Kind.LISTENER, deadlines=PlainPrison(), now=NOW)

    service.miss_deadlines(work, PlainPrison(), now=NOW + timedelta(hours=1))

    assert work.requests.events[-1].reason == "orderly"
    assert timeline.for_person(work.requests.events)[-1].reason == ""


def test_the_person_reads_that_more_staff_were_told_only_when_more_were() -> None:
    work = FakeWork()
    service.ask(work, a_person(), Kind.LISTENER, deadlines=PlainPrison(), now=NOW)

    for day in range(1, 6):
        service.miss_deadlines(work, PlainPrison(), now=NOW + timedelta(days=day))

    # The orderly officer, then the manager; staff see every one.
    told = [step.change for step in timeline.for_person(work.requests.events)]
    assert told.count(Change.DEADLINE_MISSED) == 2
    assert [event.change for event in work.requests.events].count(Change.DEADLINE_MISSED) == 5


def test_that_a_helper_had_to_stop_is_the_last_news_also_while_others_are_asked() -> None:
    def event(change: Change, start: State) -> Event:
        return Event("r", NOW, change, start, State.WAITING, STAFF.kind, STAFF.id)

    stopped = event(Change.HANDED_BACK, State.WITH_PERSON)
    asked = event(Change.OFFERED, State.WAITING)

    assert timeline.was_broken_off([stopped, asked])
    assert not timeline.was_broken_off([stopped, event(Change.SEEN, State.WAITING)])
    assert not timeline.was_broken_off([event(Change.HANDED_BACK, State.ACCEPTED), asked])
    assert not timeline.was_broken_off([])
