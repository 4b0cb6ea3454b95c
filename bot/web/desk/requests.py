"""One request: its history in plain words, and the steps that staff take."""

from dataclasses import dataclass
from urllib.parse import quote

import structlog
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.people.rights import Right
from bot.queue import service
from bot.queue.model import (
    Change,
    NotAllowedNow,
    QueueError,
    ReasonNeeded,
    Request,
    UnknownRequest,
    WordsNeeded,
)
from bot.queue.words import NO_WORDS, Words
from bot.safety.whereabouts import of_request
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.actions import STAFF_CHANGES
from bot.web.desk.board_rows import Row, row_of
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn, wings_of
from bot.web.desk.forms import CheckedForm, Sent
from bot.web.desk.own_word import own_word
from bot.web.desk.request_story import Came, Step, came_of, story_of
from bot.web.desk.shell import Page, shell_for
from bot.web.desk.who_goes import SENTENCES, WhoGoes, who_goes

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

_SENTENCES: dict[type[QueueError], str] = {
    NotAllowedNow: "error_faster",
    ReasonNeeded: "error_reason",
    WordsNeeded: "error_reason_words",
}
_DONE = {
    "on_behalf": "done_on_behalf",
    "on_behalf_again": "done_on_behalf_again",
    "on_behalf_open": "done_on_behalf_open",
    "cell": "cell_done_checked",
}


@dataclass(frozen=True, kw_only=True)
class RequestPage(Page):
    row: Row
    place: str
    person_id: str
    standing: str
    seen: str
    asked_times: str
    alert: str
    steps: tuple[Step, ...]
    came: Came
    draft: Words
    done: str
    is_open: bool
    who: WhoGoes | None


@router.get("/requests/{request_id}")
def show(desk: DeskHere, caller: SignedIn, request_id: Id, done: str = "", failed: str = "") -> Response:
    """`failed` names why a supporter that staff chose could not be asked."""
    said = desk.wording.say(_DONE[done]) if done in _DONE else ""
    key = f"error_who_goes_{failed}"
    notice = desk.wording.say(key) if key in SENTENCES.values() else ""
    return _answer(desk, caller, request_id, notice, 200, done=said)


@router.post("/requests/{request_id}/{change}")
def change(desk: DeskHere, caller: SignedIn, request_id: Id, change: Change, sent: CheckedForm) -> Response:
    if change not in (*STAFF_CHANGES, Change.COULD_NOT):
        raise NotFound
    words = _words(desk, sent)
    try:
        with desk.product.database.writing() as work:
            # Locked before it is looked at: a person moved to another wing is no longer ours to change.
            _seen_by(caller, work.requests.get_for_change(request_id))
            prison, now = desk.product.prison, desk.product.now()
            service.move(work, request_id, change, caller.actor, now=now, deadlines=prison, words=words)
    except UnknownRequest:
        raise
    except QueueError as error:
        sentence = desk.wording.say(_SENTENCES.get(type(error), "error_not_possible"))
        return _answer(desk, caller, request_id, sentence, 409, words)
    log.info("request.moved", request_id=request_id, change=change.value, staff_id=caller.staff.id)
    return RedirectResponse(_way_back(desk, caller, sent, request_id), status_code=303)


def _words(desk: Desk, sent: Sent) -> Words:
    """A reason that is not on the prison's list is none."""
    reason = sent.text("reason")
    known = reason if reason in desk.product.prison.could_not_reasons else ""
    return Words(known, sent.text("offered", 500), sent.text("note", 500))


def _way_back(desk: Desk, caller: Caller, sent: Sent, request_id: str) -> str:
    """To the page that the form was on; only ever one of ours."""
    if sent.text("back") != "board":
        return f"/requests/{request_id}"
    wing = sent.text("wing")
    return f"/board?wing={quote(wing)}" if wing in wings_of(caller, desk.product) else "/board"


def _answer(
    desk: Desk,
    caller: Caller,
    request_id: str,
    notice: str,
    status: int,
    draft: Words = NO_WORDS,
    done: str = "",
) -> Response:
    with desk.product.database.writing() as work:
        request = _seen_by(caller, work.requests.get(request_id))
        work.audit.put(request.prison_id, caller.staff.id, "request_viewed", request.id, desk.product.now())
        page = _page(desk, caller, work, request, notice, draft, done)
    return desk.pages.answer("desk/request.html", page, status)


def _seen_by(caller: Caller, request: Request | None) -> Request:
    if request is None or not caller.sees(request.prison_id, request.place.wing):
        raise NotFound
    return request


def _page(
    desk: Desk, caller: Caller, work: UnitOfWork, request: Request, notice: str, draft: Words, done: str
) -> RequestPage:
    now, wording = desk.product.now(), desk.wording
    names = work.staff.names(request.prison_id)
    place, spot = request.place, of_request(request)
    own = own_word(desk, work, [spot])
    return RequestPage(
        desk=desk,
        shell=shell_for(desk, caller, "request", work=work),
        notice=notice,
        row=row_of(desk, caller, request, now, own),
        place=wording.say("place_words", wing=place.wing, landing=place.landing, cell=place.cell),
        person_id=request.person_id,
        standing=f"{request.prison_id}/{place.wing}/{place.landing}/{place.cell}"
        if caller.may(Right.MOVE_PEOPLE) and own.may_be_checked(spot)
        else "",
        seen=(
            wording.say("seen_at", at=wording.clock(request.seen_at, now))
            if request.seen_at
            else wording.say("not_seen")
        ),
        asked_times=wording.say("asked_times", count=request.times_asked) if request.times_asked > 1 else "",
        alert=_alert_link(caller, request),
        steps=story_of(desk, work.requests.events_of(request.id), names),
        came=came_of(wording, request, now),
        draft=draft,
        done=done,
        is_open=request.is_open,
        who=who_goes(desk, caller, work, request),
    )


def _alert_link(caller: Caller, request: Request) -> str:
    if not request.record_id:
        return ""
    if caller.may(Right.ANSWER_ALERTS):
        return f"/alerts/{request.record_id}"
    return f"/safety/{request.record_id}" if caller.may(Right.READ_SAFETY_LOG) else ""
