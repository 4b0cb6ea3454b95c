"""A message or a tap from a page, with script or without: taken, answered, or refused in plain words."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from bot.safety.message import BadMessage
from bot.web.assistant import intent_of
from bot.web.forms import StaleForm
from bot.web.tablet import buttons, care
from bot.web.tablet.care import Care
from bot.web.tablet.context import Visit
from bot.web.tablet.entry import keep_language
from bot.web.tablet.talk import NotKept, Taken, Tap, TooFast

_RECENT = 30


@dataclass(frozen=True)
class Heard:
    """What became of it. `notice` says why it was not taken; `go` names another page; `later` is a message in
    danger, which has its words already: the engine hears of it only after the page is on its way."""

    status: int = 200
    notice: str = ""
    go: str = ""
    taken: Taken | None = None
    later: Taken | None = None


async def speak(visit: Visit, form: str, text: str, choice: str) -> Heard:
    """Waits for the engine's answer, unless the message is one of danger."""
    try:
        key = visit.form_key(form)
        said = await run_in_threadpool(_tap, visit, choice) if choice else text
        if isinstance(said, str) and choice:
            return Heard(go=said)
        taken = await visit.parts.talk.take(visit.person, visit.device.id, said, key)
    except (StaleForm, BadMessage, TooFast, NotKept) as error:
        return _refused(visit, error)
    if taken.in_danger:
        return Heard(taken=taken, later=taken)
    await visit.parts.talk.answer(taken)
    return Heard(taken=taken)


def _refused(visit: Visit, error: Exception) -> Heard:
    match error:
        case BadMessage():
            return Heard(400, visit.say(error.why))
        case TooFast():
            return Heard(429, visit.say("slow_down"))
        case NotKept(in_danger=True):
            return Heard(503, f"{visit.say('danger_not_told')} {visit.say('page_not_kept')}")
        case NotKept():
            return Heard(503, visit.say("page_not_kept"))
        case _:
            return Heard(409, visit.say("page_expired"))


def _tap(visit: Visit, payload: str) -> Tap | Care | str:
    """The tap, or the page that it leads to. Raises StaleForm for a payload that no button here has."""
    if payload in buttons.PAGES:
        return buttons.PAGES[payload]
    language = buttons.language_of(visit.product, payload)
    if language is not None:
        keep_language(visit, language)
        return "/chat"
    is_known = care.is_care(payload) or buttons.is_known(visit.product, payload)
    title = _title(visit, payload) if is_known else None
    if title is None:
        raise StaleForm
    return care.read(payload, title) or Tap(title, payload)


def _title(visit: Visit, payload: str) -> str | None:
    """The words on the button that was pressed: of a recent answer, or of a topic."""
    with visit.product.database.reading() as work:
        recent = work.messages.latest(visit.person.id, _RECENT)
    for message in reversed(recent):
        for button in message.buttons:
            if button.payload == payload:
                return button.title
    topic = (intent_of(payload) or "").removeprefix("ask_")
    if payload == f"/ask_{topic}" and topic in visit.product.answers.topics():
        return visit.product.answers.get(topic, visit.language).title
    return visit.say("button_listener") if payload == "/request_listener" else None
