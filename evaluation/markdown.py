"""The report in Markdown: the governor's lines, then what an engineer needs."""

from collections.abc import Sequence
from typing import Final

from evaluation.governor import opening
from evaluation.measuring import Measured
from evaluation.peers.words import peers_section
from evaluation.pictures import Picture
from evaluation.promises import Promise
from evaluation.report import Report
from evaluation.sections import against, confusions, details, languages
from evaluation.shares import Share
from evaluation.words import interval, of_size, percent, set_name, share, table

HOW: Final = """\
Each message goes, alone and one after the other, through the code that reads a live message. In scope is
whatever has a topic, an act or a request; the figures for first guess, three guesses and turned away are of
these. Turned away means told out of scope, or asked again because no guess was sure enough. Intervals are
Wilson's at 95 %, that of the calibration error is drawn a thousand times. A line of a set that training or
tuning has seen is left out."""


def to_markdown(report: Report, pictures: Sequence[Picture]) -> str:
    """`pictures` lie beside the report."""
    lines = [*opening(report), *_promises(report.promises), *_sets(report.sets)]
    if report.main is not None:
        lines += details(report.main, pictures)
    lines += confusions(report.sets)
    lines += languages(report.sets)
    lines += peers_section(report.peers)
    lines += against(report.against)
    lines += _how(report)
    return "\n".join(lines) + "\n"


def _promises(promises: Sequence[Promise]) -> list[str]:
    rows = [
        (one.words, wanted_words(one), *found_words(one), set_name(one.where), one.verdict)
        for one in promises
    ]
    return [
        "## The numbers that were promised",
        "",
        *table(("number", "wanted", "measured", "95 % interval", "messages", "on", ""), rows),
    ]


def wanted_words(promise: Promise) -> str:
    side = "at least" if promise.at_least else "at most"
    value = f"{promise.wanted:g} {promise.unit}" if promise.unit else percent(promise.wanted)
    return f"{side} {value}"


def found_words(promise: Promise) -> tuple[str, str, str]:
    if promise.found is None:
        return "–", "–", "–"
    if isinstance(promise.found, Share):
        return share(promise.found), interval(promise.found), str(promise.found.size)
    return f"{promise.found:.1f} {promise.unit}", "–", "–"


def _sets(sets: Sequence[Measured]) -> list[str]:
    heads = (
        "set",
        "messages",
        "first guess",
        "among three",
        "turned away",
        "out of scope told",
        "ms, median",
        "99 %",
    )
    rows = [
        (
            *(set_name(one.name), one.size, share(one.headline.first), share(one.headline.among_three)),
            *(share(one.headline.turned_away), share(one.headline.outside_told)),
            *(f"{one.times.median:.1f}", f"{one.times.slowest:.1f}"),
        )
        for one in sets
    ]
    notes = [
        f"- {set_name(one.name)}: {len(one.seen)} lines were left out because training or tuning has seen "
        f"them (lines {', '.join(map(str, one.seen))})."
        for one in sets
        if one.seen
    ]
    several = [
        f"- {set_name(one.name)}: all needs among the first three guesses in "
        f"{of_size(one.headline.among_three)}; all found as needs in {of_size(one.headline.needs_found)}."
        for one in sets
        if one.headline.needs_found.size
    ]
    return ["## Every set", "", *table(heads, rows), *notes, *several, ""]


def _how(report: Report) -> list[str]:
    when = f"Model {report.model}, {report.made}; {report.machine}."
    return ["## How this was measured", "", *HOW.splitlines(), when, ""]
