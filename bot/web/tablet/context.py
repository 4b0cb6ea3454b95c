"""What every page of the tablet starts from: the app's parts, who is asking, and in which language."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import Depends, Request

from bot.bootstrap import Product
from bot.content import ENGLISH
from bot.learning.votes import Ballots
from bot.openid.provider import Provider
from bot.people.model import Device, Person, PersonSession, Supporter
from bot.store.sealed import Sealer
from bot.web.forms import FormTokens
from bot.web.pace import Pace
from bot.web.tablet.talk import Talk
from bot.web.templating import Pages

TABLET_COOKIE = "signpost_tablet"
PERSON_COOKIE = "signpost_person"
LANGUAGE_COOKIE = "signpost_language"

T = TypeVar("T")


class Showing(Protocol):
    """What the words of a page are made from. The desk has this much too, and shows what a tablet will."""

    @property
    def product(self) -> Product: ...

    @property
    def language(self) -> str: ...

    @property
    def say(self) -> Callable[..., str]: ...


@dataclass(frozen=True)
class Parts:
    """Made once by create_app. `version` changes with the static files, so that none is used when stale."""

    product: Product
    talk: Talk
    pages: Pages
    tokens: FormTokens
    codes: Pace
    starts: Pace
    ballots: Ballots
    sealer: Sealer
    version: str
    provider: Provider | None = None


@dataclass(frozen=True)
class Visitor:
    """Who is asking, as the guard found. `supporter` is set only while not suspended."""

    device: Device | None = None
    person: Person | None = None
    session: PersonSession | None = None
    supporter: Supporter | None = None
    language: str = ENGLISH

    @property
    def owner(self) -> str:
        """Whose forms these are: the session's, before sign-in the tablet's, before that nobody's."""
        if self.session is not None:
            return self.session.id
        return self.device.id if self.device is not None else "not enrolled"


class NobodyHere(Exception):
    """A page for a signed-in person ran without one. The guard makes this impossible; the check proves it."""


@dataclass(frozen=True)
class Visit:
    parts: Parts
    visitor: Visitor

    @property
    def product(self) -> Product:
        return self.parts.product

    @property
    def language(self) -> str:
        return self.visitor.language

    @property
    def person(self) -> Person:
        return _there(self.visitor.person)

    @property
    def session(self) -> PersonSession:
        return _there(self.visitor.session)

    @property
    def device(self) -> Device:
        return _there(self.visitor.device)

    @property
    def supporter(self) -> Supporter:
        return _there(self.visitor.supporter)

    @property
    def say(self) -> Callable[..., str]:
        """A text in this visitor's language: say(key, **fields)."""

        def say(key: str, **fields: object) -> str:
            return self.product.texts.say(key, self.language, **fields)

        return say

    def form_key(self, form: str) -> str:
        """The key of a form made for this visitor. Raises StaleForm."""
        return self.parts.tokens.key(form, self.visitor.owner)


def _there(thing: T | None) -> T:
    if thing is None:
        raise NobodyHere
    return thing


def visit_of(request: Request) -> Visit:
    """Also for pages that fail before the guard knew who it was: then it is nobody, in English."""
    visitor: Any = getattr(request.state, "visitor", None)
    return Visit(request.app.state.parts, visitor or Visitor())


Here = Annotated[Visit, Depends(visit_of)]
