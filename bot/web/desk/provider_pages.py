"""Staff sign in with the provider: the way there, the way back, and what is said when it does not work."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.openid.build import BACK
from bot.openid.provider import Provider, ProviderDown
from bot.openid.tokens import Refused
from bot.people import provider as rules
from bot.people.desk import StaffSignedIn
from bot.web import cookies, starts
from bot.web.access import App
from bot.web.address import address_of
from bot.web.desk import signing
from bot.web.desk.desk import Desk, DeskHere, NotFound
from bot.web.desk.shell import Page, plain_page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

# Lax: the provider's page sends the browser back, and what is strict does not come along then.
START_COOKIE = "signpost_desk_start"


@dataclass(frozen=True, kw_only=True)
class BackPage(Page):
    """Goes on by itself. The next request comes from our own page, so that strict cookies go along."""

    onward: str


@router.get("/sign-in/provider")
def begin(request: Request, desk: DeskHere) -> Response:
    provider = _provider(desk)
    if not desk.starts.allows(address_of(request, desk.product.settings), desk.product.now()):
        return plain_page(desk, None, "provider_slow", 429)
    try:
        url, browser = starts.begin(desk.product, provider, App.DESK)
    except ProviderDown as error:
        return _down(desk, error)
    answer = RedirectResponse(url, status_code=303)
    age = int(starts.LIVES.total_seconds())
    cookies.put(answer, desk.product.settings, START_COOKIE, browser, max_age=age, site="lax")
    return answer


@router.get(BACK)
def back(request: Request, desk: DeskHere, code: str = "", state: str = "") -> Response:
    """Only in the browser that began, once, and in time. Then the provider is asked whom it sent."""
    provider, now = _provider(desk), desk.product.now()
    browser = cookies.read(request, desk.product.settings, START_COOKIE)
    try:
        claims = starts.finish(desk.product, provider, App.DESK, browser=browser, code=code, state=state)
        who = _arrived(desk, claims)
    except ProviderDown as error:
        return _down(desk, error)
    except Refused as error:
        return _refused(desk, str(error))
    given = rules.read_groups(desk.product.settings.oidc_groups)
    make = desk.product.settings.oidc_accounts == "make"
    with desk.product.database.writing() as work:
        result = rules.arrive(work, desk.product.prison.id, who, given, make=make, now=now)
        if isinstance(result, StaffSignedIn):
            signing.end_before(desk, work, request)
    if isinstance(result, rules.NotKnown):
        return plain_page(desk, None, "provider_unknown", 403)
    if isinstance(result, rules.NoRole):
        return plain_page(desk, None, "provider_no_role", 403)
    log.info("desk.signed_in", staff_id=result.staff.id)
    shell = shell_for(desk, None, "sign_in")
    page = BackPage(desk=desk, shell=shell, onward=signing.home_after(result))
    answer = desk.pages.answer("desk/provider_back.html", page)
    signing.keep(desk, answer, result)
    cookies.drop(answer, desk.product.settings, START_COOKIE)
    return answer


def _provider(desk: Desk) -> Provider:
    if desk.provider is None:
        raise NotFound
    return desk.provider


def _arrived(desk: Desk, claims: dict[str, Any]) -> rules.Arrived:
    settings = desk.product.settings
    groups = claims.get(settings.oidc_groups_claim, [])
    groups = [groups] if isinstance(groups, str) else groups
    # What no database can hold is left out.
    shown = str(claims.get("name", ""))
    ours = (urlsplit(settings.oidc_issuer).hostname or "", *settings.oidc_domains.replace(" ", "").split(","))
    username = rules.username_of(str(claims.get("preferred_username", "")), [each for each in ours if each])
    return rules.Arrived(
        settings.oidc_issuer,
        str(claims["sub"]),
        username,
        " ".join("".join(each for each in shown if each.isprintable()).split())[:60],
        tuple(str(group) for group in groups) if isinstance(groups, list) else (),
    )


def _down(desk: Desk, error: ProviderDown) -> Response:
    log.error("provider.down", why=str(error)[:60])
    return plain_page(desk, None, "provider_down", 503)


def _refused(desk: Desk, why: str) -> Response:
    log.warning("provider.refused", why=why[:60])
    return plain_page(desk, None, "provider_refused", 403)
