"""A service that stays open over midnight: two spans that meet there are one, on the clock and in words."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from bot.content import Texts, load_texts
from bot.directory.hours import Calendar, Standing, standing
from bot.directory.model import MIDNIGHT, Hours, PartOfUk, Service, Spans
from bot.directory.reading import read_service
from bot.directory.saying import Tone, state_of, times_of
from bot.editions.bodies import body_of
from bot.fields import Refusing
from bot.people.model import PeerRole
from bot.prison import Prison
from bot.prison_file import load_prison
from bot.settings import ROOT
from tests.support.services import KNOWN, a_service

EVERY_NIGHT = [["00:00", "02:00"], ["20:00", "24:00"]]
NIGHTS: Spans = ((time(0), time(2)), (time(20), MIDNIGHT))
WHOLE: Spans = ((time(0), MIDNIGHT),)


class _Nowhere:
    def refuse(self, key: str, why: str) -> Exception:
        return ValueError(f"{key}: {why}")

    def goes_on(self, error: Exception) -> bool:
        return False


def a_night_service(spans: list[list[str]] = EVERY_NIGHT, **hours: Any) -> Service:
    place: Refusing = _Nowhere()
    named = hours or {"weekday": spans, "weekend": spans}
    data = a_service(hours=named, bank_holidays={"as": "sunday"} if not hours else "closed")
    return read_service("dentist", data, place, KNOWN)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return load_texts(ROOT / "content" / "messages")


@pytest.fixture(scope="module")
def prison() -> Prison:
    return load_prison(ROOT / "content", "oakmoor")


def look(prison: Prison, hours: Hours, text: str) -> Standing:
    return standing(hours, prison.calendar, at(prison, text).astimezone(UTC))


def at(prison: Prison, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=prison.zone)


def said(texts: Texts, prison: Prison, service: Service, text: str, language: str = "en") -> tuple[Tone, str]:
    state = state_of(texts, prison, service, language, at(prison, text).astimezone(UTC))
    return state.tone, state.words


def test_a_span_may_end_at_24_00_and_goes_back_to_the_file_as_that() -> None:
    service = a_night_service()

    assert service.hours == Hours(week=(NIGHTS,) * 7, holiday=NIGHTS, holiday_as=6)
    assert body_of(service)["hours"] == {"weekday": EVERY_NIGHT, "weekend": EVERY_NIGHT}


@pytest.mark.parametrize(
    ("spans", "why"),
    [
        ([["24:00", "24:00"]], "is no time of the day"),
        ([["20:00", "24:30"]], "is no time of the day"),
        ([["00:00", "00:00"]], "ends before it begins"),
        ([["20:00", "00:00"]], "up to 24:00, and from 00:00 on the next day"),
        ([["20:00", "02:00"]], "up to 24:00, and from 00:00 on the next day"),
        ([["20:00", "24:00"], ["22:00", "23:00"]], "overlaps"),
        ([["20:00", "24:00"], ["21:00", "24:00"]], "overlaps"),
    ],
)
def test_what_is_no_end_of_a_day_is_still_refused(spans: list[list[str]], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        a_night_service(spans)


@pytest.mark.parametrize(
    "now",
    ["2026-11-23T20:00", "2026-11-23T23:30", "2026-11-23T23:59:30", "2026-11-24T00:00", "2026-11-24T01:59"],
)
def test_it_is_open_through_midnight_until_it_shuts_on_the_next_day(prison: Prison, now: str) -> None:
    found = look(prison, Hours(week=(NIGHTS,) * 7, holiday=NIGHTS), now)

    assert found == Standing(is_open=True, closes=at(prison, "2026-11-24T02:00"))


def test_the_next_day_may_be_one_without_a_morning(prison: Prison) -> None:
    mondays = Hours(week=(((time(20), MIDNIGHT),), (), (), (), (), (), ()))

    assert look(prison, mondays, "2026-11-23T23:59:59").closes == at(prison, "2026-11-24T00:00")
    assert look(prison, mondays, "2026-11-24T00:00").opens == at(prison, "2026-11-30T20:00")


def test_a_bank_holiday_ends_the_night_where_it_is_shut_on_it(prison: Prison) -> None:
    """Christmas Eve is a Thursday; on Christmas Day nothing is open."""
    nights = Hours(week=(NIGHTS,) * 7)

    assert look(prison, nights, "2026-12-24T23:30").closes == at(prison, "2026-12-25T00:00")
    assert look(prison, nights, "2026-12-25T00:30").is_open is False


@pytest.mark.parametrize(("day", "closes_utc"), [("2026-03-28", 1), ("2026-10-24", 2)])
def test_a_night_in_which_the_clocks_change_is_one_turn(prison: Prison, day: str, closes_utc: int) -> None:
    found = look(prison, Hours(week=(NIGHTS,) * 7, holiday=NIGHTS), f"{day}T23:30")

    assert found.closes is not None
    assert (found.closes.hour, found.closes.astimezone(UTC).hour) == (2, closes_utc)


def test_what_is_open_on_whole_days_shuts_at_the_end_of_the_last(prison: Prison) -> None:
    weekdays = Hours(week=(WHOLE,) * 5 + ((), ()))

    found = look(prison, weekdays, "2026-11-23T12:00")

    assert found == Standing(is_open=True, closes=at(prison, "2026-11-28T00:00"))


def test_whole_days_without_end_have_no_closing_time(prison: Prison) -> None:
    assert look(prison, Hours(week=(WHOLE,) * 7, holiday=WHOLE), "2026-11-23T12:00") == Standing(is_open=True)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-23T23:30", "Open now, until 2:00"),
        ("2026-11-23T23:59:30", "Open now, until 2:00"),
        ("2026-11-24T00:30", "Open now, until 2:00"),
        ("2026-11-24T02:00", "Shut now. Opens today at 20:00"),
    ],
)
def test_it_is_said_as_one_opening(texts: Texts, prison: Prison, now: str, words: str) -> None:
    assert said(texts, prison, a_night_service(), now)[1] == words


def test_an_end_at_midnight_is_said_as_24_00_of_its_own_day(texts: Texts, prison: Prison) -> None:
    fridays = a_night_service(friday=[["20:00", "24:00"]])

    assert said(texts, prison, fridays, "2026-11-27T23:30") == (Tone.OPEN, "Open now, until 24:00")
    assert fridays.hours is not None
    assert times_of(texts, fridays.hours, "en")[0].times == "20:00 to 24:00"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-23T12:00", "Open now, until Friday at 24:00"),
        ("2026-11-26T23:00", "Open now, until Friday at 24:00"),
        ("2026-11-27T12:00", "Open now, until 24:00"),
    ],
)
def test_an_end_on_another_day_has_that_day(texts: Texts, prison: Prison, now: str, words: str) -> None:
    weekdays = a_night_service(weekday=[["00:00", "24:00"]])

    assert said(texts, prison, weekdays, now) == (Tone.OPEN, words)


def test_an_end_that_is_more_than_a_week_ahead_or_never_is_not_named(texts: Texts, prison: Prison) -> None:
    always = a_night_service([["00:00", "24:00"]])
    but_holidays = replace(always, hours=Hours(week=(WHOLE,) * 7))

    assert said(texts, prison, always, "2026-11-23T12:00") == (Tone.OPEN, "Open now")
    # Christmas Day is more than two weeks ahead, then three days.
    assert said(texts, prison, but_holidays, "2026-12-07T12:00") == (Tone.OPEN, "Open now")
    assert said(texts, prison, but_holidays, "2026-12-22T12:00")[1] == "Open now, until Thursday at 24:00"


@pytest.mark.parametrize("language", ["en", "cy", "ar", "pl", "ro", "sq"])
def test_the_other_day_is_named_in_every_language(texts: Texts, prison: Prison, language: str) -> None:
    weekdays = a_night_service(weekday=[["00:00", "24:00"]])

    words = said(texts, prison, weekdays, "2026-11-23T12:00", language)[1]

    assert texts.say("day_friday", language) in words
    assert "24:00" in words
    assert language == "en" or "Open now" not in words


def test_a_role_with_hours_over_midnight_may_be_asked_for_all_through_it(prison: Prison) -> None:
    night = replace(prison, peer_hours={PeerRole.LISTENER: Hours(week=(NIGHTS,) * 7, holiday=NIGHTS)})

    for now in ("2026-11-23T23:59:30", "2026-11-24T00:00:30"):
        assert night.offers(PeerRole.LISTENER, at(night, now))
    assert not night.offers(PeerRole.LISTENER, at(night, "2026-11-24T02:00"))


def test_a_calendar_of_another_part_joins_its_nights_too() -> None:
    scotland = Calendar(load_prison(ROOT / "content", "oakmoor").zone, PartOfUk.SCOTLAND)
    nights = Hours(week=(NIGHTS,) * 7)

    # St Andrew's Day is shut there: the night before ends with its Sunday.
    found = standing(nights, scotland, datetime(2026, 11, 29, 23, 30, tzinfo=UTC))

    assert found.closes == datetime(2026, 11, 30, tzinfo=UTC)
