"""The report's sections for an engineer: the main set in detail, confusions, languages, what has changed."""

from collections.abc import Sequence
from typing import Final

from evaluation.calibration import Covered
from evaluation.groups import KEYWORD, LANGUAGE, LENGTH, TOPIC, VOICE, Group
from evaluation.measuring import Measured
from evaluation.pictures import Picture
from evaluation.previous import Against, Change
from evaluation.words import interval, of_size, percent, quoted, set_name, share, table, topic

PAIRS: Final = 25  # of each set; all are in the JSON
TEXTS: Final = 4
GROUPINGS: Final = ((VOICE, "voice"), (KEYWORD, "its topic's obvious word"), (LENGTH, "length"))


def details(main: Measured, pictures: Sequence[Picture]) -> list[str]:
    head = main.headline
    lines = [
        f"## More on the {set_name(main.name)} set",
        "",
        f"- In scope, told that it is out of scope: {of_size(head.told_outside)}; "
        f"that, or asked again: {of_size(head.turned_away)}.",
        f"- Out of scope, told so: {of_size(head.outside_told)}; "
        f"that, or asked again: {of_size(head.outside_held)}.",
        f"- Met as danger to life, though none is in danger: {of_size(head.danger_seen)}.",
        f"- Expected calibration error: {main.calibration.error.value * 100:.1f} points "
        f"({interval(main.calibration.error)}): how far stated confidence and truth lie apart on average.",
        "",
    ]
    for picture in pictures:
        lines += [f"![{picture.words}]({picture.file})", ""]
    for key, words in GROUPINGS:
        lines += [f"### By {words}", "", *_groups(main.groups[key])]
    lines += ["### By confidence", "", *_coverage(main.coverage)]
    return [*lines, "### By topic, the weakest first", "", *_groups(main.groups[TOPIC])]


def _groups(groups: Sequence[Group]) -> list[str]:
    rows = [
        (topic(one.name), one.first.size, share(one.first), interval(one.first), share(one.among_three))
        for one in groups
    ]
    return table(("", "messages", "first guess", "95 % interval", "among three"), rows)


def _coverage(points: Sequence[Covered]) -> list[str]:
    rows = [
        (percent(one.coverage, 0), f"{one.least:.2f}", share(one.right), interval(one.right))
        for one in points
        if round(one.coverage * 100) % 10 == 0
    ]
    return table(("the surest", "confidence from", "first guess", "95 % interval"), rows)


def confusions(sets: Sequence[Measured]) -> list[str]:
    lines = ["## What is taken for what", ""]
    for one in sets:
        if not one.confusions:
            continue
        lines += [f"### {set_name(one.name).capitalize()}", ""]
        heads = ("meant", "taken for", "times", *(["messages"] if one.is_open else []))
        lines += table(
            heads,
            [
                (
                    *(topic(pair.meant), topic(pair.taken), pair.count),
                    *(["; ".join(map(quoted, pair.texts[:TEXTS]))] if one.is_open else []),
                )
                for pair in one.confusions[:PAIRS]
            ],
        )
    return lines


def languages(sets: Sequence[Measured]) -> list[str]:
    lines: list[str] = []
    for one in sets:
        if len(one.groups[LANGUAGE]) > 1:
            lines += [f"## By language: {set_name(one.name)}", "", *_groups(one.groups[LANGUAGE])]
    return lines


def against(against: Against | None) -> list[str]:
    lines = ["## Against the report before", ""]
    if against is None:
        return [*lines, "There is none.", ""]
    rows = [
        (
            set_name(one.set),
            one.words,
            _amount(one, one.before),
            _amount(one, one.now),
            f"{one.arrow} {one.judgement}",
        )
        for one in against.changes
    ]
    others = ", ".join(map(set_name, against.other_sets))
    note = [f"Other messages than then, so that changes say little: {others}.", ""] if others else []
    return [*lines, f"That of {against.made}.", "", *table(("set", "figure", "then", "now", ""), rows), *note]


def _amount(change: Change, value: float) -> str:
    return f"{value:.1f} ms" if change.is_time else percent(value)
