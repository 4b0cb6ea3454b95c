"""What is put together from stored rows, letter by letter, is what was hashed: whatever stands in it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.people.model import ActorKind
from bot.safety import audit, record
from bot.safety.audit import new_audit_entry
from bot.safety.record import WORDS_INSIDE, EntryKind, new_entry, plain_json
from bot.store import chains
from bot.store.words import entry_row

# Any text that a database can hold: all of Unicode but halves of characters and the zero byte.
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_BIG = st.integers(-(10**40), 10**40)
_MOMENTS = st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1970 < at.year < 3000)


def _as_sqlite_has_it(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).strftime("%Y-%m-%d %H:%M:%S.%f")


@given(
    body=st.dictionaries(_TEXT, _JSON | _BIG, max_size=4),
    words=st.dictionaries(_TEXT, _TEXT, max_size=3),
    actor=_TEXT,
    at=_MOMENTS,
    form=st.sampled_from([1, 2]),
)
def test_a_stored_entry_is_put_together_as_it_was_hashed(
    body: dict[str, Any], words: dict[str, str], actor: str, at: datetime, form: int
) -> None:
    made = new_entry("record", EntryKind.CHECKED, at, ActorKind.STAFF, actor, body, words)
    entry = replace(made, form=form) if form == WORDS_INSIDE else made
    row = {**entry_row(entry), "seq": 1}
    names = [
        "seq",
        "id",
        "at",
        "previous",
        "hash",
        "form",
        "commitments",
        "record_id",
        "kind",
        "actor_kind",
        "actor_id",
        "body",
    ]
    for stored in (_as_sqlite_has_it(at), at.astimezone(timezone(timedelta(hours=5)))):
        link = chains._of_safety([{**row, "at": stored}[name] for name in names])

        assert link.text.encode() == record.canonical(entry)
        assert json.loads(link.text)["body"] == body


@given(action=_TEXT, ref=_TEXT, why=_TEXT, at=_MOMENTS)
def test_a_stored_line_of_the_audit_is_put_together_as_it_was_hashed(
    action: str, ref: str, why: str, at: datetime
) -> None:
    entry = new_audit_entry("oakmoor", "officer", action, ref, at, why)
    row = [1, entry.id, _as_sqlite_has_it(at), entry.previous, "", 2, plain_json(entry.commitments)]

    link = chains._of_audit([*row, "oakmoor", "officer", action, ref])

    assert link.text.encode() == audit.canonical(entry)


@given(text=st.text(st.characters(codec=None), max_size=20))
def test_halves_of_a_character_keep_nobody_from_writing(text: str) -> None:
    entry = new_audit_entry("oakmoor", "officer", text, text, datetime(2026, 1, 1, tzinfo=UTC), text)

    assert audit.canonical(entry)
