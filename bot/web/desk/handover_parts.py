"""What stands on the hand-over sheet, in tables of words: for the screen and for paper the same."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.people.rights import Right
from bot.queue.model import Change, Kind, Request
from bot.queue.words import OTHER
from bot.safety.whereabouts import Spot, of_record, of_request
from bot.shifts import Shift
from bot.store.board import Look
from bot.store.handover import NotDone
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk import steps
from bot.web.desk.board import asked_between
from bot.web.desk.desk import Caller, Desk
from bot.web.desk.own_word import OwnWord, own_word
from bot.web.desk.request_story import came_of

# A sheet is read on the way to the wing: so many of each, and how many more there are.
_MOST = 60
_COUNTED = (
    Change.ASKED,
    Change.BEGUN,
    Change.FINISHED,
    Change.COULD_NOT,
    Change.CANCELLED,
    Change.DEADLINE_MISSED,
    Change.NOT_REACHED,
)


@dataclass(frozen=True)
class Part:
    """A heading, a table, and a sentence below it; one of the two may be empty."""

    id: str
    heading: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    words: str = ""
    widths: tuple[float, ...] = ()


def parts_of(desk: Desk, caller: Caller, work: UnitOfWork, shift: Shift) -> tuple[Part, ...]:
    """Never a word that a person in prison typed: the sheet is carried about."""
    staff = caller.staff
    look = Look(staff.prison_id, desk.product.now(), staff.wings)
    counts = work.board.counts(look)
    groups = [
        _requests(desk, work, name, work.board.first(look, name, _MOST), counts[name], look.now)
        for name in ("late", "waiting", "under_way")
    ]
    parts = (
        _alerts(desk, caller, work),
        *groups,
        _not_done(desk, caller, work, shift),
        _unanswered(desk, work, look),
        *((_hard_days(desk, caller, work, look.now),) if caller.may(Right.MARK_DAYS) else ()),
        _figures(desk, caller, work, shift),
    )
    return tuple(parts)


def _alerts(desk: Desk, caller: Caller, work: UnitOfWork) -> Part:
    wording, now, staff = desk.wording, desk.product.now(), caller.staff
    records = work.safety.alerts_in(staff.prison_id, staff.wings)
    entries = work.safety.entries_of_each([record.id for record in records[:_MOST]])
    names = work.staff.names(staff.prison_id)
    own = own_word(desk, work, map(of_record, records[:_MOST]))
    rows = tuple(
        (
            own.cell(of_record(record)),
            record.first_name,
            wording.say(f"level_{record.level.value}"),
            wording.clock(record.noticed_at, now),
            ". ".join(
                filter(
                    None,
                    (
                        steps.step_in_words(desk, record, entries[record.id], names),
                        steps.taken_by(desk, record, entries[record.id], names),
                        steps.passed_on(desk, record),
                    ),
                )
            ),
        )
        for record in records[:_MOST]
    )
    columns = ("label_cell", "label_name", "label_level", "label_time", "label_state")
    return _part(desk, "alerts", columns, rows, len(records), (1, 1.2, 1, 1.2, 4))


def _requests(
    desk: Desk, work: UnitOfWork, name: str, requests: Sequence[Request], count: int, now: datetime
) -> Part:
    wording, own = desk.wording, own_word(desk, work, map(of_request, requests))
    rows = tuple(
        (
            wording.waited(now - request.asked_at),
            own.cell(of_request(request)),
            request.first_name,
            wording.kind(request),
            _state(desk, request, now),
            request.reference,
        )
        for request in requests
    )
    columns = ("label_waited", "label_cell", "label_name", "label_kind", "label_state", "label_reference")
    return _part(desk, name, columns, rows, count, (1, 1, 1.2, 1.6, 3, 1))


def _state(desk: Desk, request: Request, now: datetime) -> str:
    came = came_of(desk.wording, request, now)
    seen = desk.wording.state(request)
    return f"{seen}. {came.short}" if came.tone in ("asked", "no") else seen


def _not_done(desk: Desk, caller: Caller, work: UnitOfWork, shift: Shift) -> Part:
    staff, now = caller.staff, desk.product.now()
    # One more than are shown tells that there are more.
    found = work.handover.could_not(staff.prison_id, staff.wings, shift.start, shift.end, _MOST + 1)
    own = own_word(desk, work, [Spot(each.person_id, each.place) for each in found[:_MOST]])
    rows = tuple(_not_done_row(desk, own, each, now) for each in found[:_MOST])
    columns = ("label_time", "label_cell", "label_name", "label_kind", "label_why", "label_offered")
    part = _part(desk, "could_not", columns, rows, len(rows), (1.2, 1, 1.2, 1.6, 2.2, 2.2))
    more = len(found) > _MOST
    return replace(part, words=desk.wording.say("handover_could_not_more")) if more else part


def _not_done_row(desk: Desk, own: OwnWord, each: NotDone, now: datetime) -> tuple[str, ...]:
    wording = desk.wording
    peer = each.kind == Kind.PEER and each.role
    kind = (
        wording.say("kind_peer_role", role=wording.role(each.role))
        if peer
        else wording.say(f"kind_{each.kind}")
    )
    why = each.note if each.reason == OTHER and each.note else wording.reason(each.reason)
    return (
        wording.clock(each.at, now),
        own.cell(Spot(each.person_id, each.place)),
        each.first_name,
        kind,
        why,
        each.offered,
    )


def _unanswered(desk: Desk, work: UnitOfWork, look: Look) -> Part:
    since, until = asked_between(look.now)
    requests = work.board.unanswered(look, since, until, _MOST)
    wording, own = desk.wording, own_word(desk, work, map(of_request, requests))
    rows = tuple(
        (
            own.cell(of_request(request)),
            request.first_name,
            wording.kind(request),
            wording.clock(request.changed_at, look.now),
            request.reference,
        )
        for request in requests
    )
    columns = ("label_cell", "label_name", "label_kind", "label_done_at", "label_reference")
    count = work.board.count_unanswered(look, since, until)
    return _part(desk, "unanswered", columns, rows, count, (1, 1.2, 1.6, 1.6, 1))


def _hard_days(desk: Desk, caller: Caller, work: UnitOfWork, now: datetime) -> Part:
    """Today and tomorrow, and only what staff marked: what a person marked is the person's own."""
    staff, wording = caller.staff, desk.wording
    today = now.astimezone(desk.product.prison.zone).date()
    days = {today: wording.say("day_today"), today + timedelta(days=1): wording.say("day_tomorrow")}
    found = [
        (words, each)
        for day, words in days.items()
        for each in work.handover.hard_days(staff.prison_id, staff.wings, (day,))
    ]
    own = own_word(desk, work, [Spot(each.day.person_id, each.place) for _, each in found])
    rows = tuple(
        (
            words,
            own.cell(Spot(each.day.person_id, each.place)),
            each.first_name,
            wording.say(f"day_{each.day.kind.value}"),
        )
        for words, each in found
    )
    columns = ("days_day", "label_cell", "label_name", "days_kind")
    return _part(desk, "hard_days", columns, rows[:_MOST], len(rows), (1, 1, 1.2, 3))


def _figures(desk: Desk, caller: Caller, work: UnitOfWork, shift: Shift) -> Part:
    staff, say = caller.staff, desk.wording.say
    counts = work.handover.count_changes(staff.prison_id, staff.wings, shift.start, shift.end)
    rows = tuple((say(f"handover_count_{change.value}"), str(counts.get(change, 0))) for change in _COUNTED)
    return _part(desk, "figures", ("label_what", "label_count"), rows, len(rows), (3, 1))


def _part(
    desk: Desk,
    name: str,
    columns: Sequence[str],
    rows: tuple[tuple[str, ...], ...],
    count: int,
    widths: tuple[float, ...],
) -> Part:
    """`count` is of all that there are: what does not stand here is counted, never left out in silence."""
    say = desk.wording.say
    left = count - len(rows)
    words = say("handover_none") if not rows else say("handover_more", count=left) if left > 0 else ""
    shown = tuple(say(column) for column in columns)
    heading = say(f"handover_{name}") if name == "figures" else f"{say(f'handover_{name}')}: {count}"
    return Part(name, heading, shown, rows, words, widths)
