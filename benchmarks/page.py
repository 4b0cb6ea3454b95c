"""page: the tablet's chat page by the app as it is shipped, beside a page of one line by Starlette alone."""

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from benchmarks.bench import Bench
from benchmarks.measuring import CannotMeasure, Task
from benchmarks.people import WORDS, a_person
from bot.bootstrap import Product, build
from bot.demo import places_in
from bot.people import tablets
from bot.people.model import Person
from bot.safety.message import Direction, Message
from bot.store.migrate import upgrade
from bot.web.tablet.context import PERSON_COOKIE, TABLET_COOKIE

STARLETTE: Final = "one-line Starlette page"
SAID: Final = 12  # messages of the conversation that the page shows
PIN: Final = "2468"
_ADDRESS: Final = "http://tablet"


@contextmanager
def opened(bench: Bench) -> Iterator[Sequence[Task]]:
    """Raises CannotMeasure or BadContent."""
    from bot.web.assistant import RasaAssistant
    from bot.web.tablet.app import create_app
    from evaluation.danger.peers.screens import phrases_alone

    settings = bench.settings.model_copy(
        update={"var_dir": bench.folder, "database_url": f"sqlite:///{bench.folder / 'page.db'}"}
    )
    product = build(settings)
    upgrade(product.database.engine)
    # To show a page nobody is judged and Rasa is not asked.
    assistant = RasaAssistant(settings)
    app = create_app(product, phrases_alone(settings.content_dir), assistant)
    loop = asyncio.new_event_loop()
    ours = httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=_ADDRESS, cookies=signed_in(product)
    )
    theirs = httpx.AsyncClient(transport=httpx.ASGITransport(one_line()), base_url=_ADDRESS)

    def get(client: httpx.AsyncClient, path: str) -> httpx.Response:
        return loop.run_until_complete(client.get(path))

    try:
        shown = get(ours, "/chat")
        if shown.status_code != 200 or shown.text.count(WORDS) < SAID // 2:
            raise CannotMeasure(f"The chat page did not come, but an answer with status {shown.status_code}.")
        yield (
            Task(
                name="page",
                what=f"the tablet's chat page with {SAID} messages",
                ours=lambda _number: get(ours, "/chat"),
                peers={STARLETTE: lambda _number: get(theirs, "/")},
                runs=bench.runs(500),
            ),
        )
    finally:
        for client in (ours, theirs):
            loop.run_until_complete(client.aclose())
        loop.run_until_complete(assistant.close())
        loop.close()
        product.database.close()


def one_line() -> Starlette:
    # A plain function, which Starlette calls in a thread, as it does with the pages of the product.
    def page(_request: Request) -> HTMLResponse:
        return HTMLResponse("<!doctype html><title>Hello</title><p>Hello")

    return Starlette(routes=[Route("/", page)])


def signed_in(product: Product) -> dict[str, str]:
    """The cookies of somebody who is signed in and has talked with the assistant."""
    prison, now = product.prison, datetime.now(UTC)
    place = places_in(prison)[0]
    person = replace(a_person(1, prison.id), place=place, pin_hash=product.hasher.hash(PIN))
    with product.database.writing() as work:
        work.persons.add(person)
        code = tablets.make_code(work, prison.id, place, "bench", now=now)
        tablet = tablets.enrol(work, prison.id, code, now=now)
        session = tablets.sign_in(work, tablet.device, person.number, PIN, product.hasher, now=now)
        if not isinstance(session, tablets.SignedIn):
            raise CannotMeasure("Nobody could be signed in to see the chat page.")
        for message in conversation(person, product.answers.get("visits").short, now):
            work.messages.add(message)
    return {TABLET_COOKIE: tablet.token, PERSON_COOKIE: session.token}


def conversation(person: Person, answer: str, now: datetime) -> Iterator[Message]:
    """A question and its answer, again and again."""
    for number in range(SAID):
        asks = number % 2 == 0
        yield Message(
            id=uuid.uuid4().hex,
            person_id=person.id,
            device_id="",
            direction=Direction.FROM_PERSON if asks else Direction.TO_PERSON,
            text=WORDS if asks else answer,
            at=now - timedelta(minutes=SAID - number),
            form_key=uuid.uuid4().hex,
        )
