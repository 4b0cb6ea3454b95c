"""The frame round every page: tabs, help card, languages, notices, and the words of the page."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.directory.helpers import has_listeners
from bot.people.single_sign_on import NOWHERE
from bot.web.tablet.buttons import LISTENER_PAGE, languages_of
from bot.web.tablet.context import Visit

# Sentences that the assistant says too, and that a page shows under its own short name.
_SHARED = {
    "came_question": "came_question",
    "came_yes": "came_yes",
    "came_no": "came_no",
}


class Words:
    """The page's sentences by their short names: `words.chat_send` is the text `page_chat_send`."""

    def __init__(self, say: Callable[..., str]) -> None:
        self._say = say

    def __getitem__(self, name: str) -> str:
        return self._say(_SHARED.get(name, f"page_{name}"))


@dataclass(frozen=True)
class Way:
    """A button that leads to a person. With `at_once` it asks by itself, and no page lies between."""

    href: str
    title: str
    icon: str
    at_once: bool = False


@dataclass(frozen=True)
class Tab:
    href: str
    title: str
    icon: str
    current: bool


@dataclass(frozen=True)
class Choice:
    """A language that can be chosen, under its own name."""

    code: str
    name: str
    current: bool


@dataclass(frozen=True)
class Frame:
    """`somebody` stands at the side of every page of who is signed in: a Listener, or someone to talk to.

    `poll` is the address where a script asks whether this page changed; `seen` is what it last heard.
    """

    title: str
    language: str
    direction: str
    words: Words
    version: str
    form: str
    here: str
    tabs: tuple[Tab, ...]
    languages: tuple[Choice, ...]
    signed_in: bool
    somebody: Way | None
    who: str
    idle_seconds: int
    prison: str
    notice: str = ""
    calm: bool = True
    poll: str = ""
    seen: str = ""


def frame(
    visit: Visit,
    title: str,
    here: str,
    *,
    notice: str = "",
    calm: bool = True,
    poll: str = "",
    seen: str = "",
) -> Frame:
    """Needs no database: an error page has the same frame when there is none."""
    visitor, texts = visit.visitor, visit.product.texts
    person = visitor.person
    placed = person is not None and person.place != NOWHERE
    idle = visit.product.settings.person_idle_minutes * 60
    return Frame(
        title=visit.say(title),
        language=visit.language,
        direction=texts.direction(visit.language),
        words=Words(visit.say),
        version=visit.parts.version,
        form=visit.parts.tokens.make(visitor.owner),
        here=here,
        tabs=_tabs(visit, here) if placed else (),
        languages=_languages(visit),
        signed_in=person is not None,
        # Before the cell is known both would only lead to the question where it is.
        somebody=_somebody(visit) if placed else None,
        who=", ".join(filter(None, (person.first_name, person.place.cell))) if person else "",
        idle_seconds=idle if person else 0,
        prison=visit.product.prison.name,
        notice=notice,
        calm=calm,
        poll=poll,
        seen=seen,
    )


def _tabs(visit: Visit, here: str) -> tuple[Tab, ...]:
    if visit.visitor.person is None:
        return ()
    tabs = [
        ("/chat", "page_tab_chat", "chat"),
        ("/topics", "page_tab_topics", "topics"),
        ("/services", "page_tab_services", "place"),
        ("/ask", "page_tab_ask", "person"),
        ("/requests", "page_tab_requests", "list"),
    ]
    if visit.visitor.supporter is not None:
        tabs.append(("/supporter", "page_tab_supporter", "helping"))
    return tuple(Tab(href, visit.say(key), icon, href == here) for href, key, icon in tabs)


def _somebody(visit: Visit) -> Way:
    if has_listeners(visit.product.prison, visit.product.now()):
        # One press, no question before it: what was not meant is stopped on the next page by one more.
        return Way(LISTENER_PAGE, visit.say("button_listener"), "listener", at_once=True)
    return Way("/ask/someone", visit.say("guess_request_someone"), "person")


def _languages(visit: Visit) -> tuple[Choice, ...]:
    """Nothing to choose from where there is one language only."""
    known = visit.product.texts.languages
    codes = languages_of(visit.product)
    if len(codes) < 2:
        return ()
    return tuple(Choice(code, known[code].name, code == visit.language) for code in codes)
