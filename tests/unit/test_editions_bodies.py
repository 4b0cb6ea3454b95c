"""An answer or a service as plain data: it reads back as the same, whatever the files hold."""

import json
from datetime import date

import pytest

from bot.answers import load_answers, read_answer
from bot.directory.reading import read_service
from bot.editions.bodies import body_of, with_dates
from bot.editions.model import mark_of
from bot.prison_file import known_in, load_prison
from bot.settings import ROOT
from bot.taxonomy import load_taxonomy
from tests.support.editions import Refuses, a_dentist
from tests.support.services import KNOWN

CONTENT = ROOT / "content"
TOPICS = load_taxonomy(CONTENT).topics
PRISONS = sorted(path.stem for path in (CONTENT / "prisons").glob("*.yml"))


def test_every_answer_reads_back_as_the_same() -> None:
    book = load_answers(CONTENT / "answers", TOPICS).by_language["en"]

    again = {
        topic: read_answer(topic, with_dates(_stored(body_of(answer))), Refuses(), TOPICS)
        for topic, answer in book.items()
    }

    assert again == dict(book)


@pytest.mark.parametrize("prison_id", PRISONS)
def test_every_service_reads_back_as_the_same(prison_id: str) -> None:
    prison = load_prison(CONTENT, prison_id)
    known = known_in(prison, frozenset(TOPICS))

    again = {
        key: read_service(key, with_dates(_stored(body_of(service))), Refuses(), known)
        for key, service in prison.services.items()
    }

    assert again == dict(prison.services)


@pytest.mark.parametrize(
    ("hours", "written"),
    [
        ("always", "always"),
        ({"weekday": [["09:00", "12:00"]]}, {"weekday": [["09:00", "12:00"]]}),
        (
            {"weekday": [["09:00", "12:00"]], "friday": []},
            {"weekday": [["09:00", "12:00"]], "friday": []},
        ),
        (
            {"monday": [["09:00", "10:00"]], "sunday": [["09:00", "10:00"]]},
            {"monday": [["09:00", "10:00"]], "sunday": [["09:00", "10:00"]]},
        ),
        (
            {"saturday": [["09:00", "10:00"]], "sunday": [["09:00", "10:00"]]},
            {"weekend": [["09:00", "10:00"]]},
        ),
    ],
    ids=["always", "weekdays", "a short week", "two days", "a weekend day by day"],
)
def test_days_that_are_alike_are_written_under_one_name(hours: object, written: object) -> None:
    holidays = {} if hours == "always" else {"bank_holidays": "closed"}
    body = {**_without_hours(), "hours": hours, **holidays}

    service = read_service("dentist", with_dates(body), Refuses(), KNOWN)

    assert body_of(service)["hours"] == written


def test_what_is_not_known_is_left_out() -> None:
    body = {
        key: value for key, value in _without_hours().items() if key not in ("place", "note", "languages")
    }

    service = read_service("dentist", with_dates(body), Refuses(), KNOWN)

    assert body_of(service) == body


def test_the_mark_is_the_same_for_the_same_text() -> None:
    body = body_of(a_dentist())

    assert mark_of(body) == mark_of(dict(reversed(body.items())))
    assert mark_of(body) != mark_of(body_of(a_dentist(title="Teeth")))


def test_a_date_that_is_none_stays_for_the_reader_to_refuse() -> None:
    dated = with_dates({"reviewed": "2026-11-22", "review_by": "soon", "title": "2026-11-22"})

    assert dated == {"reviewed": date(2026, 11, 22), "review_by": "soon", "title": "2026-11-22"}


def _stored(body: object) -> dict[str, object]:
    """As it comes back from a database."""
    stored: dict[str, object] = json.loads(json.dumps(body))
    return stored


def _without_hours() -> dict[str, object]:
    body = body_of(a_dentist())
    return {key: value for key, value in body.items() if key not in ("hours", "bank_holidays")}
