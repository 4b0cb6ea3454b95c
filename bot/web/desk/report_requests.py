"""The parts of a report about requests: by kind, wing, hour and day, in their course, and by time of day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.queue.model import Kind
from bot.reports.figures import Figures
from bot.reports.periods import Step
from bot.reports.small_numbers import FEWEST_SHOWN, hidden_among, hidden_parts, hides_part, is_small
from bot.reports.tally import Tally
from bot.web.desk.alarm_picture import Column, draw
from bot.web.desk.report_parts import Block, Cell, Drawn, Row, Saying, Table, total

_UNITS = ("", "", "share", "minutes", "minutes")
_MONDAY = date(2026, 1, 5)


def by_kind(saying: Saying, figures: Figures) -> Block:
    names = {kind: saying.wording.say(f"kind_{kind.value}") for kind in Kind}
    asked = [(names[kind], tally) for kind, tally in figures.kinds.items() if tally.requests]
    said = [_in_words(saying, name, tally) for name, tally in asked]
    return Block(
        sentences=(*_whole_in_words(saying, figures), *filter(None, said)),
        table=_table(saying, "kind", asked, figures.whole),
    )


def by_wing(saying: Saying, figures: Figures) -> Block:
    lines = list(figures.wings.items())
    return Block((), _table(saying, "wing", lines, figures.whole), _times(saying, "wing", lines))


def by_hour(saying: Saying, figures: Figures) -> Block:
    lines = [(f"{hour:02}:00", tally) for hour, tally in enumerate(figures.hours)]
    slow = _slowest(lines)
    said = () if slow is None else (saying.say("slowest_hour", hour=slow[0], half=_half(saying, slow[1])),)
    return Block(said, _table(saying, "hour", lines, figures.whole), _times(saying, "hour", lines))


def by_weekday(saying: Saying, figures: Figures) -> Block:
    lines = [
        (date.fromordinal(_MONDAY.toordinal() + day).strftime("%A"), tally)
        for day, tally in enumerate(figures.weekdays)
    ]
    return Block((), _table(saying, "weekday", lines, figures.whole), _times(saying, "weekday", lines))


def by_time_of_day(saying: Saying, figures: Figures) -> Block:
    """Nights against days, by the prison's own hours."""
    names = [saying.say(f"time_{name}") for name in ("unlocked", "evening", "night")]
    lines = list(zip(names, figures.times_of_day, strict=True))
    said = [
        saying.say("half_at", when=name, half=_half(saying, tally))
        for name, tally in lines
        if tally.reached >= FEWEST_SHOWN
    ]
    return Block(tuple(said), _table(saying, "time_of_day", lines, figures.whole))


def course(saying: Saying, figures: Figures) -> Block:
    """How many were asked and reached, step by step."""
    lines = [
        (step_name(saying, figures.period.step, start), tally) for start, tally in figures.course.items()
    ]
    wholes = [tally.requests for _, tally in lines]
    gone, parts_gone = hidden_among(wholes), hidden_parts([tally.reached for _, tally in lines], wholes)
    columns = [
        Column(
            label=name,
            parts=None if at in gone else () if at in parts_gone else (("reached", tally.reached),),
            rest=0 if at in gone else tally.requests - (0 if at in parts_gone else tally.reached),
            missed=None,
            changed=False,
        )
        for at, (name, tally) in enumerate(lines)
    ]
    legend = (("reached", saying.say("column_reached")), ("rest", saying.say("rest")))
    drawn = Drawn(draw(columns, "", saying.say("dots")), saying.say("picture_course"), legend)
    heading = saying.say(f"by_{figures.period.step.value}")
    return Block((), _table(saying, "course", lines, figures.whole, heading), drawn)


def step_name(saying: Saying, step: Step, start: date) -> str:
    return start.strftime("%b %Y") if step is Step.MONTH else start.strftime("%-d %b")


def _table(
    saying: Saying, name: str, lines: Sequence[tuple[str, Tally]], whole: Tally, heading: str = ""
) -> Table:
    wholes = [tally.requests for _, tally in lines]
    gone, parts_gone = hidden_among(wholes), hidden_parts([tally.reached for _, tally in lines], wholes)
    rows = [
        Row(each, _cells(saying, tally, at in gone, at in parts_gone))
        for at, (each, tally) in enumerate(lines)
    ]
    part_gone = hides_part(whole.reached, whole.requests)
    rows.append(total(saying, _cells(saying, whole, is_small(whole.requests), part_gone)))
    columns = ("requests", "reached", "share", "half", "nine_in_ten")
    return Table(
        id=name,
        heading=heading or saying.say(f"by_{name}"),
        columns=(saying.say(f"label_{name}"), *(saying.say(f"column_{each}") for each in columns)),
        units=_UNITS,
        rows=tuple(rows),
    )


def _cells(saying: Saying, tally: Tally, gone: bool, part_gone: bool) -> tuple[Cell, ...]:
    shown = not part_gone
    # A time alone tells no number, but of fewer than five it is somebody's own.
    timed = not gone and tally.reached >= FEWEST_SHOWN
    return (
        saying.count(tally.requests, hidden=gone),
        saying.count(tally.reached, hidden=part_gone),
        saying.share(tally.reached, tally.requests) if shown else saying.hidden,
        saying.minutes(tally.half) if timed else _no_time(saying, tally),
        saying.minutes(tally.nine_in_ten) if timed else _no_time(saying, tally),
    )


def _no_time(saying: Saying, tally: Tally) -> Cell:
    return saying.hidden if tally.reached else saying.nothing


def _times(saying: Saying, name: str, lines: Iterable[tuple[str, Tally]]) -> Drawn:
    """Half within, as bars; nine in ten within, as dots. In hours where minutes would be too many to read."""
    shown = [(each, tally if tally.reached >= FEWEST_SHOWN else None) for each, tally in lines]
    columns = [
        Column(
            label=each,
            parts=None if tally is None else (("half", tally.half or 0),),
            rest=0,
            missed=None if tally is None else tally.nine_in_ten,
            changed=False,
        )
        for each, tally in shown
    ]
    legend = (("half", saying.say("legend_half")), ("missed", saying.say("legend_nine_in_ten")))
    return Drawn(draw(columns, "", saying.say("dots")), saying.say(f"picture_{name}"), legend)


def _whole_in_words(saying: Saying, figures: Figures) -> tuple[str, ...]:
    whole, when = figures.whole, saying.days(figures.period)
    if is_small(whole.requests):
        return (saying.say("whole_few", when=when),)
    if hides_part(whole.reached, whole.requests):
        return (saying.say("whole_only", count=f"{whole.requests:,}", when=when),)
    share = saying.share(whole.reached, whole.requests).text
    return (saying.say("whole", count=f"{whole.requests:,}", when=when, share=share),)


def _in_words(saying: Saying, name: str, tally: Tally) -> str:
    """Of those who asked for this kind and were reached: half within so long, nine in ten within so long."""
    if tally.reached < FEWEST_SHOWN:
        return ""
    nine = tally.nine_in_ten
    half = _half(saying, tally)
    if nine is None:
        return saying.say("half_of", kind=name, half=half)
    return saying.say("half_and_nine_of", kind=name, half=half, nine=saying.minutes(nine).text)


def _half(saying: Saying, tally: Tally) -> str:
    return saying.minutes(tally.half).text


def _slowest(lines: Sequence[tuple[str, Tally]]) -> tuple[str, Tally] | None:
    """None where all is small, or there is nothing to tell apart."""
    known = [line for line in lines if line[1].reached >= 2 * FEWEST_SHOWN]
    return max(known, key=lambda line: line[1].half or 0) if len(known) > 1 else None


def failures(saying: Saying, figures: Figures) -> Block:
    """Of those whom nobody reached: what became of the request, and why it could not be met."""
    whole, reasons = figures.whole, figures.reasons
    parts: Mapping[str, int] = {
        **{saying.say("could_not", why=saying.wording.reason(each)): n for each, n in reasons.items()},
        saying.say("cancelled"): whole.cancelled,
        saying.say("not_recorded"): whole.not_recorded,
        saying.say("waiting"): whole.waiting,
    }
    unreached = whole.requests - whole.reached
    unknown = whole.could_not - sum(reasons.values())
    if unknown > 0:
        parts = {**parts, saying.say("no_reason"): unknown}
    gone = hidden_among(list(parts.values()))
    all_gone = hides_part(unreached, whole.requests)
    rows = [
        Row(name, _of_all(saying, count, unreached, hidden=all_gone or at in gone))
        for at, (name, count) in enumerate(parts.items())
    ]
    rows.append(total(saying, _of_all(saying, unreached, unreached, hidden=all_gone)))
    late = hides_part(whole.missed, whole.requests)
    said = saying.say(
        "missed", count=f"{whole.missed:,}", share=saying.share(whole.missed, whole.requests).text
    )
    columns = ("label_ending", "column_requests", "column_of_not_reached")
    return Block(
        sentences=(saying.say("missed_few") if late else said,),
        table=Table(
            "failures",
            saying.say("by_ending"),
            tuple(saying.say(each) for each in columns),
            ("", "share"),
            tuple(rows),
        ),
    )


def _of_all(saying: Saying, count: int, whole: int, *, hidden: bool) -> tuple[Cell, Cell]:
    return (saying.count(count, hidden=hidden), saying.hidden if hidden else saying.share(count, whole))
