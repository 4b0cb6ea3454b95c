"""Coming in by the prison's single sign-on, where the cell is, and what the home page of the prison asks."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.responses import Response

from bot.openid.build import BACK
from bot.openid.provider import Provider, ProviderDown
from bot.openid.tokens import Refused
from bot.people import single_sign_on as rules
from bot.people.model import Actor, ActorKind
from bot.safety import moves
from bot.web import cookies, starts
from bot.web.access import App
from bot.web.address import address_of
from bot.web.forms import StaleForm
from bot.web.tablet import failures
from bot.web.tablet.context import PERSON_COOKIE, TABLET_COOKIE, Here, Visit
from bot.web.tablet.frame import Frame, frame
from bot.web.tablet.offers import offer_again

log = structlog.get_logger()

START_COOKIE = "signpost_start"
_IN = "/sign-in/provider/in"
_YEAR = 365 * 24 * 3600
_Text = Annotated[str, Form()]


@dataclass(frozen=True)
class OnwardPage:
    frame: Frame
    onward: str


@dataclass(frozen=True)
class Landing:
    value: str
    wing: str
    name: str


@dataclass(frozen=True)
class WherePage:
    frame: Frame
    landings: tuple[Landing, ...]
    landing: str
    cell: str


def begin(request: Request, visit: Here) -> Response:
    provider = visit.parts.provider
    if provider is None:
        return failures.answer(request, 404, "not_found")
    if not visit.parts.starts.allows(address_of(request, visit.product.settings), visit.product.now()):
        return failures.answer(request, 429, "slow_down")
    try:
        url, browser = starts.begin(visit.product, provider, App.TABLET)
    except ProviderDown as error:
        return _down(request, error)
    answer = RedirectResponse(url, status_code=303)
    age = int(starts.LIVES.total_seconds())
    cookies.put(answer, visit.product.settings, START_COOKIE, browser, max_age=age)
    return answer


def back(request: Request, visit: Here, code: str = "", state: str = "") -> Response:
    """Comes from another site, so that our strict cookies stay away: one step on by ourselves, and they come.

    Without them a tablet that staff enrolled would be taken for a machine that nobody knows.
    """
    if visit.parts.provider is None:
        return failures.answer(request, 404, "not_found")
    onward = f"{_IN}?{urlencode({'code': code[:4096], 'state': state[:256]})}"
    page = OnwardPage(frame(visit, "page_sign_in_title", "/sign-in"), onward)
    return visit.parts.pages.answer("tablet/onward.html", page)


def come_in(request: Request, visit: Here, code: str = "", state: str = "") -> Response:
    provider, product = visit.parts.provider, visit.product
    if provider is None:
        return failures.answer(request, 404, "not_found")
    try:
        who = _who(request, visit, provider, code, state)
    except ProviderDown as error:
        return _down(request, error)
    except Refused as error:
        log.warning("provider.refused", why=str(error)[:60])
        return failures.answer(request, 403, "page_sso_refused")
    except rules.NotThisPrison:
        return failures.answer(request, 403, "page_sso_elsewhere")
    now = product.now()
    with product.database.writing() as work:
        came = rules.come_in(work, product.prison.id, who, visit.visitor.device, now=now)
        person = came.signed_in.person
        if person.place != rules.NOWHERE:
            moves.follow_to_tablet(work, person, Actor(ActorKind.PERSON, person.id), now=now)
    if person.place != rules.NOWHERE:
        offer_again(product, person, came.device)
    answer = RedirectResponse("/chat" if person.welcomed_at else "/welcome", status_code=303)
    settings = product.settings
    if came.device_token:
        cookies.put(answer, settings, TABLET_COOKIE, came.device_token, max_age=_YEAR)
    cookies.put(answer, settings, PERSON_COOKIE, came.signed_in.token)
    cookies.drop(answer, settings, START_COOKIE)
    return answer


def where_page(visit: Here) -> Response:
    if visit.person.place != rules.NOWHERE:
        return RedirectResponse("/chat", status_code=303)
    return _where(visit)


def where(visit: Here, form: _Text = "", landing: _Text = "", cell: _Text = "") -> Response:
    """Staff go to the cell that is said here, and see that it was the person who said it."""
    try:
        visit.form_key(form)
    except StaleForm:
        return _where(visit, "page_expired", 409, landing, cell)
    wing, _, name = landing.partition("/")
    try:
        place = visit.product.prison.place(wing, name, "".join(c for c in cell if c.isprintable()))
    except ValueError:
        return _where(visit, "page_where_wrong", 400, landing, cell)
    with visit.product.database.writing() as work:
        rules.say_where(work, visit.person, visit.device, place, now=visit.product.now())
    return RedirectResponse("/chat" if visit.person.welcomed_at else "/welcome", status_code=303)


def info(visit: Here) -> Response:
    """What HMPPS Launchpad asks before it shows a tile: at which prisons this is for people. Nothing else."""
    settings = visit.product.settings
    here = [settings.people_agency] if settings.people_oidc_issuer else []
    return JSONResponse({"app": {"name": "signpost"}, "activeAgencies": here})


def add_to(app: FastAPI) -> None:
    app.get("/sign-in/provider", include_in_schema=False)(begin)
    app.get(BACK, include_in_schema=False)(back)
    app.get(_IN, include_in_schema=False)(come_in)
    app.get("/where", include_in_schema=False)(where_page)
    app.post("/where", include_in_schema=False)(where)
    app.get("/info", summary="At which prisons this is for people")(info)


def _who(request: Request, visit: Visit, provider: Provider, code: str, state: str) -> rules.Named:
    settings = visit.product.settings
    browser = cookies.read(request, settings, START_COOKIE)
    claims = starts.finish(visit.product, provider, App.TABLET, browser=browser, code=code, state=state)
    return rules.read_claims(claims, settings.people_agency)


def _where(visit: Visit, key: str = "", status: int = 200, landing: str = "", cell: str = "") -> Response:
    landings = tuple(
        Landing(f"{wing}/{name}", wing, name)
        for wing, names in visit.product.prison.wings.items()
        for name in names
    )
    notice = visit.say(key) if key else ""
    around = frame(visit, "page_where_title", "/where", notice=notice, calm=status == 200)
    page = WherePage(around, landings, landing, cell[:16])
    return visit.parts.pages.answer("tablet/where.html", page, status)


def _down(request: Request, error: ProviderDown) -> Response:
    log.error("provider.down", why=str(error)[:60])
    return failures.answer(request, 503, "page_sso_down")
