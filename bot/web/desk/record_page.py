"""The page of one safety record: its entries, where its review stands, and the forms that are left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.people.rights import Right
from bot.safety.concern import Concern, concern_of, concern_of_second
from bot.safety.conversations import WINDOW, Purpose
from bot.safety.feedback import VERDICTS
from bot.safety.record import Entry, RecordState, SafetyRecord
from bot.safety.review import Outcome
from bot.safety.whereabouts import of_record
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk import entry_words
from bot.web.desk.actions import Choice
from bot.web.desk.alert_words import said_by
from bot.web.desk.desk import Caller, Desk
from bot.web.desk.marking import Piece
from bot.web.desk.own_word import own_word
from bot.web.desk.record_words import RecordRow, row_of
from bot.web.desk.shell import Page, shell_for
from bot.web.desk.verdict_forms import VerdictForm, verdict_form


@dataclass(frozen=True)
class Draft:
    """What was typed into a form that was not stored, so that nobody types it twice. `entry` is the message
    around which the conversation was asked for."""

    outcome: str = ""
    note: str = ""
    agrees: str = ""
    look_note: str = ""
    concern_note: str = ""
    file_note: str = ""
    purpose: str = ""
    why: str = ""
    entry: str = ""


@dataclass(frozen=True)
class EntryRow:
    """`words` are exact; `lines` are what was recorded beside them. `around` is the id of the entry around
    which the conversation can be opened."""

    at: str
    heading: str
    words: tuple[Piece, ...]
    lines: tuple[str, ...]
    mark: str
    verdict: VerdictForm | None
    around: str


@dataclass(frozen=True, kw_only=True)
class RecordPage(Page):
    """It is read, and printed, years later: times have their year, and the person the prison number.

    `concern` says why this account may not review the record, or not look again."""

    id: str
    row: RecordRow
    number: str
    printed: str
    noticed: str
    place: str
    own_word: str
    entries: tuple[EntryRow, ...]
    alert: str
    can_review: bool
    can_look: bool
    can_hand_on: bool
    can_note: bool
    concern: str
    waits_for_check: bool
    outcomes: tuple[Choice, ...]
    purposes: tuple[Choice, ...]
    window: str
    draft: Draft


def build_record(
    desk: Desk, caller: Caller, work: UnitOfWork, record: SafetyRecord, notice: str, draft: Draft
) -> RecordPage:
    wording, place = desk.wording, record.place
    names = work.staff.names(record.prison_id)
    entries = work.safety.entries_of(record.id)
    may = caller.may(Right.REVIEW_SAFETY_LOG)
    concern = _concern(caller, record, entries) if may else None
    handed_on = concern_of(entries, caller.staff.id) is Concern.HANDED_ON
    person = work.persons.get(record.person_id)
    waits = record.state in (RecordState.OPEN, RecordState.ACKNOWLEDGED)
    over = record.state is RecordState.REVIEWED and not record.waits_for_second_look
    return RecordPage(
        desk=desk,
        shell=shell_for(desk, caller, "safety_record", work=work),
        notice=notice,
        id=record.id,
        row=row_of(desk, record, desk.product.now(), names),
        number=person.number if person else "",
        printed=wording.say(
            "record_printed",
            prison=desk.product.prison.name,
            at=wording.exact(desk.product.now()),
            who=caller.staff.name,
        ),
        noticed=wording.exact(record.noticed_at),
        place=wording.say("place_words", wing=place.wing, landing=place.landing, cell=place.cell),
        # Until somebody has checked, staff may go by this page. Later it would be of another day.
        own_word=own_word(desk, work, [of_record(record)]).about(of_record(record)) if waits else "",
        entries=tuple(_entry(desk, caller, entry, names) for entry in entries),
        alert=f"/alerts/{record.id}" if caller.may(Right.ANSWER_ALERTS) else "",
        can_review=may and record.waits_for_review and concern is None,
        can_look=may and record.waits_for_second_look and concern is None,
        can_hand_on=may and not over and not handed_on,
        can_note=may,
        concern=wording.say(f"concern_{concern.value}") if concern else "",
        waits_for_check=waits,
        outcomes=tuple(Choice(item.value, wording.say(f"outcome_{item.value}")) for item in Outcome),
        purposes=tuple(Choice(item.value, wording.say(f"purpose_{item.value}")) for item in Purpose),
        window=wording.say("around_help", minutes=int(WINDOW.total_seconds() // 60)),
        draft=draft,
    )


def _concern(caller: Caller, record: SafetyRecord, entries: Sequence[Entry]) -> Concern | None:
    if record.waits_for_second_look:
        return concern_of_second(entries, caller.staff.id, record.reviewer_id)
    return concern_of(entries, caller.staff.id) if record.waits_for_review else None


def _entry(desk: Desk, caller: Caller, entry: Entry, names: Mapping[str, str]) -> EntryRow:
    opens = entry.kind in VERDICTS and caller.may(Right.OPEN_CONVERSATION)
    return EntryRow(
        at=desk.wording.exact(entry.at),
        heading=entry_words.heading(desk, entry, names),
        words=_pieces(entry),
        lines=entry_words.lines(desk, entry),
        mark=entry.hash[:12],
        verdict=verdict_form(desk, caller, entry),
        around=entry.id if opens else "",
    )


def _pieces(entry: Entry) -> tuple[Piece, ...]:
    if "verdict" in entry.body:
        return said_by(entry).pieces
    return (Piece(entry.said()),) if entry.said() else ()
