"""What the page of one alert shows: the words, what is known, what was done, and the forms that are left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.people.rights import Right
from bot.safety.record import Entry, EntryKind, RecordState, SafetyRecord
from bot.safety.review import Outcome
from bot.safety.whereabouts import of_record
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk import entry_words, steps
from bot.web.desk.actions import Choice
from bot.web.desk.alert_words import reasons_in_words, said_in, version_in_words
from bot.web.desk.desk import Caller, Desk
from bot.web.desk.marking import Piece
from bot.web.desk.own_word import own_word
from bot.web.desk.shell import Page, shell_for

_SAID = frozenset({EntryKind.NOTICED, EntryKind.STRENGTHENED})


@dataclass(frozen=True)
class SaidRow:
    words: tuple[Piece, ...]
    at: str
    level: str
    level_name: str
    reasons: tuple[str, ...]
    version: str
    report: str


@dataclass(frozen=True)
class DoneRow:
    """A step that somebody took, or a word of the person afterwards. `words` are the person's own."""

    at: str
    heading: str
    words: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """What was typed into a check that was not stored, so that nobody types it twice."""

    seen: str = ""
    spoke: str = ""
    response: str = ""
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertPage(Page):
    id: str
    read: int
    as_of: str
    wrote_again: str
    level: str
    level_name: str
    level_words: str
    risks: str
    cell: str
    first_name: str
    place: str
    own_word: str
    standing: str
    written: str
    noticed: str
    waited: str
    state: str
    breathing: steps.Breathing
    said: tuple[SaidRow, ...]
    done: tuple[DoneRow, ...]
    passed_on: str
    unanswered: str
    can_acknowledge: bool
    can_check: bool
    outcomes: tuple[Choice, ...]
    draft: Draft
    record: str
    person_id: str
    person: str

    @property
    def has_marks(self) -> bool:
        return any(piece.marked for said in self.said for piece in said.words)


def build_alert(
    desk: Desk,
    caller: Caller,
    work: UnitOfWork,
    record: SafetyRecord,
    notice: str = "",
    draft: Draft | None = None,
    written: str = "",
) -> AlertPage:
    now, wording, place = desk.product.now(), desk.wording, record.place
    level, entries = record.level.value, work.safety.entries_of(record.id)
    names, spot = work.staff.names(record.prison_id), of_record(record)
    own = own_word(desk, work, [spot])
    return AlertPage(
        desk=desk,
        shell=shell_for(desk, caller, "alert", work=work),
        notice=notice,
        id=record.id,
        read=record.times,
        as_of=wording.say("as_of", at=wording.clock(now, now)),
        wrote_again=wording.say("alert_wrote_again", who=record.first_name),
        level=level,
        level_name=wording.say(f"level_{level}"),
        level_words=wording.say(f"level_{level}_words"),
        risks=wording.risks(record),
        cell=place.cell,
        first_name=record.first_name,
        place=wording.say("place_words", wing=place.wing, landing=place.landing, cell=place.cell),
        own_word=own.about(spot),
        standing=f"{record.prison_id}/{place.wing}/{place.landing}/{place.cell}"
        if caller.may(Right.MOVE_PEOPLE) and own.may_be_checked(spot)
        else "",
        written=written,
        noticed=wording.clock(record.noticed_at, now),
        waited=wording.waited(now - record.noticed_at),
        state=_state(desk, record, entries, names),
        breathing=steps.breathing(desk, entries, names),
        said=_said(desk, entries),
        done=_done(desk, entries, names),
        passed_on=steps.passed_on(desk, record),
        unanswered=steps.unanswered(desk, record),
        can_acknowledge=record.state is RecordState.OPEN,
        can_check=record.state in (RecordState.OPEN, RecordState.ACKNOWLEDGED),
        outcomes=tuple(Choice(item.value, wording.say(f"outcome_{item.value}")) for item in Outcome),
        draft=draft or Draft(),
        record=f"/safety/{record.id}" if caller.may(Right.READ_SAFETY_LOG) else "",
        person_id=record.person_id,
        person=f"/people/{record.person_id}" if caller.may(Right.MARK_DAYS) else "",
    )


def _state(desk: Desk, record: SafetyRecord, entries: Sequence[Entry], names: Mapping[str, str]) -> str:
    words = desk.wording.say(f"record_{record.state.value}_words")
    if record.state is not RecordState.ACKNOWLEDGED:
        return words
    taken = steps.taken_by(desk, record, entries, names)
    step = steps.step_in_words(desk, record, entries, names)
    return ". ".join(part for part in (step, taken, words) if part)


def _said(desk: Desk, entries: Sequence[Entry]) -> tuple[SaidRow, ...]:
    """Every message, the latest first."""
    now = desk.product.now()
    return tuple(
        SaidRow(
            item.pieces,
            desk.wording.clock(item.at, now),
            item.level,
            desk.wording.say(f"level_{item.level}") if item.level else "",
            reasons_in_words(desk, item),
            version_in_words(desk, (item,)),
            f"/verdicts/{item.entry_id}#danger",
        )
        for item in reversed(said_in(entries))
    )


def _done(desk: Desk, entries: Sequence[Entry], names: Mapping[str, str]) -> tuple[DoneRow, ...]:
    now = desk.product.now()
    return tuple(
        DoneRow(
            desk.wording.clock(entry.at, now),
            entry_words.heading(desk, entry, names),
            entry.said(),
            entry_words.lines(desk, entry),
        )
        for entry in entries
        if entry.kind not in _SAID
    )
