"""The JSON that the pages' script uses: send a message, and ask whether something is new."""

from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, BeforeValidator, Field
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.safety.message import Message
from bot.web.tablet import requests, supporting
from bot.web.tablet.buttons import still_offered
from bot.web.tablet.chat import SHOWN, read_conversation
from bot.web.tablet.context import Here, Visit
from bot.web.tablet.speaking import Heard, speak


def _whole(value: object) -> object:
    """Half of a surrogate pair, as a keyboard can leave it, would be refused by the model: it is dropped."""
    return value.encode("utf-8", "ignore").decode() if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_whole)]


class MessageIn(BaseModel):
    """`form` is the page's token; with `choice` a button was pressed, else `text` was typed."""

    form: Text = ""
    text: Text = ""
    choice: Text = ""


class ButtonOut(BaseModel):
    title: str
    payload: str


class MessageOut(BaseModel):
    seq: int
    id: str
    mine: bool
    text: str
    tone: str
    buttons: list[ButtonOut]
    reply_to: str | None


class MessagesOut(BaseModel):
    """`seen` changes whenever the page would look different."""

    seen: str
    messages: list[MessageOut]


class MessageTaken(BaseModel):
    """`go` names a page to open; `notice` says why nothing was taken; `messages` are the new ones."""

    go: str = ""
    notice: str = ""
    messages: list[MessageOut] = Field(default_factory=list)


class RequestOut(BaseModel):
    id: str
    reference: str
    title: str
    state: str
    is_open: bool
    asks_came: bool


class RequestsOut(BaseModel):
    seen: str
    requests: list[RequestOut]


class ContactOut(BaseModel):
    id: str
    first_name: str
    place: str
    kind: str
    waited: str


class SupporterOut(BaseModel):
    seen: str
    on_duty: bool
    mine: list[ContactOut]
    offered: list[ContactOut]


async def send(visit: Here, body: MessageIn) -> Response:
    heard = await speak(visit, body.form, body.text, body.choice)
    new = await run_in_threadpool(_new, visit, heard) if heard.taken else []
    taken = MessageTaken(go=heard.go, notice=heard.notice, messages=new)
    later = BackgroundTask(visit.parts.talk.answer, heard.later) if heard.later else None
    return JSONResponse(taken.model_dump(), status_code=heard.status, background=later)


def messages(visit: Here, after: Annotated[int, Query(ge=0, le=2**62)] = 0) -> MessagesOut:
    with visit.product.database.reading() as work:
        new = work.messages.latest(visit.person.id, SHOWN, after)
        seen = read_conversation(work, visit).seen
    return MessagesOut(seen=seen, messages=[_out(visit, message) for message in new])


def my_requests(visit: Here) -> RequestsOut:
    with visit.product.database.reading() as work:
        views = requests.read_requests(work, visit)
    fields = RequestOut.model_fields
    found = [RequestOut(**{name: getattr(view, name) for name in fields}) for view in views]
    return RequestsOut(seen=requests.seen_of(views), requests=found)


def supporter(visit: Here) -> SupporterOut:
    with visit.product.database.reading() as work:
        helping = supporting.read_helping(work, visit)
    return SupporterOut(
        seen=supporting.seen_of(helping),
        on_duty=helping.on_duty,
        mine=[_contact(contact) for contact in helping.mine],
        offered=[_contact(contact) for contact in helping.offered],
    )


def add_to(app: FastAPI) -> None:
    app.post("/api/messages", response_model=MessageTaken, summary="Send a message or press a button")(send)
    app.get("/api/messages", summary="What was said since")(messages)
    app.get("/api/requests", summary="My requests and where they are")(my_requests)
    app.get("/api/supporter", summary="What a supporter is offered and has")(supporter)


def _new(visit: Visit, heard: Heard) -> list[MessageOut]:
    """The message that was taken and what was said since. Empty when it cannot be read just now."""
    if heard.taken is None:
        return []
    message = heard.taken.message
    try:
        with visit.product.database.reading() as work:
            found = work.messages.latest(message.person_id, SHOWN, message.seq - 1)
    except Exception:  # noqa: BLE001 - it is stored; the page finds it when it looks again
        return []
    return [_out(visit, each) for each in found]


def _out(visit: Visit, message: Message) -> MessageOut:
    prison, now = visit.product.prison, visit.product.now()
    shown = (button for button in message.buttons if still_offered(prison, button, now))
    return MessageOut(
        seq=message.seq,
        id=message.id,
        mine=message.direction == "from_person",
        text=message.text,
        tone=message.tone,
        buttons=[ButtonOut(title=button.title, payload=button.payload) for button in shown],
        reply_to=message.reply_to,
    )


def _contact(contact: supporting.Contact) -> ContactOut:
    return ContactOut(**{name: getattr(contact, name) for name in ContactOut.model_fields})
