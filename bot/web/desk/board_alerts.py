"""The alerts on the board: the gravest first, then the longest unanswered, those of one tablet together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.people.rights import Right
from bot.safety.record import Entry, SafetyRecord
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk import steps
from bot.web.desk.alert_words import Said, reasons_in_words, version_in_words, words_that_count
from bot.web.desk.desk import Caller, Desk
from bot.web.desk.marking import Piece

# From so many messages in danger in a day on, the board says that one tablet sends many. It slows nothing.
MANY = 10
LATELY = timedelta(hours=24)
# Of more than this from one tablet, the first stands open and the others lie behind it.
_OPEN_TOGETHER = 2


@dataclass(frozen=True)
class AlertRow:
    """An alert. `words` is empty for accounts that may neither answer alerts nor read the safety log."""

    id: str
    href: str
    level: str
    level_name: str
    level_words: str
    risks: str
    cell: str
    first_name: str
    noticed: str
    waited: str
    words: tuple[tuple[Piece, ...], ...]
    said_at: str
    reasons: tuple[str, ...]
    version: str
    breathing: steps.Breathing
    state: str
    times: str
    passed_on: str
    unanswered: str
    taken_by: str
    late: bool


@dataclass(frozen=True)
class AlertGroup:
    """The alerts of one cell's tablet. `folded` lie behind one line that counts them; none is left out."""

    id: str
    cell: str
    level: str
    short: str
    shown: tuple[AlertRow, ...]
    folded: tuple[AlertRow, ...]
    folded_words: str
    many: str


@dataclass(frozen=True)
class Alerts:
    """What nobody has checked yet. `count` is of those that sound, folded ones too."""

    groups: tuple[AlertGroup, ...]
    going: tuple[AlertRow, ...]
    count: int


def build_alerts(desk: Desk, caller: Caller, work: UnitOfWork, records: Sequence[SafetyRecord]) -> Alerts:
    """`records` are in the store's order: gravest first, then longest standing."""
    entries = work.safety.entries_of_each([record.id for record in records])
    names = work.staff.names(caller.staff.prison_id)
    many = _many(desk, caller, work) if records else {}
    rows = {record.id: _row(desk, caller, record, entries[record.id], names) for record in records}
    sounding = [record for record in records if record.is_sounding]
    cells: dict[tuple[str, str], list[SafetyRecord]] = {}
    for record in sounding:
        # A group stands where its first alert does, so that the order holds between tablets too.
        cells.setdefault((record.place.wing, record.place.cell), []).append(record)
    groups = (_group(desk, mine, rows, many.get(cell, "")) for cell, mine in cells.items())
    # Those whose check is late come first; else the order holds.
    taken = sorted((r for r in records if not r.is_sounding), key=lambda r: not steps.is_late_to_check(r))
    going = tuple(rows[record.id] for record in taken)
    return Alerts(tuple(groups), going, len(sounding))


def _group(
    desk: Desk, records: Sequence[SafetyRecord], rows: Mapping[str, AlertRow], many: str
) -> AlertGroup:
    first, count = records[0], len(records)
    level = desk.wording.say(f"level_{first.level.value}")
    open_ones = count if count <= _OPEN_TOGETHER else 1
    folded = tuple(rows[record.id] for record in records[open_ones:])
    short = desk.wording.say("alerts_of_cell", level=level, count=count) if count > 1 else level
    return AlertGroup(
        id=first.id,
        cell=first.place.cell,
        level=first.level.value,
        short=short,
        shown=tuple(rows[record.id] for record in records[:open_ones]),
        folded=folded,
        folded_words=_folded(desk, records[open_ones:]) if folded else "",
        many=many,
    )


def _folded(desk: Desk, records: Sequence[SafetyRecord]) -> str:
    counts: dict[str, int] = {}
    for record in records:
        counts[record.level.value] = counts.get(record.level.value, 0) + 1
    say = desk.wording.say
    levels = ", ".join(
        say("alerts_of_level", count=count, level=say(f"level_{level}")) for level, count in counts.items()
    )
    return say("alerts_folded", cell=records[0].place.cell, count=len(records), levels=levels)


def _many(desk: Desk, caller: Caller, work: UnitOfWork) -> dict[tuple[str, str], str]:
    since = desk.product.now() - LATELY
    counted = work.safety.messages_by_cell(caller.staff.prison_id, since)
    return {
        cell: desk.wording.say("alerts_many", count=count) for cell, count in counted.items() if count >= MANY
    }


def _row(
    desk: Desk, caller: Caller, record: SafetyRecord, entries: Sequence[Entry], names: Mapping[str, str]
) -> AlertRow:
    wording, now, level = desk.wording, desk.product.now(), record.level.value
    answers = caller.may(Right.ANSWER_ALERTS)
    may_read = answers or caller.may(Right.READ_SAFETY_LOG)
    # Only what nobody acknowledged shows its words: less to read over a shoulder.
    said = words_that_count(entries) if may_read and record.is_sounding else ()
    return AlertRow(
        id=record.id,
        href=f"/alerts/{record.id}" if answers else f"/safety/{record.id}",
        level=level,
        level_name=wording.say(f"level_{level}"),
        level_words=wording.say(f"level_{level}_words"),
        risks=wording.risks(record),
        cell=record.place.cell,
        first_name=record.first_name,
        noticed=wording.clock(record.noticed_at, now),
        waited=wording.waited(now - record.noticed_at),
        words=tuple(one.pieces for one in said),
        said_at=wording.clock(said[-1].at, now) if said else "",
        reasons=_reasons(desk, said),
        version=version_in_words(desk, said),
        breathing=steps.breathing(desk, entries, names),
        state=steps.step_in_words(desk, record, entries, names),
        times=wording.say("times_said", count=record.times) if record.times > 1 else "",
        passed_on=steps.passed_on(desk, record),
        unanswered=steps.unanswered(desk, record),
        taken_by=steps.taken_by(desk, record, entries, names),
        late=steps.is_late_to_check(record),
    )


def _reasons(desk: Desk, said: Sequence[Said]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for one in said for reason in reasons_in_words(desk, one)))
