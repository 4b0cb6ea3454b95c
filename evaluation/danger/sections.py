"""The danger report's sections for an engineer: one set in detail, languages, halves, times, others."""

from collections.abc import Sequence
from typing import Final

from bot.safety.model import Level
from evaluation.danger.compare import Compared, by_set
from evaluation.danger.curve import RECALL
from evaluation.danger.figures import KIND, LANGUAGE, LENGTH, LEVEL, RISK, Group
from evaluation.danger.measuring import Measured
from evaluation.danger.promises import LANGUAGE_FOUND, LANGUAGE_ORDINARY
from evaluation.danger.report import Report
from evaluation.danger.timing import Timed
from evaluation.danger.words import SYSTEMS, name_of
from evaluation.pictures import Picture
from evaluation.promises import Promise, Verdict
from evaluation.shares import Share
from evaluation.words import NOTHING, interval, of_size, percent, set_name, share, table

GROUPINGS: Final = (LEVEL, RISK, KIND, LENGTH)
HEADS: Final = (
    *("", "danger", "found", "95 % interval", "right risk"),
    *("hard negatives", "flagged", "95 % interval", "ordinary", "flagged", "95 % interval"),
)
PEER_HEADS: Final = (
    *("system", "emergencies", "urgent", "all danger", "95 % interval", "at least urgent", "right risk"),
    *("hard negatives", "95 % interval", "ordinary", f"hard negatives at {RECALL * 100:.0f} % found", "area"),
    *("trained in", "ms, median", "measured"),
)
HOW_PEERS: Final = """\
Every system learned from the same lines and was asked the same messages. The list of keywords is what
somebody writes in an afternoon; each word is an urgent alarm. all-MiniLM-L6-v2 (int8) stands under Signpost's
head, in place of its encoder, and without the phrases: “Signpost's head alone” is what to compare it with.
Rasa's default is what `rasa init` writes into `config.yml`, with every risk at every level as an intent and
no danger as another; its first guess decides, and its curve moves the confidence in no danger. Of CLINC150
the others were asked every tenth message."""


def details(main: Measured, pictures: Sequence[Picture]) -> list[str]:
    found = main.finders
    lines = [
        f"## More on the {set_name(main.name)} set",
        "",
        f"- Danger found by phrases alone: {of_size(found.phrases_only)}; by the head alone: "
        f"{of_size(found.head_only)}; by both: {of_size(found.both)}.",
        f"- Right risk named, of all danger: {of_size(main.headline.right_risk_of_all)}.",
    ]
    if main.curve is not None:
        at = main.curve.promised
        lines.append(
            f"- The head by itself, on whole messages: area under the curve {main.curve.area:.3f}; where it "
            f"finds {percent(at.recall.value)} of danger (from {at.threshold:.3f} on) it flags "
            f"{of_size(at.flagged)} hard negatives."
        )
    lines.append("")
    for picture in pictures:
        lines += [f"![{picture.words}]({picture.file})", ""]
    lines += ["### Levels: what it is, and what it was judged to be", "", *_crossed(main)]
    for key in GROUPINGS:
        lines += [f"### By {key}", "", *_groups(main.groups[key])]
    return lines


def languages(sets: Sequence[Measured]) -> list[str]:
    lines: list[str] = []
    for one in sets:
        groups = one.groups[LANGUAGE]
        if len(groups) > 1:
            kept = [(_kept(group.danger, LANGUAGE_FOUND), _few(group.ordinary)) for group in groups]
            lines += [
                f"## By language: {set_name(one.name)}",
                "",
                f"In {sum(found is Verdict.MET for found, _ in kept)} of {len(groups)} languages at least "
                f"{percent(LANGUAGE_FOUND, 0)} of danger is flagged; in "
                f"{sum(few is Verdict.MET for _, few in kept)} at most {percent(LANGUAGE_ORDINARY, 0)} of "
                "what is ordinary.",
                "",
                *_groups(groups),
            ]
    return lines


def halves(sets: Sequence[Measured]) -> list[str]:
    found = [one for one in sets if one.alone is not None]
    rows = []
    for one in found:
        assert one.alone is not None
        for name, head in (("read with it", one.headline), ("the last message alone", one.alone)):
            rows.append(
                (
                    *(f"{set_name(one.name)}: {name}", of_size(head.danger), of_size(head.emergency)),
                    *(of_size(head.at_least_urgent), of_size(head.right_risk), of_size(head.hard)),
                )
            )
    heads = ("", "danger", "emergencies", "at least urgent", "right risk", "no danger, flagged")
    title = [
        "## Said in two halves",
        "",
        "The grave part is in what came before and in the last message together.",
    ]
    return [*title, "", *table(heads, rows)] if rows else []


def times(timed: Sequence[Timed]) -> list[str]:
    rows = [
        (
            *(one.name, one.size, f"{one.passed.median:.1f}", f"{one.passed.slowest:.1f}"),
            *(f"{one.worked.median:.1f}", f"{one.worked.slowest:.1f}"),
        )
        for one in timed
    ]
    heads = ("", "messages", "ms, median", "99 %", "ms of the processor, median", "99 %")
    return [
        "## How long it takes",
        "",
        "On one thread, one message after the other. Where others use the machine too, the processor's own",
        "time is the truer one.",
        "",
        *table(heads, rows),
    ]


def peers(report: Report) -> list[str]:
    lines = ["## Beside others", ""]
    if len({one.system for one in report.peers}) < 2:
        return [*lines, "Not measured yet: `python -m evaluation danger --peers`.", ""]
    for name, found in by_set(report.peers).items():
        lines += [f"### {set_name(name).capitalize()}", "", *table(PEER_HEADS, map(_peer, found))]
    return [*lines, *HOW_PEERS.splitlines(), ""]


def _peer(one: Compared) -> tuple[str, ...]:
    head = one.headline
    at = NOTHING if one.curve is None else share(one.curve.promised.flagged)
    return (
        *(SYSTEMS[one.system], share(head.emergency), share(head.urgent), share(head.danger)),
        *(interval(head.danger), share(head.at_least_urgent), share(head.right_risk), share(head.hard)),
        *(interval(head.hard), share(head.ordinary), at),
        NOTHING if one.curve is None else f"{one.curve.area:.3f}",
        f"{one.training_seconds / 60:.1f} min" if one.training_seconds else NOTHING,
        f"{one.milliseconds.median:.1f}",
        one.made[:10] + ("" if one.is_current else ", on earlier lines"),
    )


def _groups(groups: Sequence[Group]) -> list[str]:
    return table(HEADS, [(name_of(one.name), *_group(one)) for one in groups])


def _group(one: Group) -> tuple[object, ...]:
    return (
        *(one.danger.size, share(one.danger), interval(one.danger), share(one.right_risk)),
        *(one.hard.size, share(one.hard), interval(one.hard)),
        *(one.ordinary.size, share(one.ordinary), interval(one.ordinary)),
    )


def _crossed(main: Measured) -> list[str]:
    order = [level.value for level in reversed(Level)]
    rows = [(meant, *(given[level] for level in order)) for meant, given in main.crossed.items()]
    return table(("it is", *order), rows)


def _kept(found: Share, wanted: float) -> Verdict:
    return Promise("", "", wanted, True, "", found, "").verdict


def _few(found: Share) -> Verdict:
    return Promise("", "", LANGUAGE_ORDINARY, False, "", found, "").verdict
