"""Coming in and going out: enrol the tablet, sign in, read who can see what, choose a language, sign out."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from bot.directory.helpers import has_listeners
from bot.people import tablets
from bot.people.checked import check
from bot.people.model import Actor, ActorKind
from bot.people.single_sign_on import ENROLLED_BY
from bot.safety import moves
from bot.web import cookies
from bot.web.address import address_of
from bot.web.forms import StaleForm
from bot.web.tablet.buttons import languages_of
from bot.web.tablet.context import (
    LANGUAGE_COOKIE,
    PERSON_COOKIE,
    TABLET_COOKIE,
    Here,
    Visit,
)
from bot.web.tablet.frame import Frame, frame
from bot.web.tablet.offers import offer_again
from bot.web.tablet.wording import pause_words

_YEAR = 365 * 24 * 3600
_BACK = frozenset(
    {"/chat", "/sign-in", "/welcome", "/topics", "/services", "/ask", "/requests", "/supporter", "/days"}
)
_Text = Annotated[str, Form()]


@dataclass(frozen=True)
class EntryPage:
    """`sso` says whether the prison's single sign-on is there; `pin` whether a PIN counts on this machine."""

    frame: Frame
    sso: bool
    pin: bool


@dataclass(frozen=True)
class WelcomePage:
    """`asks` says whom the tablet can ask for here and now."""

    frame: Frame
    asks: str


def first_page(visit: Here) -> Response:
    visitor = visit.visitor
    if visitor.device is None:
        return _to("/enrol")
    if visitor.person is None:
        return _to("/sign-in")
    return _to("/chat" if visitor.person.welcomed_at else "/welcome")


def enrol_page(visit: Here) -> Response:
    return _page(visit, "enrol")


def enrol(request: Request, visit: Here, form: _Text = "", code: _Text = "") -> Response:
    """Ties this tablet to the cell for which staff made the code."""
    now = visit.product.now()
    caller = address_of(request, visit.product.settings)
    try:
        visit.form_key(form)
        if not visit.parts.codes.allows(caller, now):
            return _page(visit, "enrol", "slow_down", 429)
        with visit.product.database.writing() as work:
            enrolled = tablets.enrol(work, visit.product.prison.id, code[:64], now=now)
    except StaleForm:
        return _page(visit, "enrol", "page_expired", 409)
    except tablets.UnknownCode:
        return _page(visit, "enrol", "page_enrol_wrong", 400)
    answer = _to("/sign-in")
    cookies.put(answer, visit.product.settings, TABLET_COOKIE, enrolled.token, max_age=_YEAR)
    return answer


def sign_in_page(visit: Here, said: str = "") -> Response:
    """`said` is "not_sent" where somebody pressed a button on a page whose session had ended."""
    if said == "not_sent":
        return _answer(visit, "sign_in", visit.say("page_sign_in_not_sent"), 200, calm=False)
    return _page(visit, "sign_in")


def sign_in(request: Request, visit: Here, form: _Text = "", number: _Text = "", pin: _Text = "") -> Response:
    try:
        visit.form_key(form)
    except StaleForm:
        return _page(visit, "sign_in", "page_expired", 409)
    if not _takes_pins(visit):
        # Its cell is that of whoever came by single sign-on: a PIN would take somebody else there.
        return _page(visit, "sign_in", "page_sso_refused", 403)
    product, now = visit.product, visit.product.now()
    chosen = cookies.read(request, product.settings, LANGUAGE_COOKIE)
    letters = _letters(number)
    wanted = letters.strip().upper()
    with product.database.reading() as work:
        held = tablets.gate_of(visit.device.prison_id, wanted, visit.device.id).held_until(work.tries, now)
        found = work.persons.find_by_number(visit.device.prison_id, wanted)
    if held is not None:
        # Before the hashing: who floods the sign-in is answered at once and cheaply.
        return _answer(visit, "sign_in", pause_words(product.texts, held - now, visit.language), 429)
    # Outside the transaction: a flood of sign-ins must not keep a message from being stored.
    checked = check(product.hasher, (found.pin_hash or None) if found else None, pin)
    with product.database.writing() as work:
        result = tablets.sign_in(work, visit.device, letters, pin, checked, now=now)
        if isinstance(result, tablets.SignedIn):
            moves.follow_to_tablet(work, result.person, Actor(ActorKind.PERSON, result.person.id), now=now)
            if chosen in languages_of(product):
                work.persons.save(replace(result.person, language=chosen))
    if isinstance(result, tablets.WaitFirst):
        pause = pause_words(product.texts, result.until - now, visit.language)
        return _answer(visit, "sign_in", pause, 429)
    if isinstance(result, tablets.SignInError):
        return _page(visit, "sign_in", "page_sign_in_wrong", 400)
    offer_again(product, result.person, visit.device)
    answer = _to("/chat" if result.person.welcomed_at else "/welcome")
    # No age: it ends with the browser too, not only when idle.
    cookies.put(answer, visit.product.settings, PERSON_COOKIE, result.token)
    cookies.drop(answer, visit.product.settings, LANGUAGE_COOKIE)
    return answer


def welcome_page(visit: Here) -> Response:
    return _welcome(visit)


def welcome(visit: Here, form: _Text = "") -> Response:
    """The person has read what this is and who can read it."""
    try:
        visit.form_key(form)
    except StaleForm:
        return _welcome(visit, visit.say("page_expired"), 409)
    now = visit.product.now()
    with visit.product.database.writing() as work:
        person = work.persons.lock(visit.person.id)
        if person.welcomed_at is None:
            work.persons.save(replace(person, welcomed_at=now))
    return _to("/chat")


def choose_language(visit: Here, form: _Text = "", language: _Text = "", back: _Text = "") -> Response:
    """Kept with the person; before sign-in in a cookie, until somebody signs in."""
    answer = _to(back if back in _BACK else "/")
    try:
        visit.form_key(form)
    except StaleForm:
        return answer
    if language not in languages_of(visit.product):
        return answer
    if visit.visitor.person is None:
        cookies.put(answer, visit.product.settings, LANGUAGE_COOKIE, language)
    else:
        keep_language(visit, language)
    return answer


def keep_language(visit: Visit, language: str) -> None:
    with visit.product.database.writing() as work:
        person = work.persons.lock(visit.person.id)
        work.persons.save(replace(person, language=language))


def sign_out(visit: Here, form: _Text = "") -> Response:
    """Signing out is never refused, not even to an old page: the strict cookie is proof enough."""
    with visit.product.database.writing() as work:
        tablets.sign_out(work, visit.session, now=visit.product.now())
    answer = _to("/sign-in")
    cookies.drop(answer, visit.product.settings, PERSON_COOKIE)
    return answer


def add_to(app: FastAPI) -> None:
    app.get("/", include_in_schema=False)(first_page)
    app.get("/enrol", include_in_schema=False)(enrol_page)
    app.post("/enrol", include_in_schema=False)(enrol)
    app.get("/sign-in", include_in_schema=False)(sign_in_page)
    app.post("/sign-in", include_in_schema=False)(sign_in)
    app.get("/welcome", include_in_schema=False)(welcome_page)
    app.post("/welcome", include_in_schema=False)(welcome)
    app.post("/language", include_in_schema=False)(choose_language)
    app.post("/sign-out", include_in_schema=False)(sign_out)


def _page(visit: Visit, name: str, key: str = "", status: int = 200) -> Response:
    return _answer(visit, name, visit.say(key) if key else "", status)


def _welcome(visit: Visit, notice: str = "", status: int = 200) -> Response:
    here = has_listeners(visit.product.prison, visit.product.now())
    asks = visit.say("page_welcome_not_listener_words" if here else "page_welcome_no_listener_words")
    around = frame(visit, "page_welcome_title", "/welcome", notice=notice, calm=status == 200)
    return visit.parts.pages.answer("tablet/welcome.html", WelcomePage(around, asks), status)


def _answer(visit: Visit, name: str, notice: str, status: int, *, calm: bool | None = None) -> Response:
    here = f"/{name.replace('_', '-')}"
    around = frame(
        visit, f"page_{name}_title", here, notice=notice, calm=status == 200 if calm is None else calm
    )
    page = EntryPage(around, visit.parts.provider is not None, _takes_pins(visit))
    return visit.parts.pages.answer(f"tablet/{name}.html", page, status)


def _takes_pins(visit: Visit) -> bool:
    device = visit.visitor.device
    return device is None or device.enrolled_by != ENROLLED_BY


def _letters(number: str) -> str:
    """A prison number holds letters and digits only; what else was typed cannot be part of one."""
    return "".join(char for char in number[:64] if char.isascii() and char.isalnum())


def _to(where: str) -> Response:
    return RedirectResponse(where, status_code=303)
