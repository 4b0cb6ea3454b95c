"""What locks an account of staff: its second step, half a sign-in, counted tries, and emergency access."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class Lock:
    """One for each account that has more than a password. Secrets are sealed, codes are hashed.

    `step` is the number of the last half minute whose code was used: it and all before it are refused.
    `pending` is a secret that was shown and not proven yet. `code_hash` lets the account's owner set a
    password once, until `code_until`. `emergency` accounts sign in with a password where others may not.
    """

    staff_id: str
    secret: str = ""
    pending: str = ""
    step: int = 0
    recovery: tuple[str, ...] = ()
    on_since: datetime | None = None
    code_hash: str = ""
    code_until: datetime | None = None
    emergency: bool = False
    issuer: str = ""
    subject: str = ""
    told: str = ""

    @property
    def has_second_step(self) -> bool:
        return bool(self.secret)


class Stage(StrEnum):
    """What is still missing after the password."""

    CODE = "code"
    SET_UP = "set_up"
    REASON = "reason"


@dataclass(frozen=True)
class HalfSignIn:
    """After the password and before the rest. It opens no page but that of the next step."""

    id: str
    token_hash: str
    staff_id: str
    stage: Stage
    started_at: datetime
    ends_at: datetime
    tries: int = 0
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Tries:
    """Wrong tries under one key: a name, an address, a tablet. `good_at` is when it last went well."""

    key: str
    failed: int = 0
    failed_at: datetime | None = None
    wait_until: datetime | None = None
    good_at: datetime | None = None


@dataclass(frozen=True)
class Emergency:
    """Wider rights for a short time, with a reason in words, looked at by somebody else afterwards.

    `roles` are what was added; empty where an emergency account got in with its own.
    """

    id: str
    prison_id: str
    staff_id: str
    roles: tuple[str, ...]
    reason: str
    began_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    review: str = ""

    def lasts(self, now: datetime) -> bool:
        return self.ended_at is None and self.began_at <= now < self.ends_at


@dataclass(frozen=True)
class Start:
    """A way to the provider that was begun in one browser. It is used once, or never."""

    state_hash: str
    browser_hash: str
    nonce: str
    verifier: str
    app: str
    ends_at: datetime


class Codes(Protocol):
    """One-time codes of RFC 6238."""

    def new_secret(self) -> str: ...

    def address(self, secret: str, account: str, issuer: str) -> str:
        """What the picture for a code app says."""

    def step_of(self, secret: str, code: str, now: datetime) -> int | None:
        """The number of the half minute that this code belongs to; one before and one after count too."""


class Seal(Protocol):
    def seal(self, words: str) -> str: ...

    def open(self, sealed: str) -> str: ...
