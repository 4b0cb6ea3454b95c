"""Alarms and misses by week: how many, of which kind, how often right, and which screen was in use."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from bot.bootstrap import Product
from bot.people.rights import Right
from bot.safety.drift import FEWEST_SHOWN, LEVELS, Week, by_week, shown_alone, shown_of, shown_parts, week_of
from bot.safety.model import Risk
from bot.web.desk.alarm_picture import Column, Picture, draw
from bot.web.desk.desk import Caller, Desk, DeskHere, SignedIn
from bot.web.desk.shell import Link, Page, shell_for

router = APIRouter(include_in_schema=False)

SPANS: Final = (12, 26, 52)
# What stands in a table of its own below the weeks, in this order.
_PARTS: Final[Mapping[str, Callable[[Week], Mapping[str, int]]]] = {
    "by_risks": lambda week: week.risks,
    "by_languages": lambda week: week.languages,
    "missed_by_level": lambda week: week.missed_levels,
    "missed_by_risks": lambda week: week.missed_risks,
    "missed_by_languages": lambda week: week.missed_languages,
}
# Batches of the log that one opening of the page counts: more than a year of any prison.
_MOST_BATCHES = 1_000


@dataclass(frozen=True)
class Table:
    """`rows` begin with the week, which is a heading of its row."""

    id: str
    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class AlarmsPage(Page):
    spans: tuple[Link, ...]
    picture: Picture
    picture_words: str
    legend: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    suppressed: str


@router.get("/alarms")
def show(desk: DeskHere, caller: SignedIn, weeks: str = "") -> Response:
    span = next((each for each in SPANS if str(each) == weeks), SPANS[0])
    found = _weeks(desk, caller, span)
    # Small numbers could point at one person; safer custody reads the records themselves anyway.
    everything = caller.may(Right.REVIEW_SAFETY_LOG)
    say = desk.wording.say
    page = AlarmsPage(
        desk=desk,
        shell=shell_for(desk, caller, "alarms"),
        spans=tuple(
            Link(say("alarms_weeks", count=each), f"/alarms?weeks={each}", each == span) for each in SPANS
        ),
        picture=draw(_columns(found, everything=everything), say("alarms_new_screen"), say("alarms_hidden")),
        picture_words=say("alarms_picture", first=_day(found[0]), last=_day(found[-1])),
        legend=_legend(desk, everything=everything),
        tables=(
            _main_table(desk, found, everything=everything),
            *(_parts_table(desk, name, found, everything=everything) for name in _PARTS),
        ),
        suppressed="" if everything else say("alarms_suppressed", count=FEWEST_SHOWN),
    )
    return desk.pages.answer("desk/alarms.html", page)


def count_all(product: Product) -> None:
    """Brings the counts up to the end of the log, in short transactions: an alert never waits for them."""
    with product.database.reading() as work:
        if not work.alarms.is_behind():
            return
    for _ in range(_MOST_BATCHES):
        with product.database.writing() as work:
            if not work.alarms.follow(product.prison.zone):
                return


def _weeks(desk: Desk, caller: Caller, span: int) -> tuple[Week, ...]:
    product, staff = desk.product, caller.staff
    count_all(product)
    zone = product.prison.zone
    last = week_of(product.now(), zone)
    first = last - timedelta(weeks=span - 1)
    since = datetime.combine(first, time.min, zone)
    with product.database.reading() as work:
        missed = work.alarms.missed(staff.prison_id, since, staff.wings)
        return by_week(
            work.alarms.counts(staff.prison_id, first, staff.wings),
            work.alarms.marks(staff.prison_id, first, staff.wings),
            [(week_of(miss.at, zone), miss) for miss in missed],
            last=last,
            weeks=span,
        )


def _columns(weeks: Sequence[Week], *, everything: bool) -> tuple[Column, ...]:
    columns: list[Column] = []
    before: tuple[str, ...] = ()
    for week in weeks:
        levels = shown_parts(week.levels, everything=everything)
        parts = tuple((name, count) for name, count in levels.items() if count is not None)
        total = shown_alone(week.alarms, everything=everything)
        columns.append(
            Column(
                label=_day(week),
                parts=None if total is None else parts,
                rest=0 if total is None else total - sum(count for _, count in parts),
                missed=shown_alone(week.missed, everything=everything),
                changed=bool(before and week.versions and week.versions[0] != before[0]),
            )
        )
        before = week.versions or before
    return tuple(columns)


def _main_table(desk: Desk, weeks: Sequence[Week], *, everything: bool) -> Table:
    say = desk.wording.say
    names = ("alarms", *(level.value for level in LEVELS), "mistaken", "missed", "marked", "right")
    names = (*names, "too_high", "too_low", "wrong_kind", "version")
    rows = tuple((_day(week), *_main_row(desk, week, everything=everything)) for week in weeks)
    return Table(
        "by-week",
        say("alarms_by_level"),
        (say("alarms_label_week"), *(say(f"alarms_label_{name}") for name in names)),
        tuple(reversed(rows)),
    )


def _main_row(desk: Desk, week: Week, *, everything: bool) -> tuple[str, ...]:
    marks, total = week.marks, week.alarms
    levels = shown_parts(week.levels, everything=everything)
    right = shown_of(marks.right, marks.marked, everything=everything)
    counts = (
        shown_alone(total, everything=everything),
        *(levels[level.value] for level in LEVELS),
        shown_of(week.mistaken, total, everything=everything),
        shown_alone(week.missed, everything=everything),
        shown_of(marks.marked, total, everything=everything),
    )
    opinions = (marks.too_high, marks.too_low, marks.wrong_kind)
    return (
        *(_number(desk, count) for count in counts),
        _share(desk, right, marks.marked),
        *(_number(desk, shown_of(count, marks.marked, everything=everything)) for count in opinions),
        ", ".join(version or desk.wording.say("alarms_no_screen") for version in week.versions),
    )


def _parts_table(desk: Desk, of: str, weeks: Sequence[Week], *, everything: bool) -> Table:
    """Of kinds and languages only what there was in these weeks has a column."""
    parts = [_PARTS[of](week) for week in weeks]
    names = list(parts[0])
    rows = [
        (_day(week), *(_number(desk, shown_parts(counts, everything=everything)[name]) for name in names))
        for week, counts in zip(weeks, parts, strict=True)
    ]
    named = _language_name if "languages" in of else _risk_name if "risks" in of else _level_name
    return Table(
        of.replace("_", "-"),
        desk.wording.say(f"alarms_{of}"),
        (desk.wording.say("alarms_label_week"), *(named(desk, name) for name in names)),
        tuple(reversed(rows)) if names else (),
    )


def _level_name(desk: Desk, level: str) -> str:
    return desk.wording.say(f"alarms_label_{level}")


def _risk_name(desk: Desk, risk: str) -> str:
    return desk.wording.say(f"risk_{risk}") if risk in set(Risk) else desk.wording.say("alarms_no_risk")


def _language_name(desk: Desk, code: str) -> str:
    known = desk.product.texts.languages.get(code)
    return known.name if known else code or desk.wording.say("alarms_no_language")


def _legend(desk: Desk, *, everything: bool) -> tuple[tuple[str, str], ...]:
    names = [*(level.value for level in LEVELS), *(() if everything else ("rest",)), "missed"]
    return tuple((name, desk.wording.say(f"alarms_label_{name}")) for name in names)


def _number(desk: Desk, count: int | None) -> str:
    return desk.wording.say("alarms_hidden") if count is None else f"{count:,}"


def _share(desk: Desk, right: int | None, marked: int) -> str:
    if right is None:
        return desk.wording.say("alarms_hidden")
    return f"{right / marked:.0%}" if marked else "-"


def _day(week: Week) -> str:
    return week.start.strftime("%-d %b")
