"""The two providers that the settings may name: one for staff, one for people in prison."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.openid.provider import Given, Provider
from bot.settings import Mode, Settings

# Where each app is come back to.
BACK: Final = "/sign-in/provider/back"


def staff_provider(settings: Settings, now: Callable[[], datetime]) -> Provider | None:
    """None where staff have local accounts."""
    if not settings.oidc_issuer:
        return None
    given = Given(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        settings.oidc_scope,
        _address(settings, settings.notify_desk_url, settings.desk_port) + BACK,
        settings.oidc_seconds,
    )
    return Provider(given, now)


def people_provider(settings: Settings, now: Callable[[], datetime]) -> Provider | None:
    """None where people have enrolled tablets only."""
    if not settings.people_oidc_issuer:
        return None
    given = Given(
        settings.people_oidc_issuer,
        settings.people_oidc_client_id,
        settings.people_oidc_client_secret,
        settings.people_oidc_scope,
        _address(settings, settings.tablet_url, settings.tablet_port) + BACK,
        settings.oidc_seconds,
    )
    return Provider(given, now)


def _address(settings: Settings, given: str, port: int) -> str:
    if given or settings.mode is not Mode.DEMO:
        return given.rstrip("/")
    return f"{settings.scheme}://{settings.host}:{port}"
