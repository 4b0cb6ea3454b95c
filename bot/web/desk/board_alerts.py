"""The alerts on the board: what one of them shows, those that sound, and those that somebody took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.people.rights import Right
from bot.safety.record import Entry, SafetyRecord
from bot.safety.whereabouts import of_record
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk import steps
from bot.web.desk.alert_groups import AlertGroup, groups_of
from bot.web.desk.alert_words import Said, reasons_in_words, version_in_words, words_that_count
from bot.web.desk.desk import Caller, Desk
from bot.web.desk.marking import Piece
from bot.web.desk.own_word import OwnWord, own_word

# From so many messages in danger in a day on, the board says that one tablet sends many. It slows nothing.
MANY = 10
LATELY = timedelta(hours=24)
# So much of the words stands on the one line of an alert among many; all of them are one press away.
_LINE = 160


@dataclass(frozen=True)
class AlertRow:
    """An alert. `words` is empty for accounts that may neither answer alerts nor read the safety log.

    `line` is the beginning of the words, for where there is room for one line. `read` is how many messages in
    danger the record had then: a form carries it, so that words that come later are not closed unread.
    """

    id: str
    read: int
    href: str
    level: str
    level_name: str
    level_words: str
    risks: str
    cell: str
    own_word: str
    first_name: str
    noticed: str
    waited: str
    words: tuple[tuple[Piece, ...], ...]
    line: str
    said_at: str
    reasons: tuple[str, ...]
    version: str
    breathing: steps.Breathing
    state: str
    times: str
    passed_on: str
    unanswered: str
    unanswered_short: str
    taken_by: str
    late: bool


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
    own = own_word(desk, work, map(of_record, records))
    rows = {record.id: _row(desk, caller, record, entries[record.id], names, own) for record in records}
    sounding = [record for record in records if record.is_sounding]
    # Those whose check is late come first; else the order holds.
    taken = sorted((r for r in records if not r.is_sounding), key=lambda r: not steps.is_late_to_check(r))
    going = tuple(rows[record.id] for record in taken)
    return Alerts(groups_of(desk, sounding, rows, many), going, len(sounding))


def _many(desk: Desk, caller: Caller, work: UnitOfWork) -> dict[tuple[str, str], int]:
    since = desk.product.now() - LATELY
    counted = work.safety.messages_by_cell(caller.staff.prison_id, since)
    return {cell: count for cell, count in counted.items() if count >= MANY}


def _row(
    desk: Desk,
    caller: Caller,
    record: SafetyRecord,
    entries: Sequence[Entry],
    names: Mapping[str, str],
    own: OwnWord,
) -> AlertRow:
    wording, now, level = desk.wording, desk.product.now(), record.level.value
    answers = caller.may(Right.ANSWER_ALERTS)
    may_read = answers or caller.may(Right.READ_SAFETY_LOG)
    # Only what nobody acknowledged shows its words: less to read over a shoulder.
    said = words_that_count(entries) if may_read and record.is_sounding else ()
    return AlertRow(
        id=record.id,
        read=record.times,
        href=f"/alerts/{record.id}" if answers else f"/safety/{record.id}",
        level=level,
        level_name=wording.say(f"level_{level}"),
        level_words=wording.say(f"level_{level}_words"),
        risks=wording.risks(record),
        cell=record.place.cell,
        own_word=own.about(of_record(record)),
        first_name=record.first_name,
        noticed=wording.clock(record.noticed_at, now),
        waited=wording.waited(now - record.noticed_at),
        words=tuple(one.pieces for one in said),
        line=_line(said),
        said_at=wording.clock(said[-1].at, now) if said else "",
        reasons=_reasons(desk, said),
        version=version_in_words(desk, said),
        breathing=steps.breathing(desk, entries, names),
        state=steps.step_in_words(desk, record, entries, names),
        times=wording.say("times_said", count=record.times) if record.times > 1 else "",
        passed_on=steps.passed_on(desk, record),
        unanswered=steps.unanswered(desk, record),
        unanswered_short=steps.unanswered_short(desk, record),
        taken_by=steps.taken_by(desk, record, entries, names),
        late=steps.is_late_to_check(record),
    )


def _line(said: Sequence[Said]) -> str:
    whole = " ".join(" … ".join(one.words for one in said).split())
    return whole if len(whole) <= _LINE else f"{whole[:_LINE]}…"


def _reasons(desk: Desk, said: Sequence[Said]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for one in said for reason in reasons_in_words(desk, one)))
