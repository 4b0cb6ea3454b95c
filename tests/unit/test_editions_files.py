"""Editions written back as files: they read as what was published, and nothing else in a file changes."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.answers import load_answers
from bot.content import ENGLISH, read_yaml
from bot.editions.bodies import body_of
from bot.editions.files import FilesChanged, write_editions
from bot.editions.model import Body, ContentKind, Edition, EditionState, Piece, mark_of
from bot.editions.prison_text import CannotWrite, Part, rewrite
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
        groups=load_taxonomy(content).groups,
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


# -- services that staff added or took away


def _added(rules: Rules, key: str = "eye_tests", **changes: object) -> Edition:
    body = {**(rules.file_body(Piece("oakmoor", ContentKind.SERVICE, "dentist")) or {}), "title": "Eye tests"}
    return an_edition(kind=ContentKind.SERVICE, key=key, body={**body, **changes}, file_mark="")


def _removed(rules: Rules, key: str) -> Edition:
    return replace(_service(rules, key), state=EditionState.REMOVED)


def _lines(content: Path) -> list[str]:
    return (content / "prisons" / "oakmoor.yml").read_text("utf-8").splitlines()


def test_a_new_service_stands_as_a_block_after_its_like_and_no_other_line_changes(
    content: Path, shipped: Rules
) -> None:
    before = _lines(content)

    write_editions(content, content, shipped, [_added(shipped)])

    after = _lines(content)
    start = after.index("  eye_tests:")
    end = after.index("  pharmacy_hatch:")
    assert [*after[:start], *after[end:]] == before
    assert after[start + 1] == "    title: Eye tests"
    assert (after[start - 1], after[end - 1]) == ("", "")
    keys = list(_rules(content).services)
    assert keys[keys.index("dentist") + 1] == "eye_tests"


@pytest.mark.parametrize("prison_id", sorted(path.stem for path in (SHIPPED / "prisons").glob("*.yml")))
def test_any_one_service_can_be_taken_out_and_every_other_line_stays(prison_id: str) -> None:
    file = read_yaml(SHIPPED / "prisons" / f"{prison_id}.yml")
    before = file.path.read_text("utf-8").splitlines()
    services = list(file.data["services"])

    for key in services:
        after = rewrite(
            file, before, Part("services", [each for each in services if each != key], {}, apart=True)
        )

        start = file.lines[f"services.{key}"] - 1
        taken = [line for line in before[start : start + len(before) - len(after)] if line.strip()]
        assert taken[0] == f"  {key}:"
        assert all(line.startswith("    ") for line in taken[1:])
        assert _full(after) == _full([*before[:start], *before[start + len(before) - len(after) :]])
        assert "\n\n\n" not in "\n".join(after)
        assert after[-1].strip()


@pytest.mark.parametrize("key", ["first_night_centre", "finance", "healthcare", "work_coach"])
def test_a_prison_without_a_service_reads_as_before_but_for_that(
    content: Path, shipped: Rules, key: str
) -> None:
    before = load_prison(content, "oakmoor")

    write_editions(content, content, shipped, [_removed(shipped, key)])

    after = load_prison(content, "oakmoor")
    assert list(after.services) == [other for other in before.services if other != key]
    assert replace(after, services=before.services) == before


def _full(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def test_all_that_was_done_to_a_directory_is_written_at_once(content: Path, shipped: Rules) -> None:
    editions = [
        _added(shipped),
        _added(shipped, "hearing_tests", title="Hearing tests"),
        _removed(shipped, "dentist"),
        _service(shipped, "gym", title="Gym and yard"),
    ]

    written = write_editions(content, content, shipped, editions)

    after = _rules(content)
    assert written.names == ("prisons/oakmoor.yml",)
    assert set(after.services) == set(shipped.services) - {"dentist"} | {"eye_tests", "hearing_tests"}
    assert after.services["gym"].title == "Gym and yard"
    again = _lines(content)
    write_editions(content, content, shipped, editions)
    assert _lines(content) == again, "writing twice changes nothing"


def test_a_directory_can_be_emptied_and_filled_again(content: Path, shipped: Rules) -> None:
    write_editions(content, content, shipped, [_removed(shipped, key) for key in shipped.services])
    emptied = load_prison(content, "oakmoor")

    write_editions(content, content, shipped, [_added(shipped)])

    filled = load_prison(content, "oakmoor")
    assert dict(emptied.services) == {}
    assert list(filled.services) == ["eye_tests"]
    assert replace(filled, services={}) == emptied


def test_a_part_that_comes_after_the_directory_stays(content: Path, shipped: Rules) -> None:
    path = content / "prisons" / "oakmoor.yml"
    text = path.read_text("utf-8") + "\n# Where alerts go.\nnotices:\n  mail: {levels: [emergency]}\n"
    path.write_text(text, "utf-8")

    last = list(shipped.services)[-1]
    write_editions(
        content, content, shipped, [_removed(shipped, last), _added(shipped, topics=["work_benefits"])]
    )

    after = path.read_text("utf-8")
    assert after.endswith("\n\n# Where alerts go.\nnotices:\n  mail: {levels: [emergency]}\n")
    assert list(load_prison(content, "oakmoor").services)[-1] == "eye_tests"
    assert "\n\n\n" not in after


def test_a_service_that_changed_in_the_file_since_is_not_taken_out(content: Path, shipped: Rules) -> None:
    path = content / "prisons" / "oakmoor.yml"
    path.write_text(path.read_text("utf-8").replace("title: Kit change", "title: Newer"), "utf-8")
    before = _lines(content)

    with pytest.raises(FilesChanged):
        write_editions(content, content, shipped, [_removed(shipped, "kit_change")])

    assert _lines(content) == before
    write_editions(content, content, shipped, [_removed(shipped, "kit_change")], force=True)
    assert "kit_change" not in _rules(content).services


def test_an_id_that_the_file_took_meanwhile_is_not_written_over(content: Path, shipped: Rules) -> None:
    theirs = _added(shipped, title="Theirs")
    write_editions(content, content, shipped, [theirs])
    before = _lines(content)

    with pytest.raises(FilesChanged):
        write_editions(content, content, shipped, [_added(shipped, title="Mine")])

    assert _lines(content) == before


def test_what_is_gone_from_the_file_already_makes_no_file(
    content: Path, shipped: Rules, tmp_path: Path
) -> None:
    gone = replace(_added(shipped), state=EditionState.REMOVED)

    assert write_editions(tmp_path / "out", content, shipped, [gone]).names == ()
    assert not (tmp_path / "out").exists()


def _stripped(value: object) -> object:
    return value.removesuffix("\n") if isinstance(value, str) else value
