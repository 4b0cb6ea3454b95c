"""The tablet app, assembled: the guard in front, then one module for each page."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from bot.bootstrap import Product, build_sealer, secret_of
from bot.content import read_yaml
from bot.learning.votes import Ballots
from bot.openid.build import people_provider
from bot.safety.ports import Judge
from bot.web.assistant import Assistant
from bot.web.forms import FormTokens
from bot.web.headers import BodyLimit, Headers, Hosts
from bot.web.pace import Pace
from bot.web.starts import new_pace
from bot.web.tablet import (
    api,
    applying,
    asking,
    chat,
    days,
    entry,
    failures,
    feedback,
    help,  # noqa: A004
    helping_care,
    helping_pressure,
    helping_record,
    helping_rota,
    requests,
    services,
    single_sign_on,
    supporting,
    topics,
    votes,
)
from bot.web.tablet.context import Parts
from bot.web.tablet.guard import Guard
from bot.web.tablet.talk import Talk
from bot.web.templating import Pages

_HELPING = (applying, helping_care, helping_rota, helping_record, helping_pressure)
_PAGES = (
    entry,
    single_sign_on,
    chat,
    feedback,
    topics,
    votes,
    services,
    asking,
    requests,
    days,
    supporting,
    *_HELPING,
    help,
    api,
)
_STATIC = Path(__file__).parent.parent / "static"
# Codes that one address may try in a minute: a code lives for minutes and is not guessed at this pace.
_CODES_A_MINUTE = 10


def create_app(product: Product, judge: Judge, assistant: Assistant) -> FastAPI:
    """The same app in tests and in the prison. It owns the assistant and closes it."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await assistant.close()

    app = FastAPI(
        title="Signpost tablet",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    parts = _parts(product, judge, assistant)
    app.state.parts = parts
    app.router.routes.extend(_routes())
    failures.add_to(app)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    # The last one added stands outermost: headers are on every answer, also on a refusal or a failure.
    app.add_middleware(Guard, parts=parts)
    app.add_middleware(BodyLimit)
    app.add_middleware(failures.LastResort)
    app.add_middleware(Hosts, names=product.settings.hosts, own=product.settings.host)
    app.add_middleware(Headers, secure=product.settings.secure_cookies)
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Made once: FastAPI takes milliseconds to understand each of them, and they hold nothing of one app."""
    pages = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for page in _PAGES:
        page.add_to(pages)
    return tuple(pages.router.routes)


def _parts(product: Product, judge: Judge, assistant: Assistant) -> Parts:
    secret = secret_of(product.settings, "secret_key")
    reasons = read_yaml(product.settings.content_dir / "safety" / "reasons.yml")
    return Parts(
        product=product,
        talk=Talk(product, judge, assistant, fault_words=reasons.need("fault", str)),
        pages=Pages(),
        tokens=FormTokens(secret, "tablet"),
        codes=Pace(_CODES_A_MINUTE, seconds=60),
        starts=new_pace(),
        ballots=Ballots(secret),
        sealer=build_sealer(product.settings),
        version=_version_of(_STATIC),
        provider=people_provider(product.settings, product.now),
    )


def _version_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
