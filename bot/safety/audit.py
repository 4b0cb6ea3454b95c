"""The audit: who viewed, changed or took away what, and when, chained as the safety log is."""

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from bot.safety.record import GENESIS, WORDS_APART, commitment, plain_json, whole

# The name of the words that say why something was done.
WHY: Final = "why"
# The first entry of a chain that began when there were rows already; its `ref` is the digest of them all.
CHAINED: Final = "audit_chained"


@dataclass(frozen=True)
class AuditEntry:
    """One line of the audit. Why it was done stands apart, as words of the safety log do."""

    id: str
    prison_id: str
    staff_id: str
    action: str
    ref: str
    at: datetime
    previous: str = GENESIS
    hash: str = ""
    form: int = WORDS_APART
    commitments: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict, repr=False)
    salts: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def new_audit_entry(
    prison_id: str, staff_id: str, action: str, ref: str, at: datetime, why: str = ""
) -> AuditEntry:
    """Not chained yet; the store links it while it holds the head of the audit."""
    words = {WHY: whole(why)} if why else {}
    salts = {name: secrets.token_bytes(32) for name in words}
    commitments = {name: commitment(salts[name], text) for name, text in words.items()}
    fixed = (uuid.uuid4().hex, prison_id, staff_id, whole(action), whole(ref), at)
    return AuditEntry(*fixed, words=words, salts=salts, commitments=commitments)


def canonical(entry: AuditEntry) -> bytes:
    """What is hashed, as `bot.safety.record.canonical` of an entry of the safety log."""
    form = {
        "id": entry.id,
        "prison_id": entry.prison_id,
        "staff_id": entry.staff_id,
        "action": entry.action,
        "ref": entry.ref,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "form": entry.form,
        "words": entry.commitments,
        "previous": entry.previous,
    }
    return plain_json(form).encode()


def digest(entry: AuditEntry) -> str:
    return hashlib.sha256(canonical(entry)).hexdigest()
