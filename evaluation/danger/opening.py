"""The danger report's first lines, for somebody who answers for a prison and has a minute."""

from datetime import datetime

from evaluation.danger.measuring import Measured
from evaluation.danger.report import Report
from evaluation.peers.benchmarks import CLINC150
from evaluation.promises import Verdict
from evaluation.words import out_of_a_hundred, percent


def opening(report: Report) -> list[str]:
    day = datetime.fromisoformat(report.made)
    lines = [f"# How well Signpost notices danger, {day.day} {day:%B %Y}", ""]
    main = report.main
    if main is None:
        return [*lines, "Nothing was measured: there is no set of English messages.", ""]
    head = main.headline
    return [
        *lines,
        *_warnings(report),
        f"- {_who(main)}",
        f"- **Found:** {out_of_a_hundred(head.danger)} that speak of danger; of the emergencies among them "
        f"{out_of_a_hundred(head.emergency)}. With other messages of this kind, between "
        f"{percent(head.danger.low, 0)} and {percent(head.danger.high, 0)} would be found "
        "(in 19 cases of 20). The rest are missed: no screen takes the place of people who look.",
        f"- **Fast enough:** {out_of_a_hundred(head.at_least_urgent)} emergencies call for somebody at once "
        "or this shift.",
        f"- **False alarms:** {out_of_a_hundred(head.hard)} messages that only sound like danger, and "
        f"{percent(head.ordinary.value)} of everyday ones.",
        *_clinc(report),
        f"- **Promises:** {_kept(report)}",
        "",
    ]


def _warnings(report: Report) -> list[str]:
    broken = sum(one.faults for one in report.sets)
    lines = []
    if report.only:
        lines.append(f"- **Only tried out**, on {report.only} lines of each set. No proof of anything.")
    if broken:
        lines.append(f"- **Part of the screen was broken** for {broken} messages: these are not its figures.")
    return lines


def _who(main: Measured) -> str:
    head = main.headline
    asked = (
        f"**Asked:** {head.danger.size} messages of danger, {head.hard.size} that only sound like it and "
        f"{head.ordinary.size} everyday ones, written by others as people in prison write."
    )
    if main.is_open:
        return f"{asked} Not a proof: those who built it have read them."
    return f"{asked} Nobody who builds it has read them."


def _clinc(report: Report) -> list[str]:
    found = next((one for one in report.sets if one.name == CLINC150), None)
    if found is None:
        return []
    share = found.headline.ordinary
    return [
        f"- **Elsewhere:** of {share.size} messages to another kind of assistant, {share.hits} were flagged."
    ]


def _kept(report: Report) -> str:
    verdicts = [one.verdict for one in report.promises]
    missed = [one.words for one in report.promises if one.verdict is Verdict.NOT_MET]
    said = (
        f"of {len(verdicts)} numbers promised, {verdicts.count(Verdict.MET)} are met, "
        f"{len(missed)} are not, {verdicts.count(Verdict.NOT_MEASURED)} were not measured."
    )
    return f"{said} Not met: {'; '.join(missed)}." if missed else said
