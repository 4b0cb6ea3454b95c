"""The report's first lines, for somebody who answers for a prison and has a minute."""

from collections.abc import Sequence
from datetime import datetime

from evaluation.groups import TOPIC
from evaluation.measuring import Measured
from evaluation.promises import Promise, Verdict
from evaluation.report import Report
from evaluation.words import out_of_a_hundred, percent, topic

WEAKEST = 4
FEWEST = 4  # a topic with fewer messages says nothing about itself


def opening(report: Report) -> list[str]:
    """Ten lines with the title."""
    day = datetime.fromisoformat(report.made)
    lines = [f"# How well Signpost understands, {day.day} {day:%B %Y}", ""]
    main = report.main
    if main is None:
        return [*lines, "Nothing was measured: there is no set of English messages.", ""]
    head = main.headline
    lines += [
        f"- {_who(main)}",
        f"- **Understood:** {out_of_a_hundred(head.first)} at once, and {out_of_a_hundred(head.among_three)} "
        "when it may offer three guesses to choose from. The rest can always ask for a person.",
        f"- **Not its business:** it said so for {out_of_a_hundred(head.outside_told)} such messages. "
        f"It sent away, or asked again, {out_of_a_hundred(head.turned_away)} that were its business.",
        f"- **How sure we are:** with other messages of this kind, between {percent(head.first.low, 0)} and "
        f"{percent(head.first.high, 0)} would be understood at once (in 19 cases of 20).",
        *_weakest(main),
        *_languages(report),
        f"- **Promises:** {_kept(report.promises)}",
        "",
    ]
    return lines


def _who(main: Measured) -> str:
    many = f"{main.size - main.outside} messages in scope and {main.outside} out of it"
    if main.is_open:
        return (
            f"**Not a proof:** {many}, written by others, but read by those who build it. "
            "The test set was not there."
        )
    return f"**Asked:** {many}, in the voices of people in prison. Nobody who builds it has read them."


def _weakest(main: Measured) -> list[str]:
    topics = [group for group in main.groups[TOPIC] if group.first.size >= FEWEST and group.first.value < 1]
    if not topics:
        return []
    named = ", ".join(
        f"{topic(group.name)} ({group.first.hits} of {group.first.size})" for group in topics[:WEAKEST]
    )
    return [f"- **Weakest:** {named} understood at once."]


def _languages(report: Report) -> list[str]:
    found = {one.name: one for one in report.sets}
    others = found.get("languages_test") or found.get("languages_development")
    if others is None:
        return []
    kind = " (a set that the builders have read)" if others.is_open else ""
    return [f"- **In other languages:** {out_of_a_hundred(others.headline.first)} at once{kind}."]


def _kept(promises: Sequence[Promise]) -> str:
    count = {verdict: sum(promise.verdict is verdict for promise in promises) for verdict in Verdict}
    words = (
        f"of {len(promises)} numbers promised, {count[Verdict.MET]} are met, "
        f"{count[Verdict.NOT_MET]} are not, {count[Verdict.NOT_MEASURED]} were not measured"
    )
    missed = [promise.words for promise in promises if promise.verdict is Verdict.NOT_MET]
    return f"{words}." if not missed else f"{words}. Not met: {'; '.join(missed)}."
