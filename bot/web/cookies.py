"""Cookies of both apps: closed to scripts and other sites, bound to this host where pages are secure."""

from typing import Literal

from starlette.requests import HTTPConnection
from starlette.responses import Response

from bot.settings import Settings

Site = Literal["strict", "lax"]


def name_of(settings: Settings, name: str) -> str:
    """With the prefix that browsers take only from this very host, over https, for every path of it."""
    return f"__Host-{name}" if settings.secure_cookies else name


def read(request: HTTPConnection, settings: Settings, name: str) -> str:
    return request.cookies.get(name_of(settings, name), "")


def put(
    answer: Response,
    settings: Settings,
    name: str,
    value: str,
    *,
    max_age: int | None = None,
    site: Site = "strict",
) -> None:
    answer.set_cookie(
        name_of(settings, name),
        value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite=site,
        secure=settings.secure_cookies,
    )


def drop(answer: Response, settings: Settings, name: str) -> None:
    answer.delete_cookie(
        name_of(settings, name), path="/", httponly=True, samesite="strict", secure=settings.secure_cookies
    )
