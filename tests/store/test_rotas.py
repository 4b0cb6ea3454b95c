"""Rotas and swaps in the store: taken by one of two, confirmed by staff, run out; and the worker's steps."""

import threading
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from bot.people import duty, swaps
from bot.people.model import PeerRole, Person
from bot.people.rota import OFF, Span, read_spans, write_spans
from bot.people.swaps import AlreadyAsked, CannotTake, NoSuchTurn, NotOpen, Swap, SwapState, TooLate
from bot.queue.model import Kind, Urgency
from bot.store.database import Database
from bot.worker import Worker
from tests.support.builders import NOW, PRISON, a_request, a_supporter
from tests.support.worker import Clock, a_product

ZONE = ZoneInfo("Europe/London")
TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)
MORNING = Span(9 * 60, 12 * 60)
MORNINGS, AFTERNOONS = (read_spans(text) for text in ("09:00-12:00", "14:00-16:00"))


@pytest.fixture
def ready(database: Database, sam: Person) -> Database:
    """Lee has the mornings; Mo, Ali and Jo the afternoons. Ali is no Listener."""
    with database.writing() as work:
        work.persons.add(Person("jo", PRISON, "JO1", "Jo", sam.place, "hash"))
        for name, role in (("ali", PeerRole.INSIDER), ("jo", PeerRole.LISTENER)):
            work.supporters.put(a_supporter(name, roles=(role,), on_duty=False))
        for name, spans in (("lee", MORNINGS), ("mo", AFTERNOONS), ("ali", AFTERNOONS), ("jo", AFTERNOONS)):
            work.rotas.put_week(PRISON, name, [spans] * 7, NOW)
    return database


def asked(database: Database, asked_of: str | None = None, day: date = TOMORROW) -> Swap:
    with database.writing() as work:
        return swaps.ask(work, ZONE, "lee", day, MORNING, asked_of=asked_of, now=NOW)


def agreed(database: Database, swap: Swap, by: str = "mo") -> Swap:
    with database.writing() as work:
        return swaps.agree(work, ZONE, swap.id, by, now=NOW)


def decided(database: Database, swap: Swap, *, yes: bool) -> Swap:
    with database.writing() as work:
        return swaps.decide(work, ZONE, swap.id, "officer", yes=yes, now=NOW)


def spans_of(database: Database, name: str, day: date = TOMORROW) -> str:
    with database.reading() as work:
        plan = work.rotas.get(name)
    assert plan is not None
    return write_spans(plan.on(day))


def state_of(database: Database, swap: Swap) -> SwapState:
    with database.reading() as work:
        found = work.swaps.find(swap.id)
    assert found is not None
    return found.state


def test_a_rota_comes_back_as_it_was_put(ready: Database) -> None:
    with ready.writing() as work:
        work.rotas.put_exception("lee", TOMORROW, OFF, NOW)
        work.rotas.put_exception("lee", TOMORROW, AFTERNOONS, NOW)
        work.rotas.put_exception("lee", TODAY, OFF, NOW)
        work.rotas.put_week(PRISON, "lee", [*[MORNINGS] * 5, OFF, OFF], NOW)

    with ready.reading() as work:
        plan = work.rotas.get("lee")
        listed = {each.person_id: each for each in work.rotas.list_of(PRISON, TODAY)}
    assert plan is not None
    assert listed["lee"] == plan
    assert plan.exceptions == {TODAY: OFF, TOMORROW: AFTERNOONS}
    assert (plan.week[0], plan.week[6]) == (MORNINGS, OFF)
    assert set(listed) == {"lee", "mo", "ali", "jo"}


def test_a_rota_that_is_taken_away_leaves_duty_to_the_hand(ready: Database) -> None:
    with ready.writing() as work:
        work.rotas.put_exception("lee", TODAY, OFF, NOW)
        work.rotas.remove("lee")

    with ready.reading() as work:
        assert work.rotas.get("lee") is None


def test_a_turn_changes_hands_only_when_staff_confirm(ready: Database) -> None:
    swap = agreed(ready, asked(ready))
    before = spans_of(ready, "lee"), spans_of(ready, "mo")

    done = decided(ready, swap, yes=True)

    assert before == ("09:00-12:00", "14:00-16:00")
    assert (done.state, done.staff_id) == (SwapState.CONFIRMED, "officer")
    assert spans_of(ready, "lee") == ""
    assert spans_of(ready, "mo") == "09:00-12:00, 14:00-16:00"
    assert spans_of(ready, "lee", TOMORROW + timedelta(days=1)) == "09:00-12:00"


def test_a_swap_that_staff_refuse_changes_no_rota(ready: Database) -> None:
    swap = agreed(ready, asked(ready, "mo"))

    assert decided(ready, swap, yes=False).state is SwapState.REFUSED
    assert spans_of(ready, "lee") == "09:00-12:00"


def test_who_is_asked_by_name_may_say_no_and_nobody_else_answers(ready: Database) -> None:
    swap = asked(ready, "mo")
    with pytest.raises(NotOpen):
        agreed(ready, swap, "jo")

    with ready.writing() as work:
        assert swaps.decline(work, swap.id, "mo", now=NOW).state is SwapState.DECLINED
    with pytest.raises(NotOpen):
        agreed(ready, swap)


def test_what_was_asked_of_anybody_nobody_declines_for_all(ready: Database) -> None:
    swap = asked(ready)

    with pytest.raises(NotOpen), ready.writing() as work:
        swaps.decline(work, swap.id, "mo", now=NOW)


@pytest.mark.parametrize("taker", ["ali", "lee", "sam"])
def test_another_role_oneself_and_no_supporter_take_nothing(ready: Database, taker: str) -> None:
    with pytest.raises(CannotTake):
        agreed(ready, asked(ready), taker)


def test_who_is_on_duty_then_anyway_or_suspended_takes_nothing(ready: Database) -> None:
    swap = asked(ready)
    with ready.writing() as work:
        work.rotas.put_exception("mo", TOMORROW, read_spans("11:00-13:00"), NOW)
        duty.suspend(work, "jo", "officer", suspended=True, now=NOW)

    for name in ("mo", "jo"):
        with pytest.raises(CannotTake):
            agreed(ready, swap, name)


def test_only_a_turn_that_is_ones_own_and_has_not_begun_is_given_away(ready: Database) -> None:
    with pytest.raises(TooLate):
        asked(ready, day=TODAY)
    with pytest.raises(NoSuchTurn), ready.writing() as work:
        swaps.ask(work, ZONE, "lee", TOMORROW, Span(9 * 60, 11 * 60), asked_of=None, now=NOW)
    asked(ready)
    with pytest.raises(AlreadyAsked):
        asked(ready, "mo")


def test_a_turn_that_left_the_rota_meanwhile_is_not_confirmed(ready: Database) -> None:
    swap = agreed(ready, asked(ready))
    with ready.writing() as work:
        work.rotas.put_exception("lee", TOMORROW, OFF, NOW)

    with pytest.raises(NoSuchTurn):
        decided(ready, swap, yes=True)
    assert spans_of(ready, "mo") == "14:00-16:00"


def test_of_two_who_take_it_at_once_one_has_it(ready: Database) -> None:
    swap = asked(ready)
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def take(name: str) -> None:
        together.wait()
        try:
            outcomes.append(agreed(ready, swap, name).taken_by or "")
        except NotOpen:
            outcomes.append("too late")

    threads = [threading.Thread(target=take, args=(name,)) for name in ("mo", "jo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 2
    assert outcomes.count("too late") == 1
    with ready.reading() as work:
        found = work.swaps.find(swap.id)
        assert found is not None
        assert found.taken_by in outcomes


def test_of_two_decisions_the_first_counts(ready: Database) -> None:
    swap = agreed(ready, asked(ready))
    decided(ready, swap, yes=False)

    with pytest.raises(NotOpen):
        decided(ready, swap, yes=True)
    assert state_of(ready, swap) is SwapState.REFUSED


def test_a_suspension_ends_what_was_asked_and_frees_what_was_taken(ready: Database) -> None:
    mine, taken = asked(ready), asked(ready, day=TOMORROW + timedelta(days=1))
    agreed(ready, taken)

    with ready.writing() as work:
        swaps.end_all_of(work, "mo", now=NOW)
    assert state_of(ready, taken) is SwapState.ASKED
    with ready.writing() as work:
        swaps.end_all_of(work, "lee", now=NOW)
    assert [state_of(ready, swap) for swap in (mine, taken)] == [SwapState.EXPIRED] * 2


def test_the_store_keeps_one_open_swap_for_a_turn(ready: Database) -> None:
    swap = asked(ready)

    with pytest.raises(IntegrityError), ready.writing() as work:
        work.swaps.add(Swap(**{**swap.__dict__, "id": "another"}))


def test_the_worker_keeps_duty_by_rota_once_a_minute(ready: Database) -> None:
    clock = Clock(NOW)
    worker, other = (Worker(a_product(ready, clock)) for _ in range(2))

    assert worker.keep_rotas() == 4
    assert worker.keep_rotas() == 0
    assert other.keep_rotas() == 0
    with ready.reading() as work:
        on = {name: work.supporters.find(name).on_duty for name in ("lee", "mo", "jo")}  # type: ignore[union-attr]
    assert on == {"lee": True, "mo": False, "jo": False}

    clock.at = NOW + timedelta(hours=4)
    assert worker.keep_rotas() == 4
    with ready.reading() as work:
        on = {name: work.supporters.find(name).on_duty for name in ("lee", "mo", "jo")}  # type: ignore[union-attr]
        spells = work.spells.of_person("lee")
    assert on == {"lee": False, "mo": True, "jo": True}
    assert [(spell.began_at, spell.ended_at) for spell in spells] == [(NOW, clock.at)]


def test_who_waits_with_no_offer_is_looked_at_when_the_rota_brings_somebody(
    ready: Database, sam: Person
) -> None:
    with ready.writing() as work:
        far = NOW + timedelta(minutes=50)
        work.requests.add(a_request(id="waits", look_at=far))
        work.requests.add(a_request(id="late", kind=Kind.SOMEONE, urgency=Urgency.RAISED, look_at=far))

    Worker(a_product(ready, Clock(NOW))).keep_rotas()

    with ready.reading() as work:
        found = [work.requests.get(name) for name in ("waits", "late")]
    assert [request.look_at for request in found if request] == [NOW, NOW]


def test_the_worker_looks_again_when_its_clock_is_put_back(ready: Database) -> None:
    clock = Clock(NOW + timedelta(days=30, hours=8))
    worker = Worker(a_product(ready, clock))
    worker.keep_rotas()
    clock.at = NOW

    worker.keep_rotas()

    with ready.reading() as work:
        lee = work.supporters.find("lee")
    assert lee is not None
    assert lee.on_duty


def test_a_swap_runs_out_when_its_turn_begins(ready: Database) -> None:
    swap, other = asked(ready), agreed(ready, asked(ready, day=TOMORROW + timedelta(days=1)))
    clock = Clock(NOW)
    worker = Worker(a_product(ready, clock))

    gone = []
    for hours in (0, 22, 23, 47):
        clock.at = NOW + timedelta(hours=hours)
        gone.append(worker.expire_swaps())

    assert gone == [0, 0, 1, 1]
    assert {state_of(ready, swap), state_of(ready, other)} == {SwapState.EXPIRED}
    with pytest.raises(NotOpen):
        agreed(ready, swap)
    assert spans_of(ready, "lee", TOMORROW) == "09:00-12:00"


def test_old_days_and_settled_swaps_are_forgotten_and_open_ones_are_not(ready: Database) -> None:
    swap = asked(ready)
    with ready.writing() as work:
        swaps.withdraw(work, swap.id, "lee", now=NOW)
        work.rotas.put_exception("lee", TODAY, OFF, NOW)
    clock = Clock(NOW + timedelta(days=90))
    worker = Worker(a_product(ready, clock))

    assert worker.forget() == 0
    clock.at += timedelta(days=2)
    assert worker.forget() == 2
