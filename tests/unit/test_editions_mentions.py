"""What would point nowhere when a service is taken away: its topics, and the texts that name it."""

from typing import Any

import pytest

from bot.directory.model import Service
from bot.directory.reading import read_service
from bot.editions.mentions import Lead, leads_to, mentions_of, names_of
from tests.support.editions import Refuses, a_dentist, an_answer
from tests.support.services import KNOWN, a_service


def _service(service_id: str, **changes: Any) -> Service:
    return read_service(service_id, a_service(**changes), Refuses(), KNOWN)


def test_it_is_known_by_its_title_what_stands_in_brackets_its_team_and_its_app_forms() -> None:
    unit = _service("omu", title="Offender management unit (OMU)", who={"team": "Managers"})

    assert names_of(unit) == {
        "Offender management unit (OMU)",
        "Offender management unit",
        "OMU",
        "Managers",
        "Dentist app",
    }


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Ask the dentist first.", True),
        ("Ask the DENTIST.", True),
        ("The dental team looks at it.", True),
        ("Ask a dentistry student.", False),
        ("Put in a dentist app.", True),
        ("Ask a nurse.", False),
    ],
)
def test_a_text_names_it_in_whole_words(text: str, is_named: bool) -> None:
    found = mentions_of(a_dentist(), [an_answer(simpler=text)], [])

    assert [(each.key, each.field, each.text) for each in found] == (
        [("visits", "simpler", text)] if is_named else []
    )


def test_a_title_with_marks_of_a_pattern_is_taken_as_it_stands() -> None:
    odd = _service("odd", title="Help + (more", who={"team": "A|B .*"}, reach=[{"way": "officer"}])

    assert mentions_of(odd, [an_answer()], []) == ()


def test_it_does_not_name_itself_and_others_are_looked_through_too() -> None:
    nurse = _service(
        "nurse", title="Nurse", who={"team": "Nurses"}, reach=[{"way": "officer"}], note="Not a dentist."
    )

    found = mentions_of(a_dentist(), [], [a_dentist(), nurse])

    assert [(each.kind.value, each.key, each.field) for each in found] == [("service", "nurse", "note")]


def test_the_prisons_own_sentence_is_looked_through_too() -> None:
    found = mentions_of(
        a_dentist(), [an_answer()], [], {"visits": "Here: the dentist is next door.", "x": "Dentist"}
    )

    assert [(each.kind.value, each.key, each.title) for each in found] == [("local", "visits", "Visits")]


def test_each_of_its_topics_says_what_is_left_there() -> None:
    nurse = _service("nurse", title="Nurse", topics=["doctor_nurse"])

    assert leads_to(a_dentist(), [a_dentist(), nurse]) == (
        Lead("dentist_optician", ()),
        Lead("doctor_nurse", ("Nurse",)),
    )
