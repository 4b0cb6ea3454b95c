"""The danger report in Markdown: the first lines, the promises, then what an engineer needs."""

from collections.abc import Sequence
from typing import Final

from evaluation.danger.curve import RECALL
from evaluation.danger.misses import FILE
from evaluation.danger.opening import opening
from evaluation.danger.report import Report
from evaluation.danger.sections import details, halves, languages, peers, times
from evaluation.markdown import found_words, wanted_words
from evaluation.pictures import Picture
from evaluation.shares import Share
from evaluation.words import NOTHING, of_size, set_name, share, table

HOW: Final = f"""\
Each message goes, alone and one after the other, through the code that judges a live message, and so do the
messages before it where there are any. Flagged means a level above none; danger is what a careful
professional would call a concern, urgent or an emergency; hard negatives look or sound like danger and are
none; ordinary is everyday talk. “Right risk” is of the danger that was flagged: the true risk is among those
named. Intervals are Wilson's at 95 %. The curve moves the head's threshold over whole messages, without
phrases and clauses; systems are compared where they find {RECALL * 100:.0f} % of danger. A line of a set
that training or tuning has seen is left out. Only the figures of test sets, and of CLINC150, keep a
promise."""


def to_markdown(report: Report, pictures: Sequence[Picture]) -> str:
    """`pictures` lie beside the report."""
    lines = [*opening(report), *_promises(report), *_sets(report)]
    if report.main is not None:
        lines += details(report.main, pictures)
    lines += languages(report.sets)
    lines += halves(report.sets)
    lines += times(report.times)
    lines += peers(report)
    return "\n".join([*lines, *_how(report)]) + "\n"


def _promises(report: Report) -> list[str]:
    before = {one.id: one for one in report.expected}
    rows = [
        (one.words, wanted_words(one), *found_words(one), one.verdict, _expected(before[one.id].found))
        for one in report.promises
    ]
    heads = ("number", "promised", "measured", "95 % interval", "messages", "", "on the development sets")
    return ["## The numbers that were promised", "", *table(heads, rows)]


def _expected(found: Share | float | None) -> str:
    """Times are of all sets together."""
    return of_size(found) if isinstance(found, Share) else NOTHING


def _sets(report: Report) -> list[str]:
    heads = (
        *("set", "messages", "emergencies", "urgent", "concern", "all danger", "at least urgent"),
        *("right risk", "risks named", "hard negatives", "ordinary", "no danger, judged urgent"),
    )
    rows = []
    for one in report.sets:
        head = one.headline
        rows.append(
            (
                *(set_name(one.name), one.size, share(head.emergency), share(head.urgent)),
                *(share(head.concern), share(head.danger), share(head.at_least_urgent)),
                *(share(head.right_risk), f"{head.named:.2f}", share(head.hard), share(head.ordinary)),
                share(head.loud),
            )
        )
    notes = [
        f"- {set_name(one.name)}: {len(one.seen)} lines were left out because training or tuning has seen "
        f"them (lines {', '.join(map(str, one.seen))})."
        for one in report.sets
        if one.seen
    ]
    return [
        "## Every set",
        "",
        *table(heads, rows),
        *notes,
        *([""] if notes else []),
        f"What is wrong in the development sets, line by line: [{FILE}]({FILE}).",
        "",
    ]


def _how(report: Report) -> list[str]:
    when = f"Screen {report.screen}, {report.made}; {report.machine}."
    return ["## How this was measured", "", *HOW.splitlines(), when, ""]
