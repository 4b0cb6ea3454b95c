"""My requests: where each one is, whether somebody came, and taking one back."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import FastAPI, Form
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.people.model import Actor, ActorKind
from bot.possible import possible_now
from bot.queue import service as queue
from bot.queue.model import Change, Event, Kind, NotAllowedNow, QueueError, Request, State, UnknownRequest
from bot.store.unit_of_work import UnitOfWork
from bot.web.forms import StaleForm
from bot.web.tablet.asking import wishes_of
from bot.web.tablet.buttons import LISTENER_PAGE
from bot.web.tablet.context import Here, Visit
from bot.web.tablet.frame import Frame, frame
from bot.web.tablet.once import note, was_done
from bot.web.tablet.story import StoryLine, story_of
from bot.web.tablet.wording import STEPS, clock, kind_words, state_words

# For so long one press stops what was not meant.
_MOMENT = timedelta(minutes=5)
_CANCELLABLE = frozenset({State.WAITING, State.ACCEPTED, State.ARRANGED})
# What a redirect may have this page say.
_NOTICES = {
    "asked": "ask_done",
    "again": "ask_again_done",
    "yes": "came_yes_done",
    "no": "came_no_done",
    "cancelled": "cancel_done",
    "too_late": "cancel_too_late",
    "expired": "page_expired",
    "changed": "page_changed",
}


@dataclass(frozen=True)
class RequestView:
    """`key` changes whenever what is shown changes. `steps` are the dots: done or not."""

    id: str
    key: str
    title: str
    icon: str
    reference: str
    asked: str
    state: str
    changed: str
    steps: tuple[bool, ...]
    is_open: bool
    asks_came: bool
    may_cancel: bool
    story: tuple[StoryLine, ...]


@dataclass(frozen=True)
class RequestsPage:
    """`undo` is the request that was asked for a moment ago, which one press stops. `wish_at` is where one
    says who should come; empty where the prison asks for no wish."""

    frame: Frame
    requests: tuple[RequestView, ...]
    next_words: str
    undo: str = ""
    wish_at: str = ""


def read_requests(work: UnitOfWork, visit: Visit) -> tuple[RequestView, ...]:
    mine = work.requests.of_person(visit.person.id)
    histories = work.requests.events_of_each([request.id for request in mine])
    return tuple(_view(visit, request, histories[request.id]) for request in mine)


def seen_of(views: tuple[RequestView, ...]) -> str:
    return hashlib.sha256("|".join(view.key for view in views).encode()).hexdigest()[:16]


def requests_page(visit: Here, said: str = "", request: str = "") -> Response:
    with visit.product.database.reading() as work:
        views = read_requests(work, visit)
        mine = work.requests.of_person(visit.person.id)
    product = visit.product
    nobody_now = possible_now(product.texts, product.prison, mine, visit.language)
    said = _still_true(said, next((each for each in mine if each.id == request), None))
    notice = _notice(visit, said, next((view for view in views if view.id == request), None))
    shell = frame(
        visit,
        "page_requests_title",
        "/requests",
        notice=notice,
        calm=said not in ("too_late", "expired", "changed"),
        poll="/api/requests",
        seen=seen_of(views),
    )
    next_words = visit.say("ask_next") if said in ("asked", "again") and notice else ""
    next_words = nobody_now or next_words
    undo = next((each for each in mine if each.id == request and _may_undo(each, said, product.now())), None)
    page = RequestsPage(shell, views, next_words, undo.id if undo else "", _wish_at(visit, undo))
    return visit.parts.pages.answer("tablet/requests.html", page)


def came(
    visit: Here, request_id: str, form: Annotated[str, Form()] = "", came: Annotated[str, Form()] = ""
) -> Response:
    """The person's own answer. "No" opens the request again."""
    if came not in ("yes", "no"):
        raise HTTPException(400)

    def change(work: UnitOfWork) -> None:
        queue.somebody_came(
            work,
            request_id,
            visit.person.id,
            came=came == "yes",
            deadlines=visit.product.prison,
            now=visit.product.now(),
        )

    return _once(visit, form, request_id, came, change)


def cancel(
    visit: Here, request_id: str, form: Annotated[str, Form()] = "", undo: Annotated[str, Form()] = ""
) -> Response:
    """Takes a request back. One that a safety record raised stays: nobody silences it, or is made to.

    `undo` says that it was never meant. Its page may be old: what a helper has taken since stays.
    """

    def change(work: UnitOfWork) -> None:
        found = work.requests.get_for_change(request_id)
        if found is not None and found.person_id != visit.person.id:
            raise UnknownRequest(request_id)
        if found is not None and found.record_id is not None:
            raise NotAllowedNow(request_id)
        # Under the lock: a helper may be saying yes at this moment.
        if found is not None and undo and not _may_undo(found, "asked", visit.product.now()):
            raise NotAllowedNow(request_id)
        by = Actor(ActorKind.PERSON, visit.person.id)
        queue.move(work, request_id, Change.CANCELLED, by, now=visit.product.now())

    # What was not undone may still be stopped, further down the page: it is not too late.
    return _once(visit, form, request_id, "cancelled", change, refused="changed" if undo else "too_late")


def add_to(app: FastAPI) -> None:
    app.get("/requests", include_in_schema=False)(requests_page)
    app.post("/requests/{request_id}/came", include_in_schema=False)(came)
    app.post("/requests/{request_id}/cancel", include_in_schema=False)(cancel)


def _still_true(said: str, request: Request | None) -> str:
    """An address says "asked" for ever, and is opened again by going back; the request may be over since."""
    if said not in ("asked", "again") or request is None or request.is_open:
        return said
    return "cancelled" if request.state is State.CANCELLED else ""


def _may_undo(request: Request, said: str, now: datetime) -> bool:
    """Of what was asked a moment ago and nobody has taken. What stood open before, or is on its way, is not
    stopped by a slip of the finger."""
    is_new = request.times_asked == 1 and request.state is State.WAITING and now - request.asked_at < _MOMENT
    return said == "asked" and is_new and _may_cancel(request)


def _may_cancel(request: Request) -> bool:
    return request.state in _CANCELLABLE and request.record_id is None


def _wish_at(visit: Visit, request: Request | None) -> str:
    if request is None or request.kind is not Kind.LISTENER or request.wish:
        return ""
    return LISTENER_PAGE if wishes_of(visit, Kind.LISTENER) else ""


def _once(
    visit: Visit,
    form: str,
    request_id: str,
    said: str,
    change: Callable[[UnitOfWork], None],
    refused: str = "changed",
) -> Response:
    try:
        # One page has a form for each request: what is done once is this deed on this request.
        key = f"{visit.form_key(form)}:{request_id[:12]}:{said}"
        with visit.product.database.writing() as work:
            work.people.lock(visit.person.id)
            if not was_done(work, visit.person.id, key):
                change(work)
                note(work, visit, key, visit.say(_NOTICES[said]))
    except StaleForm:
        said = "expired"
    except UnknownRequest:
        raise HTTPException(404) from None
    except QueueError:
        said = refused
    return RedirectResponse(f"/requests?said={said}", status_code=303)


def _notice(visit: Visit, said: str, view: RequestView | None) -> str:
    key = _NOTICES.get(said)
    if key is None or (view is None and said in ("asked", "again")):
        return ""
    return visit.say(key, reference=view.reference if view else "")


def _view(visit: Visit, request: Request, history: Sequence[Event]) -> RequestView:
    texts, zone, now = visit.product.texts, visit.product.prison.zone, visit.product.now()
    asks = request.asks_whether_somebody_came(now)
    state = request.state
    return RequestView(
        id=request.id,
        key=f"{request.id}.{request.version}.{int(asks)}",
        title=kind_words(texts, request.kind, request.role, visit.language),
        icon={"listener": "listener", "peer": "helping", "staff": "staff"}.get(request.kind.value, "person"),
        reference=request.reference,
        asked=visit.say("page_requests_asked", time=clock(zone, request.asked_at, now)),
        state=state_words(texts, request, history, visit.language),
        changed=visit.say("page_requests_changed", time=clock(zone, request.changed_at, now)),
        steps=tuple(STEPS.index(state) >= n for n in range(len(STEPS))) if state in STEPS else (),
        is_open=request.is_open,
        asks_came=asks,
        may_cancel=_may_cancel(request),
        story=story_of(visit, history),
    )
