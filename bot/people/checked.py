"""A secret that was checked before the transaction: slow hashing must not hold the database's write lock."""

from dataclasses import dataclass
from typing import Protocol

from bot.people.ports import Hasher


class Matcher(Protocol):
    """What signing in asks of a hasher."""

    def matches(self, hashed: str | None, secret: str) -> bool: ...


@dataclass(frozen=True)
class Checked:
    """The result for one stored hash. If that hash was changed meanwhile, nothing matches."""

    hashed: str | None
    right: bool

    def matches(self, hashed: str | None, secret: str) -> bool:
        return self.right and hashed is not None and hashed == self.hashed


def check(hasher: Hasher, hashed: str | None, secret: str) -> Checked:
    """With None, for somebody who does not exist, the same work is done in vain."""
    return Checked(hashed, hasher.matches(hashed, secret))
