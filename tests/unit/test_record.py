"""The chain of the safety log: whatever is changed, left out or put elsewhere is found."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people.model import ActorKind
from bot.safety.model import Level, Reason, Risk, Verdict
from bot.safety.record import GENESIS, ChainBroken, Entry, EntryKind, canonical, commitment, digest, new_entry
from tests.support.builders import NOW
from tests.support.chain import verify
from tests.support.fakes import FakeSafety


def _chain(length: int = 5) -> tuple[list[Entry], str]:
    log = FakeSafety()
    for number in range(length):
        body = {"number": number, "name": "żółć 😭", "nested": {"b": 1, "a": [True, None]}}
        words = {"text": "nie mogę 😭", "note": "Seen"}
        log.append(new_entry("record", EntryKind.NOTICED, NOW, ActorKind.STAFF, "officer", body, words))
    return log.entries, log.head


def test_a_whole_chain_holds_and_is_counted() -> None:
    entries, head = _chain()

    assert verify(entries, head) == 5


def test_an_empty_log_holds() -> None:
    assert verify([], GENESIS) == 0


_TAMPERED: dict[str, Callable[[Entry], Entry]] = {
    "id": lambda e: replace(e, id="other"),
    "record_id": lambda e: replace(e, record_id="other"),
    "kind": lambda e: replace(e, kind=EntryKind.REVIEWED),
    "at": lambda e: replace(e, at=e.at + timedelta(microseconds=1)),
    "actor_kind": lambda e: replace(e, actor_kind=ActorKind.SYSTEM),
    "actor_id": lambda e: replace(e, actor_id="other"),
    "body": lambda e: replace(e, body={**e.body, "name": "fine"}),
    "body, one more": lambda e: replace(e, body={**e.body, "more": ""}),
    "body, of another type": lambda e: replace(e, body={**e.body, "number": str(e.body["number"])}),
    "previous": lambda e: replace(e, previous="f" * 64),
    "hash": lambda e: replace(e, hash="f" * 64),
    "form": lambda e: replace(e, form=1),
    "form, one to come": lambda e: replace(e, form=3),
    "commitments": lambda e: replace(e, commitments={**e.commitments, "text": "f" * 64}),
    "commitments, one less": lambda e: replace(e, commitments={}),
    "words": lambda e: replace(e, words={**e.words, "text": "all good"}),
    "salts": lambda e: replace(e, salts={**e.salts, "text": bytes(32)}),
}
# What could not be opened is no part of the chain: it is the reader's own trouble.
_NOT_CHAINED = {"locked"}


@pytest.mark.parametrize("field", list(_TAMPERED))
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_changed_field_is_found_where_it_is(field: str, place: int) -> None:
    entries, head = _chain()
    entries[place] = _TAMPERED[field](entries[place])

    with pytest.raises(ChainBroken) as broken:
        verify(entries, head)

    assert broken.value.number == place + 1
    assert broken.value.entry_id == entries[place].id


def test_every_field_of_an_entry_is_covered() -> None:
    assert {name.split(",")[0] for name in _TAMPERED} == set(Entry.__dataclass_fields__) - _NOT_CHAINED


def test_a_changed_entry_with_a_new_hash_is_found_at_the_next_one() -> None:
    entries, head = _chain()
    forged = replace(entries[1], actor_id="other")
    entries[1] = replace(forged, hash=digest(forged))

    with pytest.raises(ChainBroken) as broken:
        verify(entries, head)

    assert broken.value.number == 3


@pytest.mark.parametrize("missing", range(5))
def test_a_missing_entry_is_found(missing: int) -> None:
    entries, head = _chain()
    del entries[missing]

    with pytest.raises(ChainBroken) as broken:
        verify(entries, head)

    assert broken.value.number == min(missing + 1, 4)


def test_a_missing_end_is_named_as_such() -> None:
    entries, head = _chain()

    with pytest.raises(ChainBroken, match="missing at the end"):
        verify(entries[:3], head)
    with pytest.raises(ChainBroken, match="missing at the end"):
        verify([], head)


def test_entries_in_another_order_are_found() -> None:
    entries, head = _chain()
    entries[1], entries[2] = entries[2], entries[1]

    with pytest.raises(ChainBroken) as broken:
        verify(entries, head)

    assert broken.value.number == 2


def test_an_entry_put_in_twice_is_found() -> None:
    entries, head = _chain()

    with pytest.raises(ChainBroken):
        verify([*entries, entries[-1]], head)


def test_what_is_hashed_never_changes() -> None:
    entry = Entry("e", "r", EntryKind.CHECKED, NOW, ActorKind.STAFF, "s", {"b": "ż", "a": 1}, form=1)

    assert canonical(entry) == (
        b'{"actor_id":"s","actor_kind":"staff","at":"2026-11-23T10:00:00.000000+00:00",'
        b'"body":{"a":1,"b":"\xc5\xbc"},"id":"e","kind":"checked",'
        b'"previous":"0000000000000000000000000000000000000000000000000000000000000000","record_id":"r"}'
    )


def test_words_are_hashed_only_as_commitments_to_them() -> None:
    entry = Entry("e", "r", EntryKind.CHECKED, NOW, ActorKind.STAFF, "s", {}, commitments={"note": "c0ffee"})

    assert canonical(replace(entry, words={"note": "Seen"}, salts={"note": b"salt"})) == (
        b'{"actor_id":"s","actor_kind":"staff","at":"2026-11-23T10:00:00.000000+00:00","body":{},'
        b'"form":2,"id":"e","kind":"checked","previous":"' + b"0" * 64 + b'","record_id":"r",'
        b'"words":{"note":"c0ffee"}}'
    )
    assert commitment(b"salt", "Seen") == hashlib.sha256(b"saltSeen").hexdigest()


def test_the_chain_holds_when_words_were_taken_away() -> None:
    entries, head = _chain()
    entries[1] = replace(entries[1], words={}, salts={})

    assert verify(entries, head) == 5
    assert [entries[1].lost(), entries[1].said()] == ["gone", ""]
    assert [entries[2].lost(), entries[2].said()] == ["", "nie mogę 😭"]


@given(text=st.text(st.characters(codec=None)))
def test_no_words_keep_an_entry_from_being_written(text: str) -> None:
    log = FakeSafety()

    log.append(new_entry("r", EntryKind.CHECKED, NOW, ActorKind.STAFF, "s", {}, {"text": text}))

    assert verify(log.entries, log.head) == 1


def test_the_same_moment_in_another_zone_and_another_order_of_keys_hash_the_same() -> None:
    entry = new_entry("r", EntryKind.CHECKED, NOW, ActorKind.STAFF, "s", {"a": 1, "b": 2})
    elsewhere = replace(entry, at=NOW.astimezone(timezone(timedelta(hours=5))), body={"b": 2, "a": 1})

    assert digest(elsewhere) == digest(entry)


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(one=st.dictionaries(st.text(), _JSON, max_size=4), other=st.dictionaries(st.text(), _JSON, max_size=4))
def test_two_bodies_hash_the_same_only_when_they_are_the_same(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    entry = Entry("e", "r", EntryKind.NOTICED, NOW, ActorKind.SYSTEM, "", one)

    same_hash = digest(entry) == digest(replace(entry, body=other))

    assert same_hash == (repr(_ordered(one)) == repr(_ordered(other)))


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {"keys": sorted((key, _ordered(inner)) for key, inner in value.items())}
    return [_ordered(inner) for inner in value] if isinstance(value, list) else value


def test_a_verdict_comes_back_from_json_as_it_was() -> None:
    reasons = (
        Reason(Risk.SUICIDE, Level.EMERGENCY, "says how", "phrase:x"),
        Reason(None, Level.URGENT, "broken", "fault"),
    )
    verdict = Verdict(Level.EMERGENCY, (Risk.SUICIDE,), reasons, "pl", "v1", fault=True)

    assert Verdict.from_json(verdict.to_json()) == verdict


@pytest.mark.parametrize(
    "damage", [{"level": "none!"}, {"risks": ["boredom"]}, {"reasons": [{}]}, {"level": None}]
)
def test_a_verdict_that_nobody_wrote_is_refused(damage: dict[str, Any]) -> None:
    whole = Verdict(Level.URGENT, (Risk.FIRE,), (), "en", "v1").to_json()

    with pytest.raises((KeyError, ValueError)):
        Verdict.from_json(whole | damage)


def test_levels_are_in_order() -> None:
    assert sorted([Level.EMERGENCY, Level.NONE, Level.URGENT, Level.CONCERN]) == [
        Level.NONE,
        Level.CONCERN,
        Level.URGENT,
        Level.EMERGENCY,
    ]
    assert max(Level.URGENT, Level.EMERGENCY, Level.NONE) is Level.EMERGENCY
    assert [level for level in Level if Verdict(level, (), (), "en", "v").is_danger] == [
        Level.CONCERN,
        Level.URGENT,
        Level.EMERGENCY,
    ]
