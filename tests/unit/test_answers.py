"""Answers to topics: what the reader takes and what it refuses."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.answers import MAX_FOLLOW_UP, MAX_WORDS, AnswerBook, load_answers
from bot.content import BadContent

TOPICS = ("visits", "phone")


def _answer(topic: str = "visits") -> dict[str, Any]:
    return {
        "topic": topic,
        "title": "Visits",
        "icon": "👥",
        "area": "england_and_wales",
        "owner": "content",
        "reviewed": date(2026, 11, 22),
        "review_by": date(2027, 5, 22),
        "sources": [{"title": "Prison Rules", "url": "https://www.gov.uk/rules"}],
        "short": "Put people on your list.\n",
        "steps": ["Ask staff.", "Fill in the form."],
        "more": "Times differ.",
        "simpler": "Ask.",
        "related": [other for other in TOPICS if other != topic],
        "people": ["insider", "staff"],
    }


def _load(folder: Path, damaged: dict[str, Any], language: str = "en") -> AnswerBook:
    for code, answer in (("en", _answer("phone")), ("en", _answer()), (language, damaged)):
        (folder / code).mkdir(exist_ok=True)
        path = folder / code / ("phone.yml" if answer["topic"] == "phone" else "visits.yml")
        path.write_text(yaml.safe_dump(answer, allow_unicode=True, sort_keys=False), "utf-8")
    return load_answers(folder, TOPICS)


def test_an_answer_is_read_whole(tmp_path: Path) -> None:
    answer = _load(tmp_path, _answer()).get("visits")

    assert answer.short == "Put people on your list."
    assert answer.steps == ("Ask staff.", "Fill in the form.")
    assert answer.sources[0].url == "https://www.gov.uk/rules"
    assert answer.review_by == date(2027, 5, 22)


def test_a_language_without_an_answer_falls_back_to_english(tmp_path: Path) -> None:
    book = _load(tmp_path, _answer() | {"title": "Widzenia"}, language="pl")

    assert book.get("visits", "pl").title == "Widzenia"
    assert book.get("phone", "pl").title == "Visits"
    assert book.get("phone", "xx").title == "Visits"
    assert book.topics() == set(TOPICS)


_DAMAGES: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "a key too many": ("colour", lambda a: a.update(colour="red")),
    "a topic that is not the file's name": ("topic", lambda a: a.update(topic="canteen")),
    "an empty title": ("title", lambda a: a.update(title="  ")),
    "HTML": ("more", lambda a: a.update(more="Press <b>here</b>")),
    "a mark of a template": ("short", lambda a: a.update(short="Hello {name}")),
    "a title that is no text": ("title", lambda a: a.update(title=3)),
    "a date in words": ("reviewed", lambda a: a.update(reviewed="last week")),
    "no sources": ("sources", lambda a: a.update(sources=[])),
    "a source without an address": ("sources", lambda a: a.update(sources=[{"title": "Rules"}])),
    "a source as a text": ("sources", lambda a: a.update(sources=["Rules"])),
    "steps as a text": ("steps", lambda a: a.update(steps="Ask staff")),
    "an empty step": ("steps", lambda a: a.update(steps=["Ask staff.", ""])),
    "HTML in a step": ("steps", lambda a: a.update(steps=["<script>"])),
    "a step that a colon made a mapping": ("steps", lambda a: a.update(steps=[{"Ask": "staff"}])),
    "a related topic that is none": ("related", lambda a: a.update(related=["nothing"])),
    "itself as related": ("related", lambda a: a.update(related=["visits"])),
    "a person whom nobody knows": ("people", lambda a: a.update(people=["plumber"])),
    "too many words": ("short", lambda a: a.update(short="word " * (MAX_WORDS + 1))),
    "too many words right after": ("who", lambda a: a.update(who="word " * (MAX_FOLLOW_UP + 1))),
    "a sign that cannot be seen": ("more", lambda a: a.update(more="See \u202etxt.")),
    "a source that is no address": ("sources", lambda a: a.update(sources=[{"title": "A", "url": "x:y"}])),
}


@pytest.mark.parametrize("damage", list(_DAMAGES))
def test_a_bad_answer_is_refused_with_file_and_line(tmp_path: Path, damage: str) -> None:
    key, do = _DAMAGES[damage]
    damaged = _answer()
    do(damaged)

    with pytest.raises(BadContent) as refused:
        _load(tmp_path, damaged)

    assert refused.value.path.name == "visits.yml"
    assert refused.value.why.startswith(key)
    lines = refused.value.path.read_text("utf-8").splitlines()
    # An item of a list is named by its own line.
    assert lines[refused.value.line - 1].startswith((key, "-"))


@pytest.mark.parametrize("key", list(_answer()))
def test_an_answer_that_lacks_a_key_is_refused(tmp_path: Path, key: str) -> None:
    damaged = _answer()
    _load(tmp_path, damaged)
    del damaged[key]
    (tmp_path / "en" / "visits.yml").write_text(yaml.safe_dump(damaged), "utf-8")

    with pytest.raises(BadContent, match=f"{key}: is missing"):
        load_answers(tmp_path, TOPICS)


def test_every_topic_needs_an_answer_in_english(tmp_path: Path) -> None:
    _load(tmp_path, _answer())
    (tmp_path / "en" / "phone.yml").unlink()

    with pytest.raises(BadContent, match=r"phone\.yml.*no answer in English"):
        load_answers(tmp_path, TOPICS)
