"""A verdict in an entry: what the screen made of it stays for ever, what anybody typed stands apart."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.safety.model import Reason, Verdict
from bot.safety.record import Entry, plain_json

# The source of a reason, and the version of a verdict, that a member of staff gave.
FROM_STAFF: Final = "staff"
# The name under which the words that belong to a verdict stand, beside those of the message.
CONTEXT: Final = "context"


def apart(verdict: Verdict) -> tuple[dict[str, Any], dict[str, str]]:
    """The verdict for the body of an entry, and its words: messages before, parts, staff's own reason."""
    reasons = verdict.reasons
    parts = {str(at): reason.part for at, reason in enumerate(reasons) if reason.part}
    typed = {str(at): reason.words for at, reason in enumerate(reasons) if _is_typed(reason)}
    plain = [replace(each, part="", words="" if _is_typed(each) else each.words) for each in reasons]
    body = replace(verdict, before=(), reasons=tuple(plain)).to_json()
    del body["before"]
    found = {"before": list(verdict.before), "parts": parts, "reasons": typed}
    words = {name: value for name, value in found.items() if value}
    return body, {CONTEXT: plain_json(words)} if words else {}


def verdict_in(entry: Entry) -> Verdict | None:
    """What the screen, or a member of staff, said in this entry; None where it cannot be read.

    Where the words are gone the verdict is without them.
    """
    try:
        verdict = Verdict.from_json(entry.body["verdict"])
    except (KeyError, ValueError, TypeError):
        return None
    return _together(verdict, entry.said(CONTEXT)) if entry.said(CONTEXT) else verdict


def _together(verdict: Verdict, context: str) -> Verdict:
    try:
        words: Mapping[str, Any] = json.loads(context)
        parts, typed = words.get("parts", {}), words.get("reasons", {})
        before = tuple(map(str, words.get("before", ())))
    except (ValueError, TypeError, AttributeError):
        return verdict
    reasons = tuple(
        replace(reason, part=str(parts.get(str(at), "")), words=str(typed.get(str(at), reason.words)))
        for at, reason in enumerate(verdict.reasons)
    )
    return replace(verdict, before=before, reasons=reasons)


def _is_typed(reason: Reason) -> bool:
    return reason.source == FROM_STAFF
