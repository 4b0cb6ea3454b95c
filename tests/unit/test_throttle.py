"""Waiting after wrong tries: by account, by address, and never for who is known there."""

from datetime import datetime, timedelta

from bot.people.throttle import FREE_FOR_ACCOUNT, FREE_FOR_ADDRESS, Gate
from tests.support.builders import NOW, PRISON
from tests.support.fake_people import FakeTries

MINUTE = timedelta(minutes=1)


def _gate(name: str = "officer", address: str = "10.0.0.1") -> Gate:
    return Gate.of(PRISON, name, address)


def _fail(store: FakeTries, gate: Gate, times: int, now: datetime = NOW) -> datetime | None:
    last = None
    for _ in range(times):
        last = gate.failed(store, now)
    return last


def test_one_account_from_many_addresses_has_to_wait() -> None:
    store = FakeTries()

    waits = [_gate(address=f"10.0.0.{at}").failed(store, NOW) for at in range(FREE_FOR_ACCOUNT + 1)]

    assert waits[:-1] == [None] * FREE_FOR_ACCOUNT
    assert waits[-1] == NOW + timedelta(seconds=15)
    assert _gate(address="10.9.9.9").held_until(store, NOW) is not None


def test_many_accounts_from_one_address_have_to_wait() -> None:
    store = FakeTries()

    waits = [_gate(f"name{at}").failed(store, NOW) for at in range(FREE_FOR_ADDRESS + 1)]

    assert waits[:-1] == [None] * FREE_FOR_ADDRESS
    assert waits[-1] is not None
    assert _gate("somebody else").held_until(store, NOW) == waits[-1]
    assert _gate("somebody else", "10.0.0.2").held_until(store, NOW) is None


def test_an_unknown_name_waits_as_a_known_one_does() -> None:
    store = FakeTries()

    assert _fail(store, _gate("nobody"), 5) == _fail(store, _gate("officer", "10.0.0.2"), 5)


def test_no_wait_is_longer_than_a_quarter_of_an_hour() -> None:
    store, now = FakeTries(), NOW
    for _ in range(200):
        until = _gate().failed(store, now)
        assert until is None or until - now <= 15 * MINUTE
        now = until or now

    assert _gate().held_until(store, now) is None


def test_who_is_known_at_an_address_is_not_made_to_wait_by_others() -> None:
    store = FakeTries()
    _gate().went_well(store, NOW)

    _fail(store, _gate(address="6.6.6.6"), 50)
    for at in range(50):
        _gate(f"name{at}").failed(store, NOW)

    assert _gate().held_until(store, NOW) is None
    assert _gate(address="10.0.0.2").held_until(store, NOW) is not None


def test_who_is_known_at_an_address_waits_for_the_own_wrong_tries() -> None:
    store = FakeTries()
    _gate().went_well(store, NOW)

    assert _fail(store, _gate(), FREE_FOR_ACCOUNT + 1) == NOW + timedelta(seconds=15)


def test_signing_in_where_one_is_known_gives_others_no_new_tries() -> None:
    store = FakeTries()
    _gate().went_well(store, NOW)
    _fail(store, _gate(address="6.6.6.6"), 10)

    _gate().went_well(store, NOW)

    assert _gate(address="6.6.6.6").held_until(store, NOW) is not None


def test_nobody_is_known_for_ever() -> None:
    store = FakeTries()
    _gate().went_well(store, NOW)
    later = NOW + timedelta(days=31)

    _fail(store, _gate(address="6.6.6.6"), 10, later)

    assert _gate().held_until(store, later) is not None


def test_what_was_long_ago_does_not_count() -> None:
    store = FakeTries()
    _fail(store, _gate(), 10)

    assert _fail(store, _gate(), FREE_FOR_ACCOUNT, NOW + 61 * MINUTE) is None


def test_a_clock_that_was_wrong_holds_nobody_up() -> None:
    store = FakeTries()
    _fail(store, _gate(), 10, NOW + timedelta(days=400))

    assert _gate().held_until(store, NOW) is None


def test_the_table_names_nobody() -> None:
    store = FakeTries()

    _gate().failed(store, NOW)

    assert not any(word in str(store.rows) for word in ("officer", "10.0.0.1", PRISON))
