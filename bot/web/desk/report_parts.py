"""What a report is made of: sentences, tables and pictures. The page, the CSV and the paper show the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.reports.periods import Period
from bot.reports.small_numbers import is_small
from bot.web.desk.alarm_picture import Picture
from bot.web.desk.wording import Wording


class Audience(StrEnum):
    """For whom a report is made. The branch of Samaritans sees counts about Listeners, and nothing else."""

    MANAGERS = "managers"
    SAFER_CUSTODY = "safer_custody"
    BRANCH = "branch"


@dataclass(frozen=True)
class Choice:
    """What was asked for. `wing` is empty for all that the account sees, which are `wings`, empty for all."""

    period: Period
    audience: Audience
    wing: str
    wings: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """`text` is read on a page; `value` is for a spreadsheet: minutes, seconds or shares as plain numbers."""

    text: str
    value: str


@dataclass(frozen=True)
class Row:
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """`units` are for a spreadsheet, one for each column but the first."""

    id: str
    heading: str
    columns: tuple[str, ...]
    units: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Drawn:
    """A picture, what it shows in words, and what its colours mean."""

    picture: Picture
    words: str
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Block:
    sentences: tuple[str, ...]
    table: Table
    drawn: Drawn | None = None


@dataclass(frozen=True)
class Report:
    title: str
    subtitle: str
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Saying:
    """Numbers, shares, times and days in words."""

    wording: Wording

    def say(self, key: str, **fields: object) -> str:
        return self.wording.say(f"reports_{key}", **fields)

    def number(self, count: int) -> Cell:
        return Cell(f"{count:,}", str(count))

    def share(self, part: int, whole: int) -> Cell:
        if not whole:
            return self.nothing
        return Cell(f"{part / whole:.0%}", f"{part / whole:.3f}")

    def count(self, count: int, *, hidden: bool) -> Cell:
        """Too small to be shown, or it would give away one that is."""
        if not hidden:
            return self.number(count)
        said = self.say("fewer") if is_small(count) else self.say("not_shown")
        return Cell(said, said)

    def minutes(self, minutes: int | None) -> Cell:
        return self.nothing if minutes is None else Cell(self.span(minutes * 60), str(minutes))

    def seconds(self, seconds: int | None) -> Cell:
        return self.nothing if seconds is None else Cell(self.span(seconds), str(seconds))

    def span(self, seconds: int) -> str:
        """As long as it needs: "40 s", "34 min", "2 h 5 min", "3 days 4 h"."""
        minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
        if minutes < 1:
            return self.say("span_seconds", seconds=seconds) if seconds else self.say("span_at_once")
        if hours < 1:
            return self.say("span_minutes", minutes=minutes)
        if days < 1:
            return self.say("span_hours", hours=hours, minutes=minutes % 60)
        return self.say("span_days", days=days, hours=hours % 24)

    def days(self, period: Period) -> str:
        if period.days == 1:
            return self.day(period.first)
        return self.say("from_to", first=self.day(period.first), last=self.day(period.last))

    def day(self, day: date) -> str:
        return day.strftime("%-d %b %Y")

    @property
    def hidden(self) -> Cell:
        said = self.say("not_shown")
        return Cell(said, said)

    @property
    def nothing(self) -> Cell:
        return Cell("-", "")


def total(saying: Saying, cells: Sequence[Cell]) -> Row:
    return Row(saying.say("all"), tuple(cells))
