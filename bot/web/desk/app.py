"""The desk app: its routes, behind the guard, with a page in words for whatever goes wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from bot.bootstrap import Product
from bot.openid.build import staff_provider
from bot.web.desk import (
    accounts,
    alarms,
    alerts,
    around_danger,
    board_all,
    board_pages,
    content,
    content_edit,
    content_history,
    content_new,
    content_remove,
    conversations,
    coordinator,
    danger_examples,
    emergency,
    first_password,
    handover,
    holds,
    keep_apart,
    line_danger,
    moving,
    not_understood,
    notices,
    on_behalf,
    own_account,
    own_data,
    own_word,
    people,
    person,
    pressure_reports,
    provider_pages,
    reading,
    records,
    reports,
    requests,
    rotas,
    safety,
    session,
    sign_in_steps,
    supporter_letters,
    supporters,
    tablets,
    verdicts,
    who_goes,
)
from bot.web.desk.desk import STATIC, make_desk
from bot.web.desk.failures import LastResort, handle_failures
from bot.web.desk.guard import Guard
from bot.web.desk.typed_kept import KeepTyped
from bot.web.headers import BodyLimit, Headers, Hosts

# An answer has a dozen fields: a text that is too long must come back to be shortened, not be turned away.
_MAX_BODY = 512 * 1024
_CONTENT = (content, content_new, content_edit, content_history, content_remove)
_SUPPORTERS = (supporters, coordinator, pressure_reports, supporter_letters, rotas)
_LOCKS = (session, sign_in_steps, first_password, own_account, accounts, provider_pages, emergency)
_PARTS = (
    *_LOCKS,
    board_pages,
    board_all,
    handover,
    requests,
    alerts,
    records,
    safety,
    conversations,
    around_danger,
    reading,
    tablets,
    people,
    person,
    moving,
    own_word,
    on_behalf,
    *_SUPPORTERS,
    who_goes,
    keep_apart,
    holds,
    own_data,
    notices,
    not_understood,
    verdicts,
    line_danger,
    danger_examples,
    alarms,
    reports,
    *_CONTENT,
)


def create_app(product: Product) -> FastAPI:
    desk = replace(make_desk(product), provider=staff_provider(product.settings, product.now))

    @asynccontextmanager
    async def watching(_app: FastAPI) -> AsyncIterator[None]:
        watch = asyncio.create_task(desk.feed.watch())
        yield
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch

    # The OpenAPI page's own viewer would load from elsewhere, so there is only the JSON.
    app = FastAPI(
        title="Signpost desk", docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=watching
    )
    app.state.desk = desk
    for part in _PARTS:
        # Side by side on the app, not nested, so that the guard and its test see every one.
        app.router.routes.extend(part.router.routes)
    app.add_api_route("/healthz", healthz, methods=["GET"], include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    handle_failures(app)
    # The last one added is the first to run.
    app.add_middleware(Guard, desk=desk, routes=app.router.routes)
    app.add_middleware(KeepTyped, desk=desk)
    app.add_middleware(BodyLimit, most=_MAX_BODY)
    app.add_middleware(LastResort, desk=desk)
    app.add_middleware(Hosts, names=product.settings.hosts, own=product.settings.host)
    app.add_middleware(Headers, secure=product.settings.secure_cookies)
    return app


async def healthz() -> dict[str, str]:
    return {"status": "ok"}
