"""How long to wait after wrong PINs or passwords: longer each time, never for ever; and who waits."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.people.lock_model import Tries

_LONGEST = timedelta(minutes=15)
# A key that was quiet for so long starts anew. Longer than the longest wait.
_FORGOTTEN = timedelta(hours=1)
# Whoever signed in from an address lately is not made to wait by what others do, there or elsewhere.
_KNOWN_FOR = timedelta(days=30)

FREE_FOR_ACCOUNT: Final = 4
# A desk of many officers may stand behind one address.
FREE_FOR_ADDRESS: Final = 20
FREE_FOR_TABLET: Final = 8


class TriesStore(Protocol):
    def get(self, key: str) -> Tries | None:
        """Locked until the transaction ends."""

    def look(self, key: str) -> Tries | None:
        """Without a lock."""

    def put(self, tries: Tries) -> None: ...


def next_wait(failed: int, free: int) -> timedelta | None:
    """No wait for the first `free` tries; then 15 s, doubled each time, up to 15 minutes."""
    if failed <= free:
        return None
    doublings = min(failed - free - 1, 10)
    return min(timedelta(seconds=15 << doublings), _LONGEST)


@dataclass(frozen=True)
class Gate:
    """Whose tries count: an account's, however its name was typed, and those of an address or a tablet.

    Where the two went well together lately, only what was tried with both counts: nobody can keep an
    officer from the desk by typing his or her name elsewhere, nor by typing other names at the same desk.
    """

    account: str
    address: str
    pair: str
    free_for_address: int = FREE_FOR_ADDRESS

    @classmethod
    def of(cls, prison_id: str, name: str, address: str, free_for_address: int = FREE_FOR_ADDRESS) -> "Gate":
        """`name` need not exist: unknown ones are made to wait as known ones are."""
        return cls(
            _key("account", prison_id, name),
            _key("address", prison_id, address) if address else "",
            _key("pair", prison_id, name, address) if address else "",
            free_for_address,
        )

    def keys(self) -> list[tuple[str, int]]:
        given = (
            (self.account, FREE_FOR_ACCOUNT),
            (self.address, self.free_for_address),
            (self.pair, FREE_FOR_ACCOUNT),
        )
        return [(key, free) for key, free in given if key]

    def held_until(self, store: TriesStore, now: datetime) -> datetime | None:
        """When the next try is allowed; None when it is now. Only looks, so that a flood costs little."""
        found = {key: store.look(key) for key, _ in self.keys()}
        return self._held(found, now)

    def failed(self, store: TriesStore, now: datetime) -> datetime | None:
        """Counts a wrong try. Until when to wait, or None."""
        found: dict[str, Tries | None] = {}
        # In one order for everybody, so that two at once do not wait for each other.
        for key, free in sorted(self.keys()):
            tries = _fresh(store.get(key), key, now)
            count = tries.failed + 1
            wait = next_wait(count, free)
            until = now + wait if wait else None
            found[key] = replace(tries, failed=count, failed_at=now, wait_until=until)
            store.put(found[key] or tries)
        return self._held(found, now)

    def went_well(self, store: TriesStore, now: datetime) -> None:
        """The account starts anew, unless others are trying it now; an address only grows quiet with time."""
        known = self._is_known(store.look(self.pair) if self.pair else None, now)
        for key in sorted({self.account, self.pair} - {""}):
            if key == self.account and known:
                continue
            tries = store.get(key) or Tries(key)
            store.put(replace(tries, failed=0, failed_at=None, wait_until=None, good_at=now))

    def forget(self, store: TriesStore) -> None:
        """The account starts anew: it has a new PIN or password."""
        store.put(Tries(self.account))

    def _held(self, found: dict[str, Tries | None], now: datetime) -> datetime | None:
        known = self._is_known(found.get(self.pair), now)
        counted: Iterable[str] = (self.pair,) if known else (self.account, self.address)
        waits = [each.wait_until for each in map(found.get, counted) if each and each.wait_until]
        # A wait that lies further ahead than any can was written by a clock that was wrong.
        ahead = [until for until in waits if now < until <= now + _LONGEST]
        return max(ahead, default=None)

    @staticmethod
    def _is_known(pair: Tries | None, now: datetime) -> bool:
        return pair is not None and pair.good_at is not None and now - pair.good_at < _KNOWN_FOR


def _fresh(tries: Tries | None, key: str, now: datetime) -> Tries:
    if tries is None:
        return Tries(key)
    if tries.failed_at is not None and now - tries.failed_at > _FORGOTTEN:
        return replace(tries, failed=0, failed_at=None, wait_until=None)
    return tries


def _key(*parts: str) -> str:
    """Of one length, and no list of names or addresses for whoever reads the table."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()
