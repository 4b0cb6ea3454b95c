"""The product of this process, made when the first action runs and never on import."""

from collections.abc import Callable
from functools import lru_cache

from bot.bootstrap import Product, build
from bot.settings import load_settings

ProductSource = Callable[[], Product]


@lru_cache(maxsize=1)
def the_product() -> Product:
    """Raises what the settings or the content raise: the action then fails, and the tablet says so."""
    return build(load_settings())
