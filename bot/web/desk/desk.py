"""What every page of the desk works with: the product, the templates, the form tokens, the feed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from fastapi import Path as PathParam

from bot.bootstrap import Product, build_sealer, secret_of
from bot.content import read_yaml
from bot.editions.rules import Rules
from bot.one_time import TimeCodes
from bot.openid.provider import Provider
from bot.people.lock_model import Codes, Emergency
from bot.people.model import Actor, ActorKind, Staff, StaffSession
from bot.people.rights import Right
from bot.store.sealed import Sealer
from bot.web.desk.feed import Feed
from bot.web.desk.wording import Wording
from bot.web.forms import FormTokens
from bot.web.pace import Pace
from bot.web.starts import new_pace
from bot.web.templating import Pages

COOKIE = "signpost_desk"
STATIC = Path(__file__).parent.parent / "static"
_ASSETS = (
    *("base.css", "desk.css", "board.css", "desk.js", "board.js"),
    *("desk-icon.svg", "tablet.css", "icons.svg"),
    "review.css",
)


@dataclass(frozen=True)
class Caller:
    """Who is signed in, and what the account may do and see. While an emergency lasts, `staff` has more."""

    staff: Staff
    session: StaffSession
    rights: frozenset[Right]
    emergency: Emergency | None = None

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.STAFF, self.staff.id)

    def may(self, right: Right) -> bool:
        return right in self.rights

    def sees(self, prison_id: str, wing: str) -> bool:
        """An account without wings sees its whole prison, and never another one."""
        return prison_id == self.staff.prison_id and (not self.staff.wings or wing in self.staff.wings)


@dataclass(frozen=True)
class Desk:
    product: Product
    pages: Pages
    tokens: FormTokens
    wording: Wording
    feed: Feed
    assets: Mapping[str, str]
    rules: Rules
    sealer: Sealer
    codes: Codes = field(default_factory=TimeCodes)
    provider: Provider | None = None
    starts: Pace = field(default_factory=new_pace)

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.product.settings.staff_idle_minutes)

    @property
    def longest(self) -> timedelta:
        return timedelta(hours=self.product.settings.staff_session_hours)


def make_desk(product: Product) -> Desk:
    def read_pulse() -> str:
        with product.database.reading() as work:
            return work.outbox.pulse(product.now())

    exceptions = read_yaml(product.settings.content_dir / "reading_exceptions.yml").data
    return Desk(
        product=product,
        pages=Pages(),
        tokens=FormTokens(secret_of(product.settings, "secret_key"), "desk"),
        wording=Wording(product.desk_texts, product.prison.zone),
        feed=Feed(read_pulse, product.now),
        # Static files may be kept for an hour: the address changes with the content, so none is stale.
        assets={name: f"/static/{name}?v={_mark_of(STATIC / name)}" for name in _ASSETS},
        rules=replace(product.live.rules, exceptions=exceptions),
        sealer=build_sealer(product.settings),
    )


class NotFound(Exception):
    """There is no such thing, or it is not for this account to see: one answer for both."""


def wings_of(caller: Caller, product: Product) -> tuple[str, ...]:
    """The wings of this prison that the account sees, in the order of the prison's file."""
    return tuple(wing for wing in product.prison.wings if caller.sees(product.prison.id, wing))


def only_wings(caller: Caller, desk: Desk) -> str:
    """In words which wings an account is limited to, for what leaves the desk; empty for the whole prison."""
    wings = caller.staff.wings
    key = "wings_only_one" if len(wings) == 1 else "wings_only_many"
    return desk.wording.say(key, wings=", ".join(wings)) if wings else ""


async def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def caller_of(request: Request) -> Caller:
    """Set by the guard. Missing means that the guard let the route through without an account."""
    caller: Caller = request.state.caller
    return caller


DeskHere = Annotated[Desk, Depends(desk_of)]
SignedIn = Annotated[Caller, Depends(caller_of)]
# Letters and digits only: what no database could look up never reaches one.
Id = Annotated[str, PathParam(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


def _mark_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
