"""What may be published: the same that a file may hold, and easy enough to read."""

from dataclasses import replace
from typing import Any

import pytest

from bot.answers import Answer
from bot.directory.model import Local
from bot.editions.model import Body, ContentKind, Piece
from bot.editions.rules import Refused, Rules, texts_of
from bot.reading import too_hard
from tests.support.builders import PRISON
from tests.support.editions import (
    DENTIST,
    VISITS,
    a_dentist,
    a_service_body,
    an_answer,
    an_answer_body,
    an_edition,
    rules,
)

LOCAL = Piece(PRISON, ContentKind.LOCAL, "visits")
HARD = "Immediate notification of residential administration is unavoidable."
LONG = " ".join(["go"] * 21) + "."


def _refused(piece: Piece, body: Body, made: Rules | None = None) -> list[str]:
    with pytest.raises(Refused) as refused:
        (made or rules()).check(piece, body)
    return [problem.field for problem in refused.value.problems]


def test_a_text_that_a_file_may_hold_may_be_published() -> None:
    answer = rules().check(VISITS, an_answer_body(title="Visits here"))
    service = rules().check(DENTIST, a_service_body())

    assert isinstance(answer, Answer)
    assert answer.title == "Visits here"
    assert service == a_dentist()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("colour", {"colour": "red"}),
        ("topic", {"topic": "phone"}),
        ("title", {"title": " "}),
        ("title", {"title": "<b>Visits</b>"}),
        ("short", {"short": "Dear {name}"}),
        ("short", {"short": "Ring TBC."}),
        ("short", {"short": "Ring 01234 567890."}),
        ("more", {"more": "See \u202etxt."}),
        ("more", {"more": "A\u200bsk staff."}),
        ("steps.1", {"steps": ["Ask.", "<script>alert(1)</script>"]}),
        ("steps", {"steps": "Ask."}),
        ("short", {"short": "go " * 81}),
        ("who", {"who": "go " * 41}),
        ("where", {"where": " "}),
        ("reviewed", {"reviewed": "soon"}),
        ("sources", {"sources": []}),
        ("sources.0", {"sources": [{"title": "Rules", "url": "javascript:alert(1)"}]}),
        ("related.0", {"related": ["nothing"]}),
        ("people.0", {"people": ["plumber"]}),
        ("people.0", {"people": [["insider"]]}),
        ("review_by", {"review_by": "2026-11-22"}),
    ],
)
def test_what_an_answers_file_may_not_hold_is_refused_by_its_field(
    field: str, changes: dict[str, Any]
) -> None:
    assert _refused(VISITS, an_answer_body(**changes)) == [field]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("colour", {"colour": "red"}),
        ("title", {"title": "T" * 61}),
        ("place", {"place": "Room <2>"}),
        ("topics.1", {"topics": ["doctor_nurse", "fishing"]}),
        ("hours.weekday.0", {"hours": {"weekday": [["12:00", "09:00"]]}}),
        ("hours.weekday.1", {"hours": {"weekday": [["09:00", "12:00"], ["11:00", "13:00"]]}}),
        ("hours.weekday.0", {"hours": {"weekday": [["nine", "ten"]]}}),
        ("bank_holidays", {"bank_holidays": "maybe"}),
        ("reach.0.number", {"reach": [{"way": "extension", "number": "1"}]}),
        ("reach", {"reach": []}),
        ("who.team", {"who": {}}),
        ("review_by", {"review_by": "2020-01-01"}),
    ],
)
def test_what_a_prisons_file_may_not_hold_is_refused_by_its_field(
    field: str, changes: dict[str, Any]
) -> None:
    assert _refused(DENTIST, {**a_service_body(), **changes}) == [field]


def test_all_that_is_wrong_is_named_at_once_and_what_is_whole_is_measured_all_the_same() -> None:
    answer = an_answer_body(
        title=" ", more="{x} TBC", steps=["<b>", HARD], simpler=HARD, related=["x", "phone", "y"]
    )
    service = {
        **a_service_body(),
        "title": "T" * 61,
        "topics": ["fishing", "doctor_nurse", "boating"],
        "hours": {"weekday": [["12:00", "09:00"], ["x", "y"]], "friday": [["1", "2"]]},
        "bank_holidays": "maybe",
        "reach": [{"way": "extension", "number": "1", "name": "<"}, {"way": "app", "say": HARD}, {}],
        "who": {"peer_roles": ["plumber"], "team": "TBC"},
        "languages": ["xx"],
        "note": "",
        "reviewed": "soon",
    }

    assert sorted(_refused(VISITS, answer)) == [
        *("more", "more", "related.0", "related.2", "simpler", "steps.0", "steps.1", "title")
    ]
    assert sorted(_refused(DENTIST, service)) == [
        *("bank_holidays", "hours.friday.0", "hours.weekday.0", "hours.weekday.1", "languages.0", "note"),
        *("reach.0.name", "reach.0.name", "reach.0.number", "reach.1.name", "reach.1.say", "reach.2.way"),
        *("reviewed", "title", "topics.0", "topics.2", "who.peer_roles.0", "who.team"),
    ]


def test_every_text_that_is_too_hard_is_named() -> None:
    body = an_answer_body(short=HARD, steps=["Ask staff.", HARD], more=LONG, why_not=HARD)

    assert _refused(VISITS, body) == ["short", "steps.1", "more", "why_not"]
    assert _refused(DENTIST, {**a_service_body(), "note": HARD}) == ["note"]


def test_the_reason_gives_the_figures() -> None:
    with pytest.raises(Refused) as refused:
        rules().check(VISITS, an_answer_body(more=LONG))

    assert "longest sentence 21 words" in refused.value.problems[0].why


def test_a_listed_exception_holds_for_its_very_words_wherever_they_stand() -> None:
    made = rules(
        answers={"visits": an_answer(steps=["Ask staff.", HARD])},
        exceptions={"answers.visits.steps.2": "The words stand on the form itself."},
    )

    made.check(VISITS, an_answer_body(steps=[HARD, "Ask staff."]))

    assert _refused(VISITS, an_answer_body(steps=["Ask staff.", f"{HARD} {HARD}"]), made) == ["steps.1"]


def test_an_exception_of_a_service_is_that_of_its_prison() -> None:
    files, listed = {"dentist": a_dentist(note=HARD)}, "services.{}.dentist.note"
    here = rules(services=files, exceptions={listed.format(PRISON): "The words stand on the form."})
    elsewhere = rules(services=files, exceptions={listed.format("elsewhere"): "The words stand on the form."})

    here.check(DENTIST, {**a_service_body(), "note": HARD})

    assert _refused(DENTIST, {**a_service_body(), "note": HARD}, elsewhere) == ["note"]


def test_how_much_may_be_left_empty_and_how_long_may_not() -> None:
    assert rules().check(VISITS, an_answer_body(how_much="")) == an_answer(how_much="")
    assert _refused(VISITS, an_answer_body(how_long="")) == ["how_long"]


def test_an_answer_that_no_file_has_is_refused() -> None:
    assert _refused(Piece(PRISON, ContentKind.ANSWER, "gone"), an_answer_body()) == [""]


def test_a_service_that_no_file_has_may_be_published_under_a_good_id() -> None:
    found = rules().check(Piece(PRISON, ContentKind.SERVICE, "eye_tests"), a_service_body(title="Eye tests"))

    assert (found.id, found.title) == ("eye_tests", "Eye tests")  # type: ignore[union-attr]
    for bad in ("", "Eye", "eye tests", "1st", "e", "x" * 42):
        assert _refused(Piece(PRISON, ContentKind.SERVICE, bad), a_service_body()) == [""]


def test_a_sentence_of_the_prisons_own_may_be_on_any_topic_and_no_other() -> None:
    found = rules().check(LOCAL, {"text": "Here: ask your wing."})

    assert found == Local("visits", "Here: ask your wing.")
    for changes in ({"text": ""}, {"text": "<b>"}, {"text": "H" * 201}, {"text": HARD}, {"text": "A\nB"}):
        assert _refused(LOCAL, changes) == ["text"]
    assert _refused(LOCAL, {"text": "Here.", "title": "Visits"}) == ["title"]
    assert _refused(LOCAL, {}) == ["text"]
    assert _refused(replace(LOCAL, key="fishing"), {"text": "Here."}) == [""]


def test_an_exception_of_a_sentence_is_named_by_its_topic() -> None:
    here = rules(
        local={"visits": HARD}, exceptions={f"local.{PRISON}.visits": "The words stand on the form."}
    )

    here.check(LOCAL, {"text": HARD})

    assert _refused(LOCAL, {"text": f"{HARD} {HARD}"}, here) == ["text"]


def test_what_no_file_has_has_no_text_and_no_mark_there() -> None:
    piece = Piece(PRISON, ContentKind.SERVICE, "eye_tests")

    assert (rules().file_body(piece), rules().file_mark(piece)) == (None, "")


def test_an_edition_is_lost_when_the_file_has_lost_what_it_lay_over() -> None:
    edition = an_edition(kind=ContentKind.SERVICE, key="gone", body=a_service_body(), file_mark="a mark")
    added = replace(edition, file_mark="")

    assert rules().is_lost(edition)
    assert not rules().is_lost(added)
    with pytest.raises(Refused):
        rules().read_edition(edition)
    assert rules().read_edition(added)


def test_a_text_that_the_reading_rule_does_not_know_is_none_that_people_read() -> None:
    names = {name for name, _ in texts_of(an_answer())} | {name for name, _ in texts_of(a_dentist())}

    assert names == {
        *("title", "short", "steps.0", "steps.1", "more", "simpler"),
        *("how_long", "where", "who", "why_not", "how_much"),
        *("place", "reach.0.name", "reach.0.say", "reach.1.say", "who.team", "note"),
    }
    assert too_hard(HARD)
