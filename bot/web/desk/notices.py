"""Notices that did not get out of the house: why, send again, take note; and how each channel does."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.notices.delivery import DeadLetter, Delivery
from bot.notices.model import DEAD_LETTER
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm
from bot.web.desk.notice_words import called, channel_name, record_link, why_in_words
from bot.web.desk.shell import Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class LetterRow:
    """A dead letter. Never what was said, never a name: the record has these, and its own rights."""

    id: str
    number: str
    level: str
    level_name: str
    channel: str
    happened: str
    given_up: str
    why: str
    record: str
    again: str


@dataclass(frozen=True)
class SettledRow:
    level: str
    level_name: str
    channel: str
    happened: str
    what: tuple[str, ...]


@dataclass(frozen=True)
class ChannelRow:
    name: str
    waiting: str
    delivered: str


@dataclass(frozen=True, kw_only=True)
class NoticesPage(Page):
    rows: tuple[LetterRow, ...]
    settled: tuple[SettledRow, ...]
    channels: tuple[ChannelRow, ...]
    done: str


@router.get("/notices")
def show(desk: DeskHere, caller: SignedIn, done: str = "") -> Response:
    said = desk.wording.say(f"notice_done_{done}") if done in ("again", "noted") else ""
    return _answer(desk, caller, 200, done=said)


@router.post("/notices/{delivery_id}/again")
def send_again(desk: DeskHere, caller: SignedIn, delivery_id: Id, _sent: CheckedForm) -> Response:
    return _settle(desk, caller, delivery_id, again=True)


@router.post("/notices/{delivery_id}/noted")
def take_note(desk: DeskHere, caller: SignedIn, delivery_id: Id, _sent: CheckedForm) -> Response:
    return _settle(desk, caller, delivery_id, again=False)


def _settle(desk: Desk, caller: Caller, delivery_id: str, *, again: bool) -> Response:
    staff, now = caller.staff, desk.product.now()
    what = "again" if again else "noted"
    with desk.product.database.writing() as work:
        # Locked before it is looked at: of two who press at once, one is told that a colleague was faster.
        one = work.deliveries.get_for_change(delivery_id)
        if one is None or not _sees(caller, work, one):
            raise NotFound
        open_ = one.dead_at is not None and one.noted_at is None
        if open_:
            settle = work.deliveries.send_again if again else work.deliveries.note
            settle(one, staff.id, now)
            work.audit.put(staff.prison_id, staff.id, f"notice_{what}", one.id, now)
            # The line goes from every open board at once.
            work.outbox.put(DEAD_LETTER, one.prison_id, one.id, now, {"level": one.level})
    if not open_:
        return _answer(desk, caller, 409, notice=desk.wording.say("error_notice_settled"))
    log.info("notice.settled", seq=one.seq, what=what, staff_id=staff.id)
    return RedirectResponse(f"/notices?done={what}", status_code=303)


def _sees(caller: Caller, work: UnitOfWork, one: Delivery) -> bool:
    record = work.safety.get(one.ref) if one.topic in ("alert", "review") else None
    if record is None:
        return one.prison_id == caller.staff.prison_id
    return caller.sees(record.prison_id, record.place.wing)


def _answer(desk: Desk, caller: Caller, status: int, *, notice: str = "", done: str = "") -> Response:
    staff, now, say = caller.staff, desk.product.now(), desk.wording.say
    with desk.product.database.reading() as work:
        names = work.staff.names(staff.prison_id)
        dead = work.deliveries.dead(staff.prison_id, staff.wings)
        settled = work.deliveries.settled(staff.prison_id, staff.wings)
        page = NoticesPage(
            desk=desk,
            shell=shell_for(desk, caller, "notices", work=work),
            notice=notice,
            rows=tuple(_row(desk, caller, letter, names, now) for letter in dead),
            settled=tuple(_settled(desk, letter.delivery, names, now) for letter in settled),
            channels=tuple(
                ChannelRow(
                    channel_name(one.channel),
                    str(one.waiting),
                    desk.wording.clock(one.delivered_at, now) if one.delivered_at else say("notices_never"),
                )
                for one in work.deliveries.standings(staff.prison_id)
            ),
            done=done,
        )
    return desk.pages.answer("desk/notices.html", page, status)


def _row(desk: Desk, caller: Caller, letter: DeadLetter, names: dict[str, str], now: datetime) -> LetterRow:
    one, wording = letter.delivery, desk.wording
    return LetterRow(
        id=one.id,
        number=str(one.seq),
        level=one.level,
        level_name=called(desk, one),
        channel=channel_name(one.channel),
        happened=wording.clock(one.happened_at, now),
        given_up=wording.say(
            "notice_given_up", at=wording.clock(one.dead_at or now, now), tries=one.attempts
        ),
        why=why_in_words(desk, one),
        record=record_link(caller, one),
        again=_who(desk, "notice_was_again", names, one.again_by, one.again_at, now),
    )


def _settled(desk: Desk, one: Delivery, names: dict[str, str], now: datetime) -> SettledRow:
    wording = desk.wording
    what = [
        _who(desk, "notice_was_again", names, one.again_by, one.again_at, now),
        _who(desk, "notice_was_noted", names, one.noted_by, one.noted_at, now),
    ]
    if one.delivered_at:
        what.append(wording.say("notice_was_delivered", at=wording.clock(one.delivered_at, now)))
    elif one.next_at:
        what.append(wording.say("notice_under_way"))
    said = tuple(line for line in what if line)
    happened = wording.clock(one.happened_at, now)
    return SettledRow(one.level, called(desk, one), channel_name(one.channel), happened, said)


def _who(
    desk: Desk, key: str, names: dict[str, str], staff_id: str, at: datetime | None, now: datetime
) -> str:
    if at is None:
        return ""
    return desk.wording.say(key, who=names.get(staff_id, ""), at=desk.wording.clock(at, now))
