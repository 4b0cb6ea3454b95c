"""Under an answer: "this helped" or "not what I asked". Counted by topic and day, once for each answer."""

import uuid
from typing import Annotated

from fastapi import FastAPI, Form
from fastapi import Path as PathParam
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.safety.message import Direction, Message
from bot.safety.model import Level, Verdict
from bot.web.assistant import Turn
from bot.web.forms import StaleForm
from bot.web.tablet.chat import HELPED_KEY, show
from bot.web.tablet.context import Here, Visit
from bot.web.tablet.once import was_done
from bot.web.tablet.talk import Taken

Id = Annotated[str, PathParam(pattern=r"^[a-z0-9]{1,32}$")]


def key_of(message_id: str) -> str:
    """The key under which the note of it is stored, once for each person and answer."""
    return f"{HELPED_KEY}{message_id}"


async def helped(
    visit: Here, message_id: Id, form: Annotated[str, Form()] = "", helped: Annotated[str, Form()] = ""
) -> Response:
    """A redirect shows the page again: reload sends nothing."""
    if helped not in ("yes", "no"):
        raise HTTPException(400)
    try:
        visit.form_key(form)
    except StaleForm:
        return await run_in_threadpool(show, visit, visit.say("page_expired"), "", 409)
    to_answer = await run_in_threadpool(_count, visit, message_id, helped == "yes")
    if to_answer is not None:
        await visit.parts.talk.answer(to_answer)
    return RedirectResponse("/chat#latest", status_code=303)


def add_to(app: FastAPI) -> None:
    app.post("/helped/{message_id}", include_in_schema=False)(helped)


def _count(visit: Visit, message_id: str, was_helped: bool) -> Taken | None:
    """Counts, and notes it in the conversation, in one transaction. Gives what the engine is to answer yet.

    Raises 404 for what is no answer to this person.
    """
    product, key = visit.product, key_of(message_id)
    with product.database.writing() as work:
        work.people.lock(visit.person.id)
        answer = work.messages.find(visit.person.id, message_id)
        if answer is None or not answer.topic:
            raise HTTPException(404)
        if was_done(work, visit.person.id, key):
            return None
        day = product.now().astimezone(product.prison.zone).date()
        work.feedback.count(product.prison.id, answer.topic, day, helped=was_helped)
        noted = work.messages.add(_thanks(visit, answer) if was_helped else _tap(visit, answer))
    return None if was_helped else _for_the_engine(visit, noted, answer)


def _thanks(visit: Visit, answer: Message) -> Message:
    """Right under the answer, and under no later words: those about danger keep their place."""
    words = visit.say("feedback_thanks")
    return _message(visit, Direction.TO_PERSON, words, answer, reply_to=answer.reply_to)


def _tap(visit: Visit, answer: Message) -> Message:
    return _message(visit, Direction.FROM_PERSON, visit.say("page_helped_no"), answer)


def _message(
    visit: Visit, direction: Direction, text: str, answer: Message, reply_to: str | None = None
) -> Message:
    return Message(
        id=uuid.uuid4().hex,
        person_id=visit.person.id,
        device_id=visit.device.id,
        direction=direction,
        text=text,
        at=visit.product.now(),
        form_key=key_of(answer.id),
        reply_to=reply_to,
    )


def _for_the_engine(visit: Visit, noted: Message, answer: Message) -> Taken:
    """It knows the message that was misunderstood by its id, and offers what else was meant."""
    payload = f'/feedback_bad{{"reference": "{answer.reply_to or ""}"}}'
    verdict = Verdict(Level.NONE, (), (), visit.language, "button")
    turn = Turn(visit.person.id, noted.id, payload, verdict, answered=False, language=visit.language)
    return Taken(noted, turn, repeated=False)
