"""The parts of a report about care: did somebody come, the load of supporters, how alerts were answered."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from bot.reports.figures import Figures
from bot.reports.loads import GROUPS, Load, loads_of
from bot.reports.periods import Period
from bot.reports.small_numbers import (
    FEWEST_SHOWN,
    hidden_among,
    hidden_parts,
    hidden_rows,
    hides_part,
    is_small,
)
from bot.reports.tally import Tally
from bot.reports.times import FEWEST_FOR_NINE_IN_TEN, HALF, NINE_IN_TEN, within
from bot.safety.drift import LEVELS
from bot.store.report_figures import AlertTimes
from bot.web.desk.alarm_picture import Column, draw
from bot.web.desk.report_parts import Block, Cell, Drawn, Row, Saying, Table, total
from bot.web.desk.report_requests import step_name


def loop(saying: Saying, figures: Figures) -> Block:
    """ "Did somebody come?": how many said that nobody did, and how many did not say."""
    step = figures.period.step
    lines = [(step_name(saying, step, start), tally) for start, tally in figures.course.items()]
    gone = hidden_among([tally.asked for _, tally in lines])
    parts_gone = hidden_rows([_answers(tally) for _, tally in lines])
    whole = figures.whole
    whole_gone = is_small(whole.asked) or any(map(is_small, _answers(whole)))
    rows = [
        Row(name, _loop_cells(saying, tally, at in gone, at in parts_gone))
        for at, (name, tally) in enumerate(lines)
    ]
    rows.append(total(saying, _loop_cells(saying, whole, is_small(whole.asked), whole_gone)))
    share = saying.share(whole.nobody_came, whole.asked).text
    silent = saying.share(whole.unanswered, whole.asked).text
    said = saying.say("loop", share=share, silent=silent)
    columns = [
        Column(
            label=name,
            parts=None if at in parts_gone else (("nobody", tally.nobody_came),),
            rest=0 if at in parts_gone else tally.unanswered,
            missed=None,
            changed=False,
        )
        for at, (name, tally) in enumerate(lines)
    ]
    legend = (("nobody", saying.say("column_nobody_came")), ("rest", saying.say("column_unanswered")))
    names = ("asked", "nobody_came", "share_nobody", "unanswered", "share_unanswered")
    return Block(
        sentences=() if whole_gone or not whole.asked else (said,),
        table=Table(
            "loop",
            saying.say("by_loop"),
            (saying.say("label_course"), *(saying.say(f"column_{each}") for each in names)),
            ("", "", "share", "", "share"),
            tuple(rows),
        ),
        drawn=Drawn(draw(columns, "", saying.say("dots")), saying.say("picture_loop"), legend),
    )


def _answers(tally: Tally) -> tuple[int, int, int]:
    return (
        tally.nobody_came,
        tally.unanswered,
        tally.asked - tally.nobody_came - tally.unanswered,
    )


def _loop_cells(saying: Saying, tally: Tally, gone: bool, parts_gone: bool) -> tuple[Cell, ...]:
    cells = [saying.count(tally.asked, hidden=gone)]
    for part in (tally.nobody_came, tally.unanswered):
        cells.append(saying.count(part, hidden=parts_gone))
        cells.append(saying.hidden if parts_gone else saying.share(part, tally.asked))
    return tuple(cells)


def supporters(saying: Saying, loads: Sequence[Load], period: Period, rest: timedelta) -> Block:
    """Load and rest. Of fewer than five supporters nothing is said at all."""
    found = loads_of(loads, period)
    heading, label = saying.say("by_load"), saying.say("label_load")
    empty = Table("load", heading, (label, saying.say("column_supporters")), ("",), ())
    if found.supporters < FEWEST_SHOWN:
        return Block((saying.say("load_few" if found.supporters else "load_none"),), empty)
    said = [
        saying.say("load", supporters=found.supporters, contacts=f"{found.contacts:,}", half=found.half),
    ]
    if found.nine_in_ten is not None:
        said.append(saying.say("load_nine", nine=found.nine_in_ten))
    if found.busiest_fifth is not None:
        said.append(saying.say("load_fifth", share=f"{found.busiest_fifth:.0%}"))
    hours = int(rest.total_seconds() // 3600)
    if not hides_part(found.soon, found.contacts):
        soon = saying.share(found.soon, found.contacts).text
        said.append(saying.say("load_soon", share=soon, hours=hours))
    gone = hidden_among(found.groups)
    names = [saying.say("load_to", most=GROUPS[0])]
    names += [saying.say("load_between", least=a, most=b) for a, b in pairwise(GROUPS)]
    names.append(saying.say("load_above", least=GROUPS[-1]))
    rows = [
        Row(name, (saying.count(count, hidden=at in gone),))
        for at, (name, count) in enumerate(zip(names, found.groups, strict=True))
    ]
    rows.append(total(saying, (saying.number(found.supporters),)))
    return Block(tuple(said), Table("load", heading, empty.columns, empty.units, tuple(rows)))


def alerts(saying: Saying, times: Sequence[AlertTimes]) -> Block:
    """By level, the gravest first: how soon somebody acknowledged, and how soon somebody saw the person."""
    sorted_ = [[each for each in times if each.level == level.value] for level in LEVELS]
    counts = [len(each) for each in sorted_]
    gone = hidden_among(counts)
    seen = hidden_parts([_done(each, 0) for each in sorted_], counts)
    checked = hidden_parts([_done(each, 1) for each in sorted_], counts)
    rows = [
        Row(
            saying.wording.say(f"level_{level.value}"),
            _alert_cells(saying, sorted_[at], at in gone, at in seen, at in checked),
        )
        for at, level in enumerate(LEVELS)
    ]
    few = is_small(len(times))
    whole = [hides_part(_done(times, which), len(times)) for which in (0, 1)]
    rows.append(total(saying, _alert_cells(saying, times, few, *whole)))
    names = ("alerts", "acknowledged", "half", "nine_in_ten", "checked", "half", "nine_in_ten")
    columns = [saying.say(f"column_{each}") for each in names]
    return Block(
        sentences=tuple(_alerts_in_words(saying, sorted_)) if times else (saying.say("alerts_none"),),
        table=Table(
            "alerts",
            saying.say("by_alerts"),
            (saying.say("label_alerts"), *columns),
            ("", "", *(["seconds to acknowledgement"] * 2), "", *(["seconds to check"] * 2)),
            tuple(rows),
        ),
    )


def _alerts_in_words(saying: Saying, sorted_: Sequence[Sequence[AlertTimes]]) -> list[str]:
    return [
        saying.say(
            "alerts_half",
            level=saying.wording.say(f"level_{level.value}"),
            half=saying.seconds(_within(found, 0, HALF)).text,
        )
        for level, found in zip(LEVELS, sorted_, strict=True)
        if _done(found, 0) >= FEWEST_SHOWN
    ]


def _alert_cells(
    saying: Saying, times: Sequence[AlertTimes], gone: bool, seen: bool, checked: bool
) -> tuple[Cell, ...]:
    cells = [saying.count(len(times), hidden=gone)]
    for which, hidden in ((0, seen), (1, checked)):
        done = _done(times, which)
        few = gone or done < FEWEST_SHOWN
        none = saying.hidden if done else saying.nothing
        nine = done >= FEWEST_FOR_NINE_IN_TEN
        cells += [
            saying.count(done, hidden=hidden),
            none if few else saying.seconds(_within(times, which, HALF)),
            none if few or not nine else saying.seconds(_within(times, which, NINE_IN_TEN)),
        ]
    return tuple(cells)


def _known(times: Sequence[AlertTimes], which: int) -> Counter[int]:
    both = [(each.acknowledged, each.checked)[which] for each in times]
    return Counter(seconds for seconds in both if seconds is not None)


def _done(times: Sequence[AlertTimes], which: int) -> int:
    return sum(_known(times, which).values())


def _within(times: Sequence[AlertTimes], which: int, share: Fraction) -> int | None:
    return within(_known(times, which), share)
