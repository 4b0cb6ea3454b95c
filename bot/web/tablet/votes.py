"""On a topic's page: "did this help?". One vote a person and page a day, and it can be changed."""

from typing import Annotated

from fastapi import FastAPI, Form
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.learning import votes
from bot.web.forms import StaleForm
from bot.web.tablet import topics
from bot.web.tablet.context import Here

_HELPED = {"yes": True, "no": False}


def vote(
    visit: Here, topic: str, form: Annotated[str, Form()] = "", helped: Annotated[str, Form()] = ""
) -> Response:
    """A redirect shows the page again: reload sends nothing."""
    if topic not in visit.product.answers.topics():
        raise HTTPException(404)
    if helped not in _HELPED:
        raise HTTPException(400)
    try:
        visit.form_key(form)
    except StaleForm:
        return topics.show_topic(visit, topic, notice=visit.say("page_expired"), status=409)
    with visit.product.database.writing() as work:
        work.people.lock(visit.person.id)
        votes.cast(work, topics.ballot_of(visit, topic), helped=_HELPED[helped])
    return RedirectResponse(f"/topics/{topic}#helped", status_code=303)


def add_to(app: FastAPI) -> None:
    app.post("/topics/{topic}/helped", include_in_schema=False)(vote)
