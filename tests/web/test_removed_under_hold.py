"""What a person removes under a legal hold is gone for everybody, kept for the hold, and deleted after it."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.bundle import make_bundle
from bot.keeping import Keeper
from bot.people import hard_days, hold
from bot.people.hard_days import DayKind, MarkedBy, MarkedDay
from bot.people.model import PeerRole, Person
from bot.store.marked_day_tables import marked_day
from bot.store.supporter_tables import letter_request
from tests.support.builders import NOW, PRISON, a_staff_member
from tests.support.tablet_app import Browser, World, opened

TODAY = NOW.date()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        with made.product.database.writing() as work:
            work.staff.add(a_staff_member())
            work.staff.add(replace(a_staff_member(), id="other", username="other"))
        yield made


@pytest.fixture
def lee(world: World) -> Person:
    return world.add("lee", PeerRole.LISTENER)


@pytest.fixture
def browser(world: World, lee: Person) -> Browser:
    return world.signed_in(lee)


def _held(world: World) -> str:
    with world.product.database.writing() as work:
        return hold.place(work, PRISON, "LEE1", "An inquest", "officer", now=NOW).id


def _lift(world: World, hold_id: str) -> None:
    with world.product.database.writing() as work:
        hold.lift(work, hold_id, "Over", "other", prison_id=PRISON, now=world.time[0])


def _mark(world: World, browser: Browser) -> str:
    answer = browser.submit("/days", kind="court", day=str(TODAY.day), month=str(TODAY.month))
    assert answer.headers["location"] == "/days?said=marked"
    return _days(world)[0].id


def _days(world: World) -> list[MarkedDay]:
    """As the pages show them now."""
    zone = world.product.prison.zone
    today = world.time[0].astimezone(zone).date()
    return world.read(lambda work: list(work.marked_days.of_person("lee", today, zone)))  # type: ignore[no-any-return]


def _rows(world: World, table: sa.Table) -> list[bool]:
    """Whether each is marked as removed."""
    removed = sa.select(table.c.removed_at)
    return world.read(lambda work: [at is not None for at in work.session.scalars(removed)])  # type: ignore[no-any-return]


def _remove(browser: Browser, day: str) -> str:
    return str(browser.submit(f"/days/{day}/remove", page="/days").headers["location"])


def _in_bundle(world: World, hold_id: str, table: str) -> int:
    made = make_bundle(world.product, hold_id, "officer", PRISON)
    with zipfile.ZipFile(io.BytesIO(made.data)) as file:
        return len(file.read(f"data/{table}.jsonl").splitlines())


@pytest.mark.parametrize("held", [False, True], ids=["no hold", "a hold"])
def test_a_day_that_is_removed_is_gone_and_the_person_reads_the_same(
    world: World, browser: Browser, held: bool
) -> None:
    if held:
        _held(world)
    day = _mark(world, browser)
    page = browser.get("/days").text

    said = _remove(browser, day)

    assert said == "/days?said=off"
    assert f"/days/{day}/remove" in page
    assert f"/days/{day}/remove" not in browser.get("/days").text
    days = _days(world)
    assert days == []
    assert not hard_days.offers_help(days, date(2020, 1, 1), TODAY)
    assert _rows(world, marked_day) == ([True] if held else [])


def test_the_same_day_can_be_marked_and_removed_again(world: World, browser: Browser) -> None:
    _held(world)

    for _ in range(3):
        _remove(browser, _mark(world, browser))
    _mark(world, browser)

    assert sorted(_rows(world, marked_day)) == [False, True, True, True]
    assert len(_days(world)) == 1


def test_removing_twice_keeps_when_it_was_removed_first(world: World, browser: Browser) -> None:
    _held(world)
    day = _mark(world, browser)
    _remove(browser, day)
    before = world.read(lambda work: work.session.scalar(sa.select(marked_day.c.removed_at)))

    world.later(minutes=5)
    _remove(browser, day)

    assert world.read(lambda work: work.session.scalar(sa.select(marked_day.c.removed_at))) == before


@pytest.mark.parametrize("held", [False, True], ids=["no hold", "a hold"])
def test_a_letter_that_is_taken_back_is_gone_for_staff_too(
    world: World, browser: Browser, held: bool
) -> None:
    if held:
        _held(world)
    browser.submit("/supporter/letter", page="/supporter/record", ask="yes")
    (letter,) = world.read(lambda work: work.letters.open_in(PRISON))

    browser.submit("/supporter/letter", page="/supporter/record", ask="no")

    assert "You have asked for a letter" not in browser.get("/supporter/record").text
    assert world.read(lambda work: work.letters.open_in(PRISON)) == []
    with world.product.database.writing() as work:
        assert work.letters.get_for_change(letter.id) is None
    browser.submit("/supporter/letter", page="/supporter/record", ask="yes")
    assert len(world.read(lambda work: work.letters.open_in(PRISON))) == 1
    assert sorted(_rows(world, letter_request)) == ([False, True] if held else [False])


def test_it_is_in_the_bundle_and_not_in_what_the_person_is_given(world: World, browser: Browser) -> None:
    held = _held(world)
    _remove(browser, _mark(world, browser))
    for ask in ("yes", "no"):
        browser.submit("/supporter/letter", page="/supporter/record", ask=ask)

    own = world.read(lambda work: work.about_person.everything(["lee"]).tables)

    assert (own["marked_day"], own["letter_request"]) == ([], [])
    assert _in_bundle(world, held, "marked_day") == 1
    assert _in_bundle(world, held, "letter_request") == 1


def test_it_is_deleted_when_the_last_hold_is_lifted_and_not_before(world: World, browser: Browser) -> None:
    holds = [_held(world), _held(world)]
    _remove(browser, _mark(world, browser))
    for ask in ("yes", "no"):
        browser.submit("/supporter/letter", page="/supporter/record", ask=ask)
    left = []

    for each in (None, *holds):
        if each is not None:
            _lift(world, each)
        world.later(minutes=20)
        Keeper(world.product, timedelta(minutes=5)).round()
        left.append((_rows(world, marked_day), _rows(world, letter_request)))

    assert left == [([True], [True]), ([True], [True]), ([], [])]
    query = "SELECT ref FROM audit WHERE action = 'deleted_removed'"
    said = world.read(lambda work: list(work.session.scalars(sa.text(query))))
    assert said == [f"2 up to {TODAY.isoformat()}"]


def test_what_staff_replace_or_take_off_is_gone_too(world: World, lee: Person) -> None:
    _held(world)
    with world.product.database.writing() as work:
        for back in (40, 3):
            hard_days.mark(
                work,
                lee.id,
                DayKind.ARRIVAL,
                TODAY - timedelta(days=back),
                MarkedBy.STAFF,
                today=TODAY,
                now=NOW,
                staff_id="officer",
            )
        (arrival,) = work.marked_days.all_of(lee.id)
        assert arrival.day == TODAY - timedelta(days=3)

        assert work.marked_days.remove(lee.id, arrival.id, MarkedBy.STAFF, NOW)
        assert not work.marked_days.remove(lee.id, arrival.id, MarkedBy.STAFF, NOW)

        assert work.marked_days.all_of(lee.id) == []
        assert work.handover.hard_days(PRISON, (), [TODAY]) == []


@pytest.mark.parametrize("held", [False, True], ids=["no hold", "a hold"])
def test_a_day_that_merely_passed_was_taken_off_by_nobody_and_the_pages_read_the_same(
    world: World, browser: Browser, held: bool
) -> None:
    hold_id = _held(world) if held else ""
    old = _mark(world, browser)

    world.later(hours=72)
    browser = world.signed_in(world.read(lambda work: work.persons.lock("lee")))
    new = TODAY + timedelta(days=3)
    browser.submit("/days", kind="court", day=str(new.day), month=str(new.month))

    days = _days(world)
    assert [each.day for each in days] == [new]
    assert f"/days/{old}/remove" not in browser.get("/days").text
    assert _rows(world, marked_day) == ([False, False] if held else [False])
    if held:
        assert _in_bundle(world, hold_id, "marked_day") == 2


def test_a_clock_that_was_ahead_hides_no_day_and_marking_one_again_is_no_error(
    world: World, lee: Person
) -> None:
    world.later(days=60)
    _mark_on(world, lee, (world.time[0] + timedelta(days=1)).date())
    world.later(days=-60)
    court = TODAY + timedelta(days=12)

    said = [_mark_on(world, lee, court) for _ in range(2)]

    assert said == ["/days?said=marked"] * 2
    assert f"{court.day} December" in world.signed_in(lee).get("/days").text
    assert [each.day for each in _days(world)] == [court, TODAY + timedelta(days=61)]


@pytest.mark.parametrize("held", [False, True], ids=["no hold", "a hold"])
def test_in_the_first_hour_of_a_summer_day_the_page_reads_the_same_hold_or_none(
    world: World, lee: Person, held: bool
) -> None:
    """By UTC it is still the day before."""
    world.time[0] = datetime(2027, 6, 1, 9, 0, tzinfo=UTC)
    if held:
        _held(world)
    _mark_on(world, lee, date(2027, 6, 1))
    world.time[0] = datetime(2027, 6, 1, 23, 20, tzinfo=UTC)

    _mark_on(world, lee, date(2027, 6, 9))

    page = world.signed_in(lee).get("/days").text
    assert page.count("/remove") == 1
    assert [each.day for each in _days(world)] == [date(2027, 6, 9)]
    assert _rows(world, marked_day) == [False] * (2 if held else 1)


def _mark_on(world: World, person: Person, day: date) -> str:
    answer = world.signed_in(person).submit("/days", kind="court", day=str(day.day), month=str(day.month))
    return str(answer.headers["location"])


@pytest.mark.parametrize("held", [False, True], ids=["no hold", "a hold"])
def test_what_was_hidden_under_a_hold_does_not_come_back_when_it_is_lifted(
    world: World, lee: Person, held: bool
) -> None:
    hold_id = _held(world) if held else ""
    _mark_on(world, lee, TODAY)
    world.later(hours=72)
    _mark_on(world, lee, TODAY + timedelta(days=5))
    (later,) = _days(world)
    _remove(world.signed_in(lee), later.id)

    if held:
        _lift(world, hold_id)
    world.later(minutes=20)
    Keeper(world.product, timedelta(minutes=5)).round()

    assert _days(world) == []
    assert _rows(world, marked_day) == []


def test_days_that_are_over_and_held_take_up_no_room(world: World, lee: Person) -> None:
    _held(world)

    def mark(day: date, today: date, now: datetime) -> None:
        with world.product.database.writing() as work:
            hard_days.mark(work, lee.id, DayKind.OTHER, day, MarkedBy.PERSON, today=today, now=now)

    for number in range(hard_days.MOST_DAYS):
        mark(TODAY + timedelta(days=number), TODAY, NOW)
    later = timedelta(days=60)
    mark(TODAY + later, TODAY + later, NOW + later)
    world.time[0] += later

    assert [each.day for each in _days(world)] == [TODAY + later]
    assert _rows(world, marked_day) == [False] * (hard_days.MOST_DAYS + 1)


def test_a_prison_deletes_what_its_own_people_removed(world: World, browser: Browser) -> None:
    hold_id = _held(world)
    _remove(browser, _mark(world, browser))
    _lift(world, hold_id)

    with world.product.database.writing() as work:
        elsewhere = work.retention.removed("elsewhere")
        here = work.retention.removed(PRISON)

    assert (elsewhere, here) == (0, 1)
    assert _rows(world, marked_day) == []
