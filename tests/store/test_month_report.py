"""Each month somebody hears that the report is ready: once, without a number, where the file says so."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.bootstrap import Product
from bot.content import load_texts
from bot.month_report import READY, MonthKeeper, month_before, name_of
from bot.notices.handing_out import hand_out
from bot.notices.letter import Writer
from bot.notices.model import MONTH_REPORT, Outgoing
from bot.notices.routes import EVERYTHING, Route
from bot.people.model import Person
from bot.report_counting import catch_up
from bot.reports.periods import Period
from bot.settings import ROOT
from bot.store import tables as t
from bot.store.database import Database
from bot.store.month_reports import MonthReportRows
from bot.worker import Worker
from tests.support.builders import NOW, PRISON, a_request
from tests.support.report_filling import fill_requests
from tests.support.worker import Clock, a_product

SECOND = datetime(2026, 12, 2, 0, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Clock:
    return Clock(SECOND)


@pytest.fixture
def product(database: Database, clock: Clock, sam: Person) -> Product:
    return a_product(database, clock)


@pytest.fixture
def asked(product: Product) -> Product:
    """With a request in November."""
    fill_requests(product.database, 3, start=NOW, days=1)
    assert catch_up(product, timedelta(minutes=1))
    return product


def _told(product: Product) -> list[str]:
    told = sa.select(t.outbox.c.ref).where(t.outbox.c.topic == MONTH_REPORT)
    with product.database.reading() as work:
        return list(work.session.scalars(told))


def test_the_month_before_is_whole_also_in_january_and_in_march() -> None:
    assert month_before(NOW.date().replace(month=1, day=31, year=2027)).first.isoformat() == "2026-12-01"
    assert month_before(NOW.date().replace(month=3, day=1, year=2028)).last.isoformat() == "2028-02-29"
    assert name_of(Period(NOW.date(), NOW.date())) == "2026-11"


def test_on_the_second_of_the_month_it_is_told_once_by_whichever_worker(asked: Product, clock: Clock) -> None:
    worker = Worker(asked)
    worker.report_month()
    clock.at += timedelta(days=9)
    worker.report_month()
    Worker(asked).report_month()

    assert _told(asked) == ["2026-11"]

    clock.at += timedelta(days=30)
    worker.tick()

    assert _told(asked) == ["2026-11", "2026-12"]


def test_on_the_first_by_the_prisons_own_clock_it_is_too_early(asked: Product, clock: Clock) -> None:
    clock.at = datetime(2026, 12, 1, 23, 59, tzinfo=UTC)
    assert not MonthKeeper(asked).keep()

    # In summer the second begins an hour earlier than by UTC.
    clock.at = datetime(2027, 6, 1, 23, 5, tzinfo=UTC)
    assert MonthKeeper(asked).keep()


def test_of_two_workers_at_once_one_tells(asked: Product) -> None:
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: MonthKeeper(asked).keep(), range(4)))

    assert sorted(told) == [False, False, False, True]
    assert _told(asked) == ["2026-11"]


def test_where_nobody_ever_asked_nothing_is_told_and_a_silent_month_is(
    product: Product, clock: Clock
) -> None:
    assert not MonthKeeper(product).keep()

    fill_requests(product.database, 3, start=NOW, days=1)
    catch_up(product, timedelta(minutes=1))
    clock.at += timedelta(days=62)

    assert MonthKeeper(product).keep()
    assert _told(product) == ["2027-01"]


def test_while_figures_are_behind_nothing_is_told_and_the_same_worker_tells_it_later(
    product: Product, clock: Clock
) -> None:
    """An upgrade on the second of the month: what was asked is there, and not counted yet."""
    keeper = MonthKeeper(product)
    fill_requests(product.database, 3, start=NOW, days=1)
    assert not keeper.keep()
    assert _told(product) == []

    assert catch_up(product, timedelta(minutes=1))
    clock.at += timedelta(minutes=1)

    assert keeper.keep()
    assert not keeper.keep()
    assert _told(product) == ["2026-11"]


def test_a_month_of_which_a_part_is_counted_is_not_called_ready(asked: Product) -> None:
    keeper = MonthKeeper(asked)
    fill_requests(asked.database, 3, start=NOW + timedelta(days=1), days=1, seed=2)

    assert not keeper.keep()

    assert catch_up(asked, timedelta(minutes=1))
    assert keeper.keep()


def test_nobody_who_finds_nothing_to_tell_locks_the_head_of_the_audit(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(rows: MonthReportRows) -> None:
        raise AssertionError("locked")

    monkeypatch.setattr(MonthReportRows, "lock", locked)

    assert not MonthKeeper(product).keep()


def test_another_prisons_requests_are_no_reason_to_tell(product: Product) -> None:
    with product.database.writing() as work:
        work.requests.add(a_request(id="there", prison_id="elsewhere"))
    catch_up(product, timedelta(minutes=1))

    assert not MonthKeeper(product).keep()


class _Channel:
    name, follows = "manager_mail", False

    def __init__(self, *, reports: bool) -> None:
        self.route = replace(Route(), reports=True) if reports else EVERYTHING

    def deliver(self, outgoing: Outgoing, now: object) -> None:
        raise AssertionError


def test_it_goes_out_where_the_prisons_file_says_so_and_names_no_number(asked: Product) -> None:
    MonthKeeper(asked).keep()
    with asked.database.writing() as work:
        (notice,) = [each for each in work.outbox.claim(SECOND, HOUR) if each.topic == MONTH_REPORT]
        wanted = [hand_out(work, notice, [_Channel(reports=yes)], asked.prison) for yes in (True, False)]

    assert wanted == [1, 0]
    assert notice.facts == {}
    writer = Writer(load_texts(ROOT / "content" / "desk"), "Oakmoor", asked.prison.zone, "https://desk.test")
    letter = writer.write(Outgoing(1, 1, MONTH_REPORT, PRISON, notice.ref, SECOND, notice.facts))
    assert letter.subject == "Signpost, Oakmoor: the report for November 2026 is ready"
    assert "https://desk.test/reports?from=2026-11-01&to=2026-11-30" in letter.text


def test_that_it_was_told_stands_in_the_audit(asked: Product) -> None:
    MonthKeeper(asked).keep()

    with asked.database.reading() as work:
        assert work.month_reports.staff_of(PRISON, READY, "2026-11") == [""]
        assert work.month_reports.staff_of(PRISON, READY, "2026-10") == []
