"""Editions written back as files: they read as what was published, and nothing else in a file changes."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.answers import load_answers
from bot.content import ENGLISH
from bot.editions.bodies import body_of
from bot.editions.files import CannotWrite, FilesChanged, write_editions
from bot.editions.model import Body, ContentKind, Edition, EditionState, Piece, mark_of
from bot.editions.rules import Rules
from bot.editions.yaml_text import answer_yaml, service_yaml
from bot.prison_file import known_in, load_prison
from bot.settings import ROOT
from bot.taxonomy import load_taxonomy
from tests.support.editions import an_edition

SHIPPED = ROOT / "content"
TOPICS = load_taxonomy(SHIPPED).topics


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "content"))


@pytest.fixture(scope="module")
def shipped() -> Rules:
    return _rules(SHIPPED)


def _rules(content: Path) -> Rules:
    prison = load_prison(content, "oakmoor")
    return Rules(
        prison_id="oakmoor",
        topics=TOPICS,
        known=known_in(prison, frozenset(TOPICS)),
        answers=load_answers(content / "answers", TOPICS).by_language[ENGLISH],
        services=prison.services,
    )


def _edited(rules: Rules, kind: ContentKind, key: str, **changes: object) -> Edition:
    """As published over the shipped file."""
    body = rules.file_body(Piece("oakmoor", kind, key))
    edited: Body = {**body, **changes}
    return an_edition(kind=kind, key=key, body=edited, file_mark=mark_of(body))


def _visits(rules: Rules, **changes: object) -> Edition:
    return _edited(rules, ContentKind.ANSWER, "visits", **changes)


def _service(rules: Rules, key: str, **changes: object) -> Edition:
    return _edited(rules, ContentKind.SERVICE, key, **changes)


def test_every_answer_goes_from_file_to_edition_to_file_and_is_the_same(
    content: Path, shipped: Rules, tmp_path: Path
) -> None:
    editions = [_edited(shipped, ContentKind.ANSWER, topic) for topic in TOPICS]

    written = write_editions(tmp_path / "out", content, shipped, editions)

    assert len(written.names) == len(TOPICS)
    again = load_answers(tmp_path / "out" / "answers", TOPICS)
    assert dict(again.by_language[ENGLISH]) == dict(shipped.answers)


@pytest.mark.parametrize("prison_id", sorted(path.stem for path in (SHIPPED / "prisons").glob("*.yml")))
def test_every_service_goes_from_file_to_edition_to_file_and_is_the_same(
    content: Path, shipped: Rules, prison_id: str
) -> None:
    prison = load_prison(content, prison_id)
    known = known_in(prison, frozenset(TOPICS))
    rules = replace(shipped, prison_id=prison_id, services=prison.services, known=known)
    editions = [
        replace(_service(rules, key), prison_id=prison_id, body=body_of(service))
        for key, service in prison.services.items()
    ]

    written = write_editions(content, content, rules, editions)

    assert written.names == (f"prisons/{prison_id}.yml",)
    assert load_prison(content, prison_id) == prison
    assert list(load_prison(content, prison_id).services) == list(prison.services)


def test_what_was_published_is_what_the_files_then_say(content: Path, shipped: Rules) -> None:
    editions = [
        _visits(shipped, title="Visits here", short="Ask staff first.\nThen book."),
        _service(shipped, "kit_change", title="Clean kit", hours="always", bank_holidays=None),
    ]
    editions[1] = replace(editions[1], body={k: v for k, v in (editions[1].body or {}).items() if v})

    write_editions(content, content, shipped, editions)

    after = _rules(content)
    assert after.answers["visits"].title == "Visits here"
    assert after.answers["visits"].short == "Ask staff first.\nThen book."
    assert after.services["kit_change"].title == "Clean kit"
    assert after.services["kit_change"].hours is not None
    assert after.services["kit_change"].hours.always


def test_nothing_else_in_a_prisons_file_changes_not_even_a_comment(content: Path, shipped: Rules) -> None:
    path = content / "prisons" / "oakmoor.yml"
    before = path.read_text("utf-8").splitlines()

    write_editions(content, content, shipped, [_service(shipped, "kit_change", title="Clean kit")])

    after = path.read_text("utf-8").splitlines()
    assert [line for line in before if line not in after] == ["    title: Kit change"]
    assert [line for line in after if line not in before] == ["    title: Clean kit"]
    assert len(before) == len(after)


def test_a_file_is_written_in_the_hand_of_the_others(content: Path, shipped: Rules) -> None:
    path = content / "answers" / "en" / "visits.yml"
    before = path.read_text("utf-8").splitlines()

    write_editions(content, content, shipped, [_visits(shipped, title="Visits here")])

    after = path.read_text("utf-8").splitlines()
    assert [line for line in before if line not in after] == ["title: Visits"]
    assert [line for line in after if line not in before] == ["title: Visits here"]


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "no",
        "12:30",
        "a: b",
        "# not a comment",
        "- one",
        "'",
        '"',
        "\\",
        "2027-01-31",
        "null",
        "&a",
        "*a",
    ],
)
def test_words_that_yaml_would_take_for_something_else_come_back_as_words(text: str) -> None:
    answer = {"title": text, "short": f"{text}\n{text}", "steps": [text], "people": [text], "who": text}
    service = {
        "title": text,
        "place": text,
        "note": text,
        "reach": [{"way": "app", "name": text, "say": text}],
    }

    assert {k: _stripped(v) for k, v in yaml.safe_load(answer_yaml(answer)).items()} == answer
    assert yaml.safe_load(service_yaml(service)) == service


def test_a_folder_without_the_prisons_file_gets_the_whole_of_it(
    content: Path, shipped: Rules, tmp_path: Path
) -> None:
    edition = _service(shipped, "kit_change", title="Clean kit")

    write_editions(tmp_path / "out", content, shipped, [edition])

    text = (tmp_path / "out" / "prisons" / "oakmoor.yml").read_text("utf-8")
    assert yaml.safe_load(text)["services"]["kit_change"]["title"] == "Clean kit"
    assert yaml.safe_load(text)["wings"]


def test_a_file_that_changed_since_the_edit_is_not_written_over(content: Path, shipped: Rules) -> None:
    answer = content / "answers" / "en" / "visits.yml"
    answer.write_text(answer.read_text("utf-8").replace("title: Visits", "title: Newer"), "utf-8")
    prison = content / "prisons" / "oakmoor.yml"
    prison.write_text(prison.read_text("utf-8").replace("title: Kit change", "title: Newer"), "utf-8")
    before = answer.read_text("utf-8"), prison.read_text("utf-8")
    editions = [
        _visits(shipped, title="Mine"),
        _service(shipped, "kit_change", title="Mine"),
        _edited(shipped, ContentKind.ANSWER, "phone", title="Mine"),
    ]

    with pytest.raises(FilesChanged) as refused:
        write_editions(content, content, shipped, editions)

    assert refused.value.names == ("answers/en/visits.yml", "prisons/oakmoor.yml")
    assert (answer.read_text("utf-8"), prison.read_text("utf-8")) == before
    assert "Mine" not in (content / "answers" / "en" / "phone.yml").read_text("utf-8")


def test_it_is_written_over_when_that_is_asked_for(content: Path, shipped: Rules) -> None:
    answer = content / "answers" / "en" / "visits.yml"
    answer.write_text("broken: [", "utf-8")

    with pytest.raises(FilesChanged):
        write_editions(content, content, shipped, [_visits(shipped, title="Mine")])
    write_editions(content, content, shipped, [_visits(shipped, title="Mine")], force=True)

    assert _rules(content).answers["visits"].title == "Mine"


def test_writing_twice_changes_nothing_and_is_not_refused(content: Path, shipped: Rules) -> None:
    editions = [_visits(shipped, title="Mine"), _service(shipped, "kit_change", title="Mine")]
    write_editions(content, content, shipped, editions)
    first = (content / "prisons" / "oakmoor.yml").read_text("utf-8")

    write_editions(content, content, shipped, editions)

    assert (content / "prisons" / "oakmoor.yml").read_text("utf-8") == first


def test_what_was_withdrawn_is_not_written(content: Path, shipped: Rules, tmp_path: Path) -> None:
    gone = replace(_visits(shipped), state=EditionState.WITHDRAWN, body=None)

    assert write_editions(tmp_path / "out", content, shipped, [gone]).names == ()
    assert not (tmp_path / "out").exists()


def test_one_that_cannot_be_read_any_more_is_left_out_and_told(
    content: Path, shipped: Rules, tmp_path: Path
) -> None:
    old = _visits(shipped, colour="red")

    written = write_editions(tmp_path / "out", content, shipped, [old, _service(shipped, "kit_change")])

    assert written.names == ("prisons/oakmoor.yml",)
    assert written.left_out == (old,)


def test_a_file_in_another_layout_is_left_as_it_is(content: Path, shipped: Rules) -> None:
    path = content / "prisons" / "oakmoor.yml"
    data = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump(data, default_flow_style=True), "utf-8")
    before = path.read_text("utf-8")

    with pytest.raises(CannotWrite):
        write_editions(content, content, shipped, [_service(shipped, "kit_change", title="Mine")], force=True)

    assert path.read_text("utf-8") == before
    assert [each.name for each in path.parent.iterdir() if each.name.startswith(".")] == []


def _stripped(value: object) -> object:
    return value.removesuffix("\n") if isinstance(value, str) else value
