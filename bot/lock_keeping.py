"""What locks keep for a while only: half sign-ins, ways to a provider, and counted tries."""

from datetime import datetime, timedelta
from typing import Final

from bot.store.unit_of_work import UnitOfWork

# Longer than the longest wait, so that forgetting shortens none.
_TRIES: Final = timedelta(days=1)
# As long as somebody counts as known at an address.
_KNOWN: Final = timedelta(days=30)


def forget_locks(work: UnitOfWork, now: datetime) -> int:
    """Returns how many rows went."""
    over = now - timedelta(hours=1)
    gone = work.half_sign_ins.forget(over) + work.provider_starts.forget(over)
    return gone + work.tries.forget(now - _TRIES, now - _KNOWN)
