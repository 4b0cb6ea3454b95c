"""A service in words: how it stands, its week in few lines, and the one line for the chat."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.content import Texts, load_texts
from bot.directory.model import Reach, Service, Way
from bot.directory.reading import read_service
from bot.directory.saying import (
    Times,
    Tone,
    reach_words,
    service_line,
    state_of,
    times_of,
    who_answers,
    whom,
)
from bot.people.model import PeerRole
from bot.prison import Prison
from bot.prison_file import load_prison
from bot.settings import ROOT
from tests.support.services import KNOWN, a_service

LANGUAGES = ("en", "cy", "ar", "pl", "ro", "sq")


@pytest.fixture(scope="module")
def texts() -> Texts:
    return load_texts(ROOT / "content" / "messages")


@pytest.fixture(scope="module")
def prison() -> Prison:
    """Oakmoor with one service only, whose times a reader can keep in the head."""
    return with_service(load_prison(ROOT / "content", "oakmoor"), dentist())


def dentist(**changes: object) -> Service:
    class Nowhere:
        def refuse(self, key: str, why: str) -> Exception:
            return AssertionError(f"{key}: {why}")

        def goes_on(self, error: Exception) -> bool:
            return False

    return read_service("dentist", a_service(**changes), Nowhere(), KNOWN)


def with_service(prison: Prison, service: Service) -> Prison:
    return replace(prison, services={service.id: service})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "tone", "words"),
    [
        ("2026-11-23T09:00", Tone.OPEN, "Open now, until 12:00"),
        ("2026-11-23T08:00", Tone.SHUT, "Shut now. Opens today at 9:00"),
        ("2026-11-23T12:00", Tone.SHUT, "Shut now. Opens today at 13:30"),
        ("2026-11-23T16:00", Tone.SHUT, "Shut now. Opens tomorrow at 10:00"),
        ("2026-11-27T17:00", Tone.SHUT, "Shut now. Opens Monday at 9:00"),
        # The Friday is Christmas Day, the Monday is Boxing Day's: a week ahead needs its date.
        ("2026-12-24T17:00", Tone.SHUT, "Shut now. Opens Tuesday at 10:00"),
        # Summer: eleven by the clock on the wall is ten in UTC.
        ("2026-07-06T10:59", Tone.OPEN, "Open now, until 12:00"),
        ("2026-07-06T11:00", Tone.SHUT, "Shut now. Opens today at 13:30"),
    ],
)
def test_a_state_is_said_in_plain_words(
    texts: Texts, prison: Prison, now: str, tone: Tone, words: str
) -> None:
    state = state_of(texts, prison, dentist(), "en", at(now))

    assert (state.tone, state.words) == (tone, words)


def test_an_opening_a_week_ahead_has_its_date(texts: Texts, prison: Prison) -> None:
    mondays = dentist(hours={"monday": [["09:00", "12:00"]]})

    state = state_of(texts, prison, mondays, "en", at("2026-12-28T08:00"))

    assert state.words == "Shut now. Opens Monday 04/01 at 9:00"


def test_what_is_not_in_the_file_is_not_guessed(texts: Texts, prison: Prison) -> None:
    unknown = replace(dentist(), hours=None)

    state = state_of(texts, prison, unknown, "en", at("2026-11-23T10:00"))

    assert (state.tone, state.words) == (Tone.ASK, "The times are not listed. Ask: A health champion")


def test_the_week_is_said_in_few_lines(texts: Texts) -> None:
    hours = dentist().hours
    assert hours is not None

    assert times_of(texts, hours, "en") == (
        Times("Monday", "9:00 to 12:00 and 13:30 to 16:00"),
        Times("Tuesday", "10:00 to 11:00"),
        Times("Wednesday to Friday", "9:00 to 12:00 and 13:30 to 16:00"),
        Times("Other days", "Shut"),
        Times("Bank holidays", "Shut"),
    )


def test_a_week_without_a_closed_day_has_no_line_for_one(texts: Texts) -> None:
    daily = dentist(
        hours={"weekday": [["09:00", "10:00"]], "weekend": [["09:00", "10:00"]]},
        bank_holidays={"as": "sunday"},
    ).hours
    assert daily is not None

    assert times_of(texts, daily, "en") == (
        Times("Every day", "9:00 to 10:00"),
        Times("Bank holidays", "As on Sunday"),
    )


@pytest.mark.parametrize(
    ("reach", "words"),
    [
        (
            Reach(Way.APP, name="Dentist", say="Say where it hurts."),
            ("Put in an app: Dentist.", "Say where it hurts."),
        ),
        (Reach(Way.EXTENSION, number="4100"), ("Ring 4100 from a phone here.",)),
        (Reach(Way.FREE_NUMBER, number="116 123"), ("Ring 116 123. It is free.",)),
        (Reach(Way.OFFICER), ("Ask any officer.",)),
        (Reach(Way.OFFICER, say="Ask on A1."), ("Ask on A1.",)),
    ],
)
def test_a_way_is_said_in_a_sentence(
    texts: Texts, prison: Prison, reach: Reach, words: tuple[str, ...]
) -> None:
    assert reach_words(texts, prison, reach, "en", at("2026-11-23T10:00")) == words


def test_you_can_ask_here_is_said_only_of_whom_the_prison_offers(texts: Texts, prison: Prison) -> None:
    reach = Reach(Way.TABLET, say="You can ask here.", ask="listener")
    without = replace(prison, peer_roles=(PeerRole.HEALTH_CHAMPION,))
    now = at("2026-11-23T10:00")

    assert reach_words(texts, prison, reach, "en", now) == ("You can ask here.",)
    assert reach_words(texts, without, reach, "en", now) == ("Not in this prison: A Listener.",)


def test_whom_to_ask_is_somebody_who_may_be_asked_for_now(texts: Texts, prison: Prison) -> None:
    without = replace(prison, peer_roles=())
    now = at("2026-11-23T10:00")

    assert whom(texts, prison, dentist(), "en", now) == "A health champion"
    assert whom(texts, without, dentist(), "en", now) == "A wing officer"
    assert whom(texts, without, dentist(who={"peer_roles": ["health_champion"]}), "en", now) == "Staff"


def test_peer_supporters_are_named_before_staff(texts: Texts) -> None:
    assert who_answers(texts, dentist(), "en") == ("A health champion", "A wing officer", "Dental team")


def test_the_chat_gets_one_line(texts: Texts, prison: Prison) -> None:
    line = service_line(texts, prison, "dentist_optician", "en", at("2026-11-23T10:00"))

    assert line == "Dentist: Open now, until 12:00. Put in an app: Dentist."


def test_the_line_is_on_the_service_that_the_topic_is_most_about(texts: Texts) -> None:
    prison = load_prison(ROOT / "content", "oakmoor")

    # Samaritans serve this topic too, but second to their own.
    line = service_line(texts, prison, "about_listeners", "en", at("2026-11-23T10:00"))

    assert line.startswith("Listeners: Day and night.")


def test_a_topic_that_no_service_serves_has_no_line(texts: Texts, prison: Prison) -> None:
    assert service_line(texts, prison, "visits", "en", at("2026-11-23T10:00")) == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("prison_id", ["oakmoor", "fernhill", "larkmere"])
def test_every_service_can_be_said_in_every_language(texts: Texts, prison_id: str, language: str) -> None:
    prison = load_prison(ROOT / "content", prison_id)

    now = at("2026-12-25T10:00")

    for service in prison.services.values():
        assert state_of(texts, prison, service, language, now).words
        assert service.hours is None or times_of(texts, service.hours, language)
        ways = [reach_words(texts, prison, reach, language, now) for reach in service.reach]
        assert all("{" not in words for said in ways for words in said)
        for topic in service.topics:
            line = service_line(texts, prison, topic, language, now)
            assert line
            assert "\n" not in line
