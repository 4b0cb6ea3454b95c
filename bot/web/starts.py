"""A way to a provider and back, for both apps: begun in one browser, finished there, once and in time."""

from datetime import timedelta
from typing import Any, Final

from bot.bootstrap import Product
from bot.openid.provider import Provider
from bot.openid.tokens import Refused
from bot.people.lock_model import Start
from bot.people.tokens import hash_of, new_token
from bot.web.access import App
from bot.web.pace import Pace

LIVES: Final = timedelta(minutes=10)
# From one address: a whole office may sit behind one. More is somebody who fills the store.
_A_MINUTE: Final = 60


def new_pace() -> Pace:
    """How often one address may begin, for each process."""
    return Pace(_A_MINUTE, seconds=60)


def begin(product: Product, provider: Provider, app: App) -> tuple[str, str]:
    """Where to send the browser, and what it keeps in a cookie. Raises ProviderDown."""
    begun, browser = provider.begin(), new_token()
    start = Start(
        hash_of(begun.state),
        hash_of(browser),
        begun.nonce,
        begun.verifier,
        app.value,
        product.now() + LIVES,
    )
    with product.database.writing() as work:
        work.provider_starts.add(start)
    return begun.url, browser


def finish(
    product: Product, provider: Provider, app: App, *, browser: str, code: str, state: str
) -> dict[str, Any]:
    """The claims of who came back. Raises Refused or ProviderDown.

    The start is used up whatever follows. No transaction is open while the provider is asked: it may be slow.
    """
    with product.database.writing() as work:
        start = work.provider_starts.take(hash_of(state)) if state else None
    if start is None or start.browser_hash != hash_of(browser) or start.app != app.value:
        raise Refused("state")
    if product.now() >= start.ends_at or not code:
        raise Refused("late" if code else "no code")
    return provider.finish(code[:4096], nonce=start.nonce, verifier=start.verifier)
