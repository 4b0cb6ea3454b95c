"""The chat page: what was said, the buttons under the latest answer, and a box to type in."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Annotated

from fastapi import FastAPI, Form
from fastapi.responses import RedirectResponse
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.safety.message import Button, Direction, Message
from bot.store.unit_of_work import UnitOfWork
from bot.web.tablet import asking
from bot.web.tablet.buttons import PAGES, still_offered
from bot.web.tablet.context import Here, Visit
from bot.web.tablet.frame import Frame, frame
from bot.web.tablet.offers import OFFER_TONE
from bot.web.tablet.speaking import Heard, speak
from bot.web.tablet.talk import DANGER_TONE
from bot.web.tablet.topics import Tile, featured_tiles
from bot.web.tablet.wording import clock

SHOWN = 30
_MOST_BUTTONS = 8
# With an answer's id after it: the key of the note that says whether that answer helped.
HELPED_KEY = "helped:"


@dataclass(frozen=True)
class Line:
    """One bubble. `key` is its id on the page, `state` changes when it is to be drawn anew.

    `asks` is the address that takes whether this answer helped; empty when that is no question, or answered.
    """

    key: str
    state: str
    mine: bool
    paragraphs: tuple[str, ...]
    tone: str
    time: str
    asks: str = ""


@dataclass(frozen=True)
class Reply:
    """A button under the latest answer: a link where `href` is set, else a form's button."""

    title: str
    payload: str
    href: str


@dataclass(frozen=True)
class Conversation:
    lines: tuple[Line, ...]
    replies: tuple[Reply, ...]
    asks_came: bool
    seen: str


@dataclass(frozen=True)
class ChatPage:
    frame: Frame
    talk: Conversation
    tiles: tuple[Tile, ...]
    draft: str


def read_conversation(work: UnitOfWork, visit: Visit) -> Conversation:
    messages = in_turn(work.messages.latest(visit.person.id, SHOWN))
    now = visit.product.now()
    asks_came = any(r.asks_whether_somebody_came(now) for r in work.requests.of_person(visit.person.id))
    late = visit.parts.talk.unanswered(messages)
    noted = {message.form_key for message in messages}
    lines: list[Line] = []
    for message in messages:
        lines.append(_line(visit, message, noted))
        if message.id in late:
            lines.append(_down(visit, message))
    highest = max((message.seq for message in messages), default=0)
    seen = f"{highest}.{len(late)}.{int(asks_came)}"
    return Conversation(tuple(lines), _replies(visit, messages, late), asks_came, seen)


def in_turn(messages: Sequence[Message]) -> Sequence[Message]:
    """Each reply under the message that it answers: a slow answer must not push down words about danger."""
    asked = {message.id: message.seq for message in messages}
    return sorted(messages, key=lambda message: (asked.get(message.reply_to or "", message.seq), message.seq))


def chat_page(visit: Here) -> Response:
    if visit.person.welcomed_at is None:
        return RedirectResponse("/welcome", status_code=303)
    return show(visit)


def show(visit: Visit, notice: str = "", draft: str = "", status: int = 200) -> Response:
    with visit.product.database.reading() as work:
        talk = read_conversation(work, visit)
    shell = frame(
        visit, "page_chat_title", "/chat", notice=notice, calm=False, poll="/api/messages", seen=talk.seen
    )
    # Help that was offered is no conversation yet.
    begun = any(line.tone != OFFER_TONE for line in talk.lines)
    page = ChatPage(shell, talk, () if begun else featured_tiles(visit), draft)
    return visit.parts.pages.answer("tablet/chat.html", page, status)


async def send(
    visit: Here,
    form: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    choice: Annotated[str, Form()] = "",
    ask: Annotated[str, Form()] = "",
) -> Response:
    """A message or a tap, without script. A redirect shows the page again: reload sends nothing.

    `ask` is the large button for a Listener, beside which words may stand in the box: they go first, and are
    judged and answered as any message. Where they are not taken nobody is asked, and that is said.
    """
    if ask not in ("", "listener"):
        raise HTTPException(400)
    if ask and not text.strip():
        return await run_in_threadpool(asking.ask, visit, ask, form)
    heard = await speak(visit, form, text, "" if ask else choice)
    if heard.notice:
        if ask:
            heard = replace(heard, notice=f"{heard.notice} {visit.say('page_not_asked')}")
        return await run_in_threadpool(_show_refusal, visit, heard, text)
    later = BackgroundTask(visit.parts.talk.answer, heard.later) if heard.later else None
    if ask and heard.taken:
        page = await run_in_threadpool(asking.ask_after, visit, form, heard.taken.message.id)
        if page is None:
            # From the words on: what is said to them must not be pushed out of sight by the request.
            page = RedirectResponse(f"/chat#m{heard.taken.message.id}", status_code=303)
        page.background = later
        return page
    return RedirectResponse(heard.go or "/chat#latest", status_code=303, background=later)


def add_to(app: FastAPI) -> None:
    app.get("/chat", include_in_schema=False)(chat_page)
    app.post("/chat", include_in_schema=False)(send)


def _show_refusal(visit: Visit, heard: Heard, text: str) -> Response:
    """What was typed is back in the box. When even reading fails, words and box come without the rest."""
    try:
        return show(visit, heard.notice, text, heard.status)
    except Exception:  # noqa: BLE001 - the person must still read that nobody was told
        shell = frame(visit, "page_chat_title", "/chat", notice=heard.notice, calm=False)
        page = ChatPage(shell, Conversation((), (), False, ""), (), text)
        return visit.parts.pages.answer("tablet/chat.html", page, heard.status)


def _line(visit: Visit, message: Message, noted: Set[str]) -> Line:
    """`noted` are the keys of what was done already, so that no answer asks twice whether it helped."""
    asks = bool(message.topic) and f"{HELPED_KEY}{message.id}" not in noted
    return Line(
        key=f"m{message.id}",
        state=f"{message.id}.{int(asks)}",
        mine=message.direction is Direction.FROM_PERSON,
        paragraphs=tuple(part for part in message.text.split("\n") if part.strip()),
        tone=message.tone,
        time=clock(visit.product.prison.zone, message.at, visit.product.now()),
        asks=f"/helped/{message.id}" if asks else "",
    )


def _down(visit: Visit, message: Message) -> Line:
    words = visit.parts.talk.down_words(visit.language).text
    key = f"d{message.id}"
    return Line(key, key, False, (words,), "", _line(visit, message, frozenset()).time)


def _replies(visit: Visit, messages: Sequence[Message], late: frozenset[str]) -> tuple[Reply, ...]:
    """The buttons of the latest answer: it may be several messages, and each button is there once.

    Those after grave words stay until something more is said: "No, I am not safe" must not go because
    somebody asked for a Listener too.
    """
    latest = messages[-1] if messages else None
    if latest is None:
        return ()
    found: dict[str, Button] = {}
    if latest.direction is Direction.TO_PERSON:
        since = takewhile(lambda m: m.direction is Direction.TO_PERSON, reversed(messages))
        grave = {m.id for m in since if m.tone == DANGER_TONE}
        for message in messages:
            one = message is latest or (message.reply_to and message.reply_to == latest.reply_to)
            if one or message.id in grave:
                found |= {button.payload: button for button in message.buttons}
    elif latest.id in late:
        found = {button.payload: button for button in visit.parts.talk.down_words(visit.language).buttons}
    prison, now = visit.product.prison, visit.product.now()
    shown = (button for button in found.values() if still_offered(prison, button, now))
    replies = (Reply(b.title, b.payload, PAGES.get(b.payload, "")) for b in shown)
    return tuple(replies)[:_MOST_BUTTONS]
