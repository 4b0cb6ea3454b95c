"""Messages that were not understood: given the right topic they become examples, or they are dismissed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import structlog
from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from bot.bootstrap import Product
from bot.learning import service as learning
from bot.learning.export import NotAnExample, as_yaml, merge
from bot.learning.model import Fate, Helped, NotUnderstood
from bot.safety.model import Level
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.actions import Choice
from bot.web.desk.danger_learning import level_choices, risk_choices
from bot.web.desk.desk import Caller, Desk, DeskHere, Id, NotFound, SignedIn
from bot.web.desk.forms import CheckedForm, Sent
from bot.web.desk.shell import Link, Page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

# Each line has the whole list of topics beside it; more lines come when these are done.
SHOWN = 25
_FEEDBACK_DAYS = 30
# Placeholders make a text longer than it was written.
_LONGEST_EXAMPLE = 2 * learning.LONGEST
_FEEDBACK_SHOWN = 10
_STATES = (Fate.NEW, Fate.ADDED)
_DONE = ("added", "dismissed", "danger_found", "danger_nobody")


@dataclass(frozen=True)
class Group:
    """Choices under one heading of the list."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class LineRow:
    id: str
    text: str
    facts: str
    guesses: tuple[Choice, ...]
    intent: str
    intent_name: str


@dataclass(frozen=True)
class HelpedRow:
    """What was pressed under the answer in the chat, and on the topic's own page."""

    title: str
    chat: Helped
    page: Helped


@dataclass(frozen=True, kw_only=True)
class NotUnderstoodPage(Page):
    filters: tuple[Link, ...]
    state: str
    lines: tuple[LineRow, ...]
    groups: tuple[Group, ...]
    helped: tuple[HelpedRow, ...]
    done: str
    levels: tuple[Choice, ...]
    risks: tuple[Choice, ...]


@router.get("/not-understood")
def show(desk: DeskHere, caller: SignedIn, state: str = "", done: str = "") -> Response:
    said = desk.wording.say(f"line_done_{done}") if done in _DONE else ""
    return _answer(desk, caller, 200, _state(state), done=said)


@router.get("/not-understood/examples.yml")
def download(desk: DeskHere, caller: SignedIn) -> Response:
    """What was added, as a file that Rasa trains on."""
    prison_id, now = caller.staff.prison_id, desk.product.now()
    with desk.product.database.writing() as work:
        lines = work.not_understood.list_of(prison_id, Fate.ADDED, limit=10_000)
        work.audit.put(prison_id, caller.staff.id, "examples_downloaded", str(len(lines)), now)
    text = as_yaml(merge(((line.intent, line.text) for line in lines), {}, {}))
    name = {"Content-Disposition": 'attachment; filename="added.yml"'}
    return PlainTextResponse(text, media_type="application/yaml", headers=name)


@router.post("/not-understood/{line_id}/add")
def add(desk: DeskHere, caller: SignedIn, line_id: Id, sent: CheckedForm) -> Response:
    intent, text = sent.text("intent", 64), sent.text("text", _LONGEST_EXAMPLE)
    if intent not in desk.product.taxonomy.intents:
        return refused(desk, caller, "error_line_topic", 400, line_id, sent)
    staff, now = caller.staff, desk.product.now()
    try:
        with desk.product.database.writing() as work:
            learning.add_example(
                work,
                line_id,
                staff.id,
                prison_id=staff.prison_id,
                intent=intent,
                text=text,
                seen=_state(sent.text("seen", 16)),
                now=now,
            )
    except learning.UnknownLine:
        raise NotFound from None
    except NotAnExample:
        return refused(desk, caller, "error_line_marks", 400, line_id, sent)
    except learning.LineChanged:
        return refused(desk, caller, "error_line_changed", 409, line_id, sent)
    log.info("example.added", line_id=line_id, staff_id=staff.id, intent=intent)
    return RedirectResponse("/not-understood?done=added", status_code=303)


@router.post("/not-understood/{line_id}/dismiss")
def dismiss(desk: DeskHere, caller: SignedIn, line_id: Id, sent: CheckedForm) -> Response:
    staff, seen = caller.staff, _state(sent.text("seen", 16))
    try:
        with desk.product.database.writing() as work:
            learning.dismiss(
                work, line_id, staff.id, prison_id=staff.prison_id, seen=seen, now=desk.product.now()
            )
    except learning.UnknownLine:
        raise NotFound from None
    except learning.LineChanged:
        return refused(desk, caller, "error_line_changed", 409, line_id, sent)
    log.info("example.dismissed", line_id=line_id, staff_id=staff.id)
    return RedirectResponse(f"/not-understood?state={seen.value}&done=dismissed", status_code=303)


def _state(text: str) -> Fate:
    return next((fate for fate in _STATES if fate.value == text), Fate.NEW)


def refused(desk: Desk, caller: Caller, key: str, status: int, line_id: str, sent: Sent) -> Response:
    """The page again, with what was typed and chosen still there."""
    typed = (line_id, sent.text("text"), sent.text("intent", 64))
    return _answer(
        desk, caller, status, _state(sent.text("seen", 16)), notice=desk.wording.say(key), typed=typed
    )


def _answer(
    desk: Desk,
    caller: Caller,
    status: int,
    state: Fate,
    *,
    notice: str = "",
    done: str = "",
    typed: tuple[str, str, str] = ("", "", ""),
) -> Response:
    staff, now = caller.staff, desk.product.now()
    with desk.product.database.writing() as work:
        lines = work.not_understood.list_of(staff.prison_id, state, SHOWN)
        # They are words that people wrote: who read them is written down.
        work.audit.put(staff.prison_id, staff.id, "not_understood_viewed", state.value, now)
        page = NotUnderstoodPage(
            desk=desk,
            shell=shell_for(desk, caller, "not_understood", work=work),
            notice=notice,
            filters=_filters(desk, state),
            state=state.value,
            lines=tuple(_row(desk, line, typed) for line in lines),
            groups=tuple(_groups(desk)),
            helped=_helped(desk, caller, work),
            done=done,
            levels=level_choices(desk, without=(Level.NONE,)),
            risks=risk_choices(desk),
        )
    return desk.pages.answer("desk/not_understood.html", page, status)


def _filters(desk: Desk, state: Fate) -> tuple[Link, ...]:
    return tuple(
        Link(desk.wording.say(f"lines_{fate.value}"), f"/not-understood?state={fate.value}", fate is state)
        for fate in _STATES
    )


def _row(desk: Desk, line: NotUnderstood, typed: tuple[str, str, str]) -> LineRow:
    say, product = desk.wording.say, desk.product
    day = line.day.strftime("%-d %b")
    text, intent = typed[1:] if typed[0] == line.id else (line.text, line.intent)
    guesses = tuple(
        Choice(
            guess.intent,
            say("line_guess", name=intent_name(product, guess.intent), share=f"{guess.confidence:.0%}"),
        )
        for guess in line.guesses
        if guess.intent in product.taxonomy.intents
    )
    facts = say("line_facts", count=line.count, day=day, written_in=_language(product, line.language))
    return LineRow(line.id, text, facts, guesses, intent, intent_name(product, line.intent))


def intent_name(product: Product, intent: str) -> str:
    """A topic by its title, anything else by the desk's own words for it."""
    topic = intent.removeprefix("ask_")
    if intent.startswith("ask_") and topic in product.answers.topics():
        return product.answers.get(topic).title
    key = f"intent_{intent}"
    return product.desk_texts.say(key) if product.desk_texts.has(key) else intent


def _language(product: Product, code: str) -> str:
    known = product.texts.languages.get(code)
    return known.name if known else code


def _groups(desk: Desk) -> Iterator[Group]:
    product, taxonomy = desk.product, desk.product.taxonomy
    topics = sorted((intent_name(product, f"ask_{topic}"), f"ask_{topic}") for topic in taxonomy.topics)
    yield Group(desk.wording.say("lines_topics"), tuple(Choice(intent, name) for name, intent in topics))
    for label, intents in (("lines_requests", taxonomy.requests), ("lines_acts", taxonomy.acts)):
        choices = tuple(Choice(intent, intent_name(product, intent)) for intent in intents)
        yield Group(desk.wording.say(label), choices)


def _helped(desk: Desk, caller: Caller, work: UnitOfWork) -> tuple[HelpedRow, ...]:
    """The answers that most often were not what was asked, or did not help."""
    product = desk.product
    today = product.now().astimezone(product.prison.zone).date()
    prison_id, since = caller.staff.prison_id, today - timedelta(days=_FEEDBACK_DAYS)
    chat, page = (
        {row.topic: row for row in rows.since(prison_id, since)}
        for rows in (work.feedback, work.page_feedback)
    )
    found = [
        HelpedRow(
            intent_name(product, f"ask_{topic}"),
            chat.get(topic) or Helped(topic, 0, 0),
            page.get(topic) or Helped(topic, 0, 0),
        )
        for topic in {**chat, **page}
    ]
    found.sort(key=lambda row: (-row.chat.no - row.page.no, row.title))
    return tuple(found[:_FEEDBACK_SHOWN])
