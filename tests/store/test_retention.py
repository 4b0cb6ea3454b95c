"""What is past its time goes, a little at a time, with its line in the audit; what is under a hold stays."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.bootstrap import Product
from bot.keeping import Keeper
from bot.people import hold
from bot.people.model import Actor, ActorKind, Person
from bot.queue import service as queue
from bot.queue.model import Change, Kind
from bot.retention import LIMITS, DataKind
from bot.safety import intake, review
from bot.safety.intake import Arrival
from bot.safety.message import Direction, Message
from bot.safety.model import Level
from bot.safety.record import Entry, EntryKind, RecordState, new_entry
from bot.store import retention
from bot.store import tables as t
from bot.store.about_person import Period
from bot.store.database import Database
from bot.store.deleting import ABOUT
from bot.store.hold_tables import person_left, report_final
from bot.store.proof_tables import audit_words, safety_words
from bot.store.tables import metadata
from tests.support.builders import NOW, PRISON, STAFF, PlainPrison, a_staff_member, a_verdict
from tests.support.chain import head, verify, walk
from tests.support.worker import Clock, a_product

DAY = timedelta(days=1)
FOREVER = timedelta(minutes=5)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def product(database: Database, clock: Clock, sam: Person) -> Product:
    return a_product(database, clock)


def let_go(product: Product) -> int:
    return Keeper(product, FOREVER).round()


def wrote(product: Product, person_id: str, at: datetime, text: str = "words", key: str = "") -> None:
    with product.database.writing() as work:
        name = key or f"{person_id}{at:%y%m%d%H%M%S}"
        work.messages.add(Message(name, person_id, "tablet", Direction.FROM_PERSON, text, at, name))


def count(product: Product, table: sa.Table) -> int:
    with product.database.reading() as work:
        return work.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def audit_of(product: Product, action: str) -> list[str]:
    with product.database.reading() as work:
        rows = sa.select(t.audit.c.ref).where(t.audit.c.action == action).order_by(t.audit.c.seq)
        return list(work.session.scalars(rows))


def hold_on(
    product: Product, number: str, begins: datetime | None = None, ends: datetime | None = None
) -> str:
    with product.database.writing() as work:
        placed = hold.place(
            work, PRISON, number, "An inquest", "officer", now=product.now(), begins_at=begins, ends_at=ends
        )
    return placed.id


def test_old_messages_go_and_new_ones_stay(product: Product) -> None:
    wrote(product, "sam", NOW - 91 * DAY)
    wrote(product, "sam", NOW - 89 * DAY)

    assert let_go(product) == 1

    with product.database.reading() as work:
        assert [message.at for message in work.messages.latest("sam")] == [NOW - 89 * DAY]
    assert audit_of(product, "deleted_messages") == [f"1 up to {(NOW - 91 * DAY).date()}"]


def test_many_go_in_small_transactions_and_the_audit_adds_up(product: Product) -> None:
    many = 2 * retention.BATCH + 7
    for number in range(many):
        wrote(product, "ali", NOW - 200 * DAY + timedelta(minutes=number))

    assert let_go(product) == many

    refs = audit_of(product, "deleted_messages")
    assert [int(ref.split()[0]) for ref in refs] == [retention.BATCH, retention.BATCH, 7]
    assert "ali" not in " ".join(refs)


def test_a_round_stops_when_its_time_is_over_and_goes_on_the_next_time(product: Product) -> None:
    for number in range(retention.BATCH + 1):
        wrote(product, "ali", NOW - 200 * DAY + timedelta(minutes=number))
    keeper = Keeper(product, timedelta())

    assert keeper.round() == retention.BATCH
    assert sum(keeper.round() for _ in range(20)) == 1


def test_a_closed_request_goes_with_its_history_and_an_open_one_stays(
    product: Product, clock: Clock, sam: Person
) -> None:
    prison = PlainPrison()
    with product.database.writing() as work:
        old = queue.ask(work, sam, Kind.LISTENER, deadlines=prison, now=NOW)
        queue.move(work, old.id, Change.CANCELLED, Actor(ActorKind.PERSON, sam.id), now=NOW)
        queue.ask(work, sam, Kind.STAFF, deadlines=prison, now=NOW)
    clock.at = NOW + product.prison.retention[DataKind.REQUESTS] + DAY

    let_go(product)

    with product.database.reading() as work:
        assert work.requests.get(old.id) is None
        assert work.requests.events_of(old.id) == []
        assert len(work.requests.open_of_person(sam.id)) == 1
    assert audit_of(product, "deleted_requests") == [f"1 up to {NOW.date()}"]


def test_words_of_old_records_go_and_the_chain_holds(product: Product, clock: Clock, sam: Person) -> None:
    record_id = a_checked_record(product, sam)
    clock.at = NOW + product.prison.retention[DataKind.SAFETY_WORDS] + DAY

    let_go(product)

    assert count(product, safety_words) == 0
    with product.database.reading() as work:
        assert verify(walk(work), head(work)) == 3
        record = work.safety.get(record_id)
        assert record is not None
        assert record.first_name == ""
        assert "text" not in work.safety.entries_of(record_id)[0].words
    assert len(audit_of(product, "deleted_safety_words")) == 1
    assert let_go(product) == 0, "done once"


def test_a_record_that_nobody_checked_keeps_its_words(product: Product, clock: Clock, sam: Person) -> None:
    in_danger(product, sam)
    clock.at = NOW + product.prison.retention[DataKind.SAFETY_WORDS] + DAY

    let_go(product)

    assert count(product, safety_words) > 0


def test_a_hold_beats_every_limit(product: Product, clock: Clock, sam: Person) -> None:
    a_checked_record(product, sam)
    wrote(product, "sam", NOW)
    wrote(product, "ali", NOW)
    hold_on(product, sam.number)
    words = count(product, safety_words)
    clock.at = NOW + 40 * 366 * DAY

    let_go(product)

    with product.database.reading() as work:
        assert len(work.messages.latest("sam")) == 2
        assert work.messages.latest("ali") == []
    assert count(product, safety_words) == words


def test_a_hold_of_a_period_keeps_that_period_only(product: Product) -> None:
    for days in (300, 250, 200):
        wrote(product, "sam", NOW - days * DAY)
    hold_on(product, "SAM1", NOW - 260 * DAY, NOW - 240 * DAY)

    let_go(product)

    with product.database.reading() as work:
        assert [message.at for message in work.messages.latest("sam")] == [NOW - 250 * DAY]


def test_a_hold_survives_a_move_and_somebody_who_is_added_anew(product: Product, sam: Person) -> None:
    wrote(product, "sam", NOW - 200 * DAY)
    hold_on(product, sam.number)
    anew = replace(sam, id="sam-again", prison_id="larkmere")
    with product.database.writing() as work:
        work.persons.add(anew)
        work.messages.add(Message("m", anew.id, "t", Direction.FROM_PERSON, "there", NOW - 200 * DAY, "m"))
        work.persons.save(replace(sam, prison_id="fernhill", active=False))

    let_go(product)
    for prison_id in ("fernhill", "larkmere"):
        with product.database.reading() as work:
            for olds in retention.OLD.values():
                assert not any(work.retention.find(old, prison_id, NOW).keys for old in olds)

    assert count(product, t.message) == 2


def test_lifted_by_another_it_keeps_nothing_any_more(product: Product, sam: Person) -> None:
    wrote(product, "sam", NOW - 200 * DAY)
    held = hold_on(product, sam.number)
    with product.database.writing() as work:
        work.staff.add(a_staff_member("second"))
        with pytest.raises(hold.SecondPersonNeeded):
            hold.lift(work, held, "It is over", "officer", prison_id=PRISON, now=NOW)
        hold.lift(work, held, "It is over", "second", prison_id=PRISON, now=NOW)
        with pytest.raises(hold.AlreadyLifted):
            hold.lift(work, held, "Once more", "second", prison_id=PRISON, now=NOW)

    assert let_go(product) == 1
    assert audit_of(product, "hold_placed") == audit_of(product, "hold_lifted") == [held]


def test_one_of_two_holds_is_enough(product: Product, sam: Person) -> None:
    wrote(product, "sam", NOW - 200 * DAY)
    first, _ = hold_on(product, sam.number), hold_on(product, sam.number)
    with product.database.writing() as work:
        work.staff.add(a_staff_member("second"))
        hold.lift(work, first, "It is over", "second", prison_id=PRISON, now=NOW)

    assert let_go(product) == 0


def test_a_hold_that_is_placed_between_looking_and_deleting_wins(product: Product, sam: Person) -> None:
    wrote(product, "sam", NOW - 200 * DAY)
    (old,) = retention.OLD[DataKind.MESSAGES]
    with product.database.reading() as work:
        found = work.retention.find(old, PRISON, NOW)
    assert found.keys
    hold_on(product, sam.number)

    with product.database.writing() as work:
        assert work.retention.take(old, found, PRISON, NOW, NOW.date()) == 0


def test_without_words_or_person_there_is_no_hold(product: Product) -> None:
    with product.database.writing() as work:
        with pytest.raises(hold.ReasonMissing):
            hold.place(work, PRISON, "SAM1", "  ", "officer", now=NOW)
        with pytest.raises(hold.UnknownHeldPerson):
            hold.place(work, PRISON, "NOBODY", "An inquest", "officer", now=NOW)
        with pytest.raises(hold.BadPeriod):
            hold.place(
                work, PRISON, "SAM1", "An inquest", "officer", now=NOW, begins_at=NOW, ends_at=NOW - DAY
            )


def test_name_and_number_of_who_left_go_when_nothing_else_is_kept(
    product: Product, clock: Clock, sam: Person
) -> None:
    wrote(product, sam.id, NOW)
    with product.database.writing() as work:
        work.persons.save(replace(sam, active=False))
    let_go(product)
    clock.at = NOW + product.prison.retention[DataKind.PEOPLE_LEFT] + DAY

    let_go(product)

    with product.database.reading() as work:
        left = work.persons.get(sam.id)
    assert left is not None
    assert (left.first_name, left.number) == ("", "gone sam")
    assert len(audit_of(product, "deleted_people_left")) == 1


def test_of_who_left_long_ago_every_column_says_nothing(product: Product, clock: Clock, sam: Person) -> None:
    """Also one that comes later: what is kept of a person is named here."""
    with product.database.writing() as work:
        work.persons.save(
            replace(sam, active=False, language="cy", welcomed_at=NOW, cell_said_at=NOW, pin_hash="a digest")
        )
        # As a version before may have left them.
        old = sa.update(t.person).where(t.person.c.id == sam.id).values(failed_pins=2, wait_until=NOW)
        work.session.execute(old)
    let_go(product)
    clock.at = NOW + product.prison.retention[DataKind.PEOPLE_LEFT] + DAY

    let_go(product)

    with product.database.reading() as work:
        row = work.session.execute(sa.select(t.person).where(t.person.c.id == sam.id)).mappings().one()
    told = {name: value for name, value in row.items() if value not in ("", None, 0, False)}
    assert told == {"id": sam.id, "prison_id": PRISON, "number": "gone sam"}


def test_who_came_back_keeps_the_name(product: Product, clock: Clock, sam: Person) -> None:
    with product.database.writing() as work:
        work.persons.save(replace(sam, active=False))
    let_go(product)
    with product.database.writing() as work:
        work.persons.save(sam)
    clock.at = NOW + product.prison.retention[DataKind.PEOPLE_LEFT] + DAY

    let_go(product)

    with product.database.reading() as work:
        assert work.persons.get(sam.id) == sam


def test_why_somebody_read_goes_and_that_somebody_read_stays(product: Product, clock: Clock) -> None:
    with product.database.writing() as work:
        work.audit.put(PRISON, "officer", "record_viewed", "r", NOW, why="The family asked")
    clock.at = NOW + product.prison.retention[DataKind.AUDIT_WORDS] + DAY

    let_go(product)

    assert count(product, audit_words) == 0
    assert audit_of(product, "record_viewed") == ["r"]
    assert audit_of(product, "deleted_audit_words") == [f"1 up to {NOW.date()}"]


def test_every_table_with_a_prison_or_a_person_says_whom_it_is_about(database: Database) -> None:
    deleted = {old.table.name for olds in retention.OLD.values() for old in olds}

    assert deleted <= set(ABOUT)
    assert set(ABOUT) <= set(metadata.tables)


def test_each_kind_has_its_reason_and_room_to_choose() -> None:
    assert set(LIMITS) == set(DataKind)
    for limit in LIMITS.values():
        assert limit.least <= limit.days <= limit.most
        assert limit.why.endswith(".")


def in_danger(product: Product, sam: Person) -> str:
    with product.database.writing() as work:
        arrival = Arrival(sam.id, "tablet", "cant do this no more", "form")
        received = intake.receive(work, arrival, a_verdict(Level.EMERGENCY), prison=PlainPrison(), now=NOW)
    return str(received.message.record_id)


def a_checked_record(product: Product, sam: Person) -> str:
    record_id = in_danger(product, sam)
    with product.database.writing() as work:
        review.acknowledge(work, record_id, STAFF, prison_id=PRISON, prison=PlainPrison(), now=NOW)
    with product.database.writing() as work:
        record = work.safety.get_for_change(record_id)
        assert record is not None
        work.safety.append(_checked(record_id))
        work.safety.save_record(replace(record, state=RecordState.CHECKED, checked_at=NOW))
    return record_id


def _checked(record_id: str) -> Entry:
    return new_entry(record_id, EntryKind.CHECKED, NOW, ActorKind.STAFF, "officer", {}, {"response": "fine"})


def test_a_note_of_today_on_an_old_record_stays(product: Product, clock: Clock, sam: Person) -> None:
    record_id = a_checked_record(product, sam)
    limit = product.prison.retention[DataKind.SAFETY_WORDS]
    clock.at = NOW + limit + DAY
    let_go(product)
    with product.database.writing() as work:
        note = new_entry(
            record_id, EntryKind.NOTED, clock.at, STAFF.kind, STAFF.id, {}, words={"note": "Seen again"}
        )
        work.safety.append(note)

    let_go(product)
    kept = count(product, safety_words)
    clock.at += limit + DAY
    let_go(product)

    assert (kept, count(product, safety_words)) == (1, 0)
    assert len(audit_of(product, "deleted_safety_words")) == 2


def test_what_staff_wrote_in_the_period_of_a_hold_is_held_however_old_the_message(
    product: Product, clock: Clock, sam: Person
) -> None:
    record_id = in_danger(product, sam)
    clock.at = NOW + 3 * DAY
    with product.database.writing() as work:
        here = {"prison_id": PRISON, "prison": product.prison, "now": clock.at}
        review.check(work, record_id, STAFF, review.Check(True, True, "fine"), **here)  # type: ignore[arg-type]
    hold_on(product, sam.number, NOW + 2 * DAY, NOW + 4 * DAY)
    words = count(product, safety_words)
    clock.at = NOW + 40 * 366 * DAY

    let_go(product)

    assert count(product, safety_words) == words > 0
    with product.database.reading() as work:
        period = Period(NOW + 2 * DAY, NOW + 4 * DAY)
        assert work.about_person.everything([sam.id], period).tables["safety_record"]


def test_the_day_of_which_some_requests_have_gone_is_not_counted_anew(
    product: Product, clock: Clock, sam: Person
) -> None:
    with product.database.writing() as work:
        old = queue.ask(work, sam, Kind.LISTENER, deadlines=PlainPrison(), now=NOW)
        queue.move(work, old.id, Change.CANCELLED, Actor(ActorKind.PERSON, sam.id), now=NOW)
    clock.at = NOW + product.prison.retention[DataKind.REQUESTS] + timedelta(minutes=1)

    let_go(product)

    with product.database.reading() as work:
        final = work.session.scalar(sa.select(report_final.c.before))
    assert final == NOW.date() + DAY


def test_who_came_back_keeps_what_is_known(product: Product, sam: Person) -> None:
    with product.database.writing() as work:
        work.session.execute(sa.insert(person_left).values(person_id=sam.id, since=NOW - 4000 * DAY))
        assert work.retention.clear_person(sam.id, NOW) == 0
        left = work.session.execute(sa.select(person_left.c.cleared_at)).scalar_one()

    assert left is None
