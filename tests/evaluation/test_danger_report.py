"""The danger report's words and files: promises side by side, open errors listed, nothing of a test set."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.safety.model import Level
from evaluation import making as other_making
from evaluation.danger import making, misses
from evaluation.danger.asking import Judged
from evaluation.danger.making import Asked
from evaluation.danger.markdown import to_markdown
from evaluation.danger.report import Report
from evaluation.pictures import Picture
from tests.evaluation.danger_made import (
    ListedScreen,
    WordScores,
    a_line,
    a_measured,
    a_set,
    clocks,
    eight,
    judged,
)
from tests.evaluation.made import a_measured as a_measured_of_understanding

TEXTS = [one.line.text for one in eight()]


def asked(name: str = "danger_english_test", found: list[Judged] | None = None) -> Asked:
    rows = eight() if found is None else found
    return Asked(a_set(name, rows), tuple(rows), a_measured(name, rows))


def a_report(*sets: Asked, only: int = 0) -> Report:
    return making.make(
        sets, made="2026-11-22T10:00:00+00:00", screen="p/h", machine="2 cores", only=only, peers=()
    )


def words(report: Report) -> str:
    return to_markdown(report, [])


def test_the_first_lines_say_it_in_plain_words() -> None:
    first = "\n".join(words(a_report(asked())).splitlines()[:12])

    assert "# How well Signpost notices danger, 22 November 2026" in first
    assert "5 messages of danger, 2 that only sound like it and 1 everyday ones" in first
    assert "80 of 100 that speak of danger; of the emergencies among them 100 of 100" in first
    assert "no screen takes the place of people who look" in first
    assert "of 12 numbers promised" in first


def test_without_the_test_set_the_report_says_that_it_proves_nothing() -> None:
    assert "Not a proof" in words(a_report(asked("danger_english_development")))
    assert "Nothing was measured" in words(a_report())


def test_promised_measured_and_the_development_sets_stand_side_by_side() -> None:
    text = words(a_report(asked(), asked("danger_english_development", eight()[:1])))

    assert (
        "| all danger flagged | at least 97.0 % | 80.0 % | 37.6 to 96.4 | 5 | not met | "
        "100.0 % (20.7 to 100.0) of 1 |" in text
    )


def test_a_trial_and_a_broken_screen_are_said_before_any_figure() -> None:
    rows = [replace(one, fault=True) for one in eight()]

    first = words(a_report(asked(found=rows), only=8)).splitlines()[2:4]

    assert first[0].startswith("- **Only tried out**")
    assert first[1].startswith("- **Part of the screen was broken** for 8 messages")


def test_the_report_names_groups_levels_and_the_heads_curve() -> None:
    text = words(a_report(asked()))

    assert "| it is | emergency | urgent | concern | none |" in text
    assert "| emergency | 1 | 0 | 1 | 0 |" in text
    assert "area under the curve" in text
    assert all(f"### By {key}" in text for key in ("level", "risk", "kind", "length"))


def test_languages_are_held_to_their_promises_one_by_one() -> None:
    rows = [
        judged(Level.URGENT, Level.URGENT, language="pl"),
        judged(Level.URGENT, Level.NONE, language="so"),
        judged(Level.NONE, Level.NONE, language="pl", kind="ordinary"),
    ]

    text = words(a_report(asked("danger_languages_test", rows)))

    assert "In 1 of 2 languages at least 95 % of danger is flagged; in 1 at most 3 %" in text


def test_halves_are_told_with_and_without_what_came_before() -> None:
    found = a_set("danger_halves_test", [judged(Level.URGENT, Level.NONE, before=("a rope",))])

    made = making.ask_all(ListedScreen(), WordScores(), [found], clocks(), lambda words: None)

    text = words(a_report(*made))
    assert "| danger halves test: read with it | 100.0 % (20.7 to 100.0) of 1 |" in text
    assert "| danger halves test: the last message alone | 0.0 % (0.0 to 79.3) of 1 |" in text


def test_the_curve_is_drawn_only_where_scores_are_of_single_messages_of_both_kinds() -> None:
    rows = [judged(Level.URGENT, Level.NONE), judged(Level.NONE, Level.NONE)]
    names = ("danger_english_test", "danger_halves_test", "clinc150")
    sets = [a_set(name, rows) for name in names]
    sets[1] = replace(sets[1], lines=tuple(replace(line, before=("hi",)) for line in sets[1].lines))

    made = making.ask_all(ListedScreen(), WordScores(), sets, clocks(), lambda words: None)

    assert [one.measured.curve is not None for one in made] == [True, False, False]


def test_no_message_of_a_test_set_is_in_any_file(tmp_path: Path) -> None:
    sets = [asked(), asked("danger_halves_test"), asked("clinc150")]

    making.write(a_report(*sets), sets, {}, tmp_path)

    everything = "".join(path.read_text("utf-8") for path in tmp_path.iterdir())
    assert all(text not in everything for text in TEXTS)


def test_every_error_that_may_be_read_is_listed_with_its_reason_and_its_name() -> None:
    one = asked("danger_english_development")
    listed = misses.to_markdown([(one.found, one.judged)], {})
    missed = next(line for line in listed.splitlines() if "`d no more of it`" in line)
    key = missed.split("|")[6].strip()

    named = misses.to_markdown([(one.found, one.judged)], {key: "a new way to say it"})

    assert "| urgent suicide passive | – |" in missed
    assert "### Missed: 1" in listed
    assert "### Emergencies judged only a concern: 1" in listed
    assert "### Another danger was named: 1" in listed
    assert "### Hard negatives flagged: 1" in listed
    assert "### Ordinary messages flagged: 0" in listed
    assert "0 of 4 so far" in listed
    assert "1 of 4 so far" in named
    assert "| a new way to say it |" in named


def test_a_half_is_listed_with_what_came_before_and_marks_mean_nothing() -> None:
    line = a_line(text="a `b` | c", before=("one | two",))
    found = a_set("danger_halves_development", [Judged(line, Level.NONE, ())])

    listed = misses.to_markdown([(found, [Judged(line, Level.NONE, ())])], {})

    assert "| `one \\| two` then `a 'b' \\| c` |" in listed


@pytest.mark.parametrize("text", ["[]", '{"a": 1}', "half a file"])
def test_names_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / misses.NAMES).write_text(text, "utf-8")

    with pytest.raises(ValueError, match=r"name each error|Expecting"):
        misses.read_names(tmp_path)

    assert misses.read_names(tmp_path / "nowhere") == {}


def test_the_two_reports_lie_in_one_folder_and_leave_each_other_alone(tmp_path: Path) -> None:
    (tmp_path / "danger_old.svg").write_text("<svg/>", "utf-8")
    one = asked("danger_english_development")
    understanding = other_making.make(
        [a_measured_of_understanding()], made="2026-11-22", model="m", machine="2", peers=(), before=None
    )

    making.write(a_report(one), [one], {}, tmp_path)
    other_making.write(understanding, tmp_path)
    making.write(a_report(one), [one], {}, tmp_path)

    names = {path.name for path in tmp_path.iterdir()}
    danger = {"danger.md", "danger.json", "danger-misses.md"}
    pictures = {"danger_curve.svg", "danger_found.svg", "danger_flagged.svg"}
    assert danger | pictures | {"report.md", "report.json", "topics.svg"} <= names
    assert "danger_old.svg" not in names
    assert json.loads((tmp_path / "danger.json").read_text("utf-8"))["promises"][0]["id"] == "emergency"


def test_the_same_figures_give_the_same_files(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    one = asked()

    for folder in (first, second):
        making.write(a_report(one), [one], {}, folder)

    assert [path.read_bytes() for path in sorted(first.iterdir())] == [
        path.read_bytes() for path in sorted(second.iterdir())
    ]


def test_pictures_stand_in_the_report_with_their_words() -> None:
    text = to_markdown(a_report(asked()), [Picture("danger_curve.svg", "The curve")])

    assert "![The curve](danger_curve.svg)" in text
