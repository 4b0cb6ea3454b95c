"""The report's words: what a governor reads first, promises, changes, and what is never shown."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation import making, previous
from evaluation.markdown import to_markdown
from evaluation.measuring import Measured
from evaluation.pictures import Picture
from evaluation.previous import Change
from evaluation.promises import Verdict, promises
from evaluation.report import Report, plain
from evaluation.shares import Share
from tests.evaluation.made import a_measured, an_answer


def a_report(*sets: Measured, before: dict[str, object] | None = None) -> Report:
    return making.make(
        sets, made="2026-11-22T10:00:00+00:00", model="abc", machine="2 cores", peers=(), before=before
    )


def words(report: Report) -> str:
    return to_markdown(report, [])


def test_the_first_ten_lines_say_it_in_plain_words() -> None:
    first = words(a_report(a_measured())).splitlines()[:10]

    assert first[0] == "# How well Signpost understands, 22 November 2026"
    assert "4 messages in scope and 2 out of it" in first[2]
    assert "50 of 100 at once, and 100 of 100 when it may offer three guesses" in first[3]
    assert "50 of 100 such messages" in first[4]
    assert "between 15 % and 85 %" in first[5]
    assert first[6].startswith("- **Promises:** of 10 numbers promised")


def test_without_the_test_set_the_report_says_that_it_proves_nothing() -> None:
    first = "\n".join(words(a_report(a_measured("english_development"))).splitlines()[:10])

    assert "Not a proof" in first
    assert "10 were not measured" in first


def test_the_weakest_topics_are_named_where_enough_was_asked() -> None:
    wrong = [an_answer("ask_tag_hdc", ("ask_recall", 0.5), text=f"tag {number}") for number in range(4)]

    assert "tag hdc (0 of 4) understood at once" in words(a_report(a_measured(answers=wrong)))


def test_with_no_set_at_all_there_is_a_report_that_says_so() -> None:
    assert "Nothing was measured" in words(a_report())


def test_a_test_sets_messages_are_nowhere_in_the_report() -> None:
    report = a_report(a_measured("english_test"))

    everything = words(report) + json.dumps(report.to_json())

    assert "ask_gym_exercise" in everything
    assert all(text not in everything for text in ("me wages", "ey up", "best boxer ever", "who won the cup"))


def test_a_development_sets_errors_are_quoted_without_marks_that_markdown_reads() -> None:
    wrong = an_answer("greet", ("thank", 0.9), text="a `b` | c\nd")

    assert "| greet | thank | 1 | `a 'b' \\| c d` |" in words(
        a_report(a_measured("english_development", [wrong]))
    )


def test_lines_left_out_are_named_by_number() -> None:
    found = replace(a_measured(), seen=(3, 7))

    assert "2 lines were left out" in words(a_report(found))
    assert "(lines 3, 7)" in words(a_report(found))


def test_pictures_stand_in_the_report_with_their_words() -> None:
    text = to_markdown(a_report(a_measured()), [Picture("topics.svg", "By topic")])

    assert "![By topic](topics.svg)" in text


@pytest.mark.parametrize(("right", "verdict"), [(93, Verdict.MET), (92, Verdict.NOT_MET)])
def test_a_promise_is_met_by_the_measured_share(right: int, verdict: Verdict) -> None:
    answers = [
        an_answer("greet", ("greet" if number < right else "thank", 0.9), text=str(number))
        for number in range(100)
    ]

    first = promises([a_measured(answers=answers)], ())[0]

    assert (first.wanted, first.found, first.verdict) == (0.93, Share(right, 100), verdict)


def test_what_must_be_little_is_met_from_below() -> None:
    found = {one.id: one.verdict for one in promises([a_measured()], ())}

    assert found["turned_away"] is Verdict.NOT_MET
    assert found["median"] is Verdict.MET
    assert found["languages"] is Verdict.NOT_MEASURED
    assert found["clinc"] is Verdict.NOT_MEASURED


def test_a_development_set_keeps_no_promise() -> None:
    verdicts = {one.verdict for one in promises([a_measured("english_development")], ())}

    assert verdicts == {Verdict.NOT_MEASURED}


@pytest.mark.parametrize(
    ("now", "before", "more_is_better", "arrow", "judgement"),
    [
        (0.93, 0.91, True, "↑", "better"),
        (0.91, 0.93, True, "↓", "worse"),
        (0.02, 0.03, False, "↓", "better"),
        (0.9301, 0.93, True, "→", "same"),
    ],
)
def test_a_change_has_an_arrow_and_a_judgement(
    now: float, before: float, more_is_better: bool, arrow: str, judgement: str
) -> None:
    change = Change("english_test", "first", now, before, more_is_better)

    assert (change.arrow, change.judgement) == (arrow, judgement)


def test_the_report_before_is_compared_figure_by_figure() -> None:
    before = a_report(a_measured(answers=[an_answer("greet", ("greet", 0.9))])).to_json()

    report = a_report(a_measured(), before=before)

    assert "| english test | first guess right | 100.0 % | 50.0 % | ↓ worse |" in words(report)
    # Nothing out of scope was asked then, so there is nothing to compare.
    assert report.against is not None
    assert "out of scope told" not in {change.words for change in report.against.changes}


def test_a_set_that_is_no_longer_the_same_is_named() -> None:
    before = a_report(replace(a_measured(), digest="another")).to_json()

    assert "Other messages than then" in words(a_report(a_measured(), before=before))


def test_the_latest_report_is_found_and_what_is_none_is_passed_over(tmp_path: Path) -> None:
    for day, made in (("2026-11-20", "2026-11-20T09"), ("2026-11-21", "2026-11-21T09")):
        (tmp_path / day).mkdir()
        (tmp_path / day / "report.json").write_text(json.dumps({"made": made, "sets": []}), "utf-8")
    (tmp_path / "2026-11-22").mkdir()
    (tmp_path / "2026-11-22" / "report.json").write_text("half a rep", "utf-8")

    assert previous.find([tmp_path / "nothing", tmp_path]) == tmp_path / "2026-11-21" / "report.json"


def test_a_named_report_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]", "utf-8")

    with pytest.raises(ValueError, match="is no report"):
        making.earlier(tmp_path / "x.json", [])


def test_in_json_a_share_has_its_value_and_interval() -> None:
    assert plain(Share(8, 10)) == {"hits": 8, "size": 10, "value": 0.8, "low": 0.49016, "high": 0.94332}


def test_the_folder_holds_the_report_its_json_and_its_pictures_and_nothing_old(tmp_path: Path) -> None:
    (tmp_path / "old.svg").write_text("<svg/>", "utf-8")

    making.write(a_report(a_measured()), tmp_path)

    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"report.md", "report.json", "topics.svg", "ways.svg", "calibration.svg", "coverage.svg"}
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["promises"][0]["verdict"] == "not met"
    assert all(
        f"({name})" in (tmp_path / "report.md").read_text("utf-8") for name in names if name.endswith("svg")
    )


def test_the_same_figures_give_the_same_files(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"

    for folder in (first, second):
        making.write(a_report(a_measured()), folder)

    assert [path.read_bytes() for path in sorted(first.iterdir())] == [
        path.read_bytes() for path in sorted(second.iterdir())
    ]
