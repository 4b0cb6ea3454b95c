"""Tokens, codes, pauses and secrets."""

from datetime import timedelta

import pytest

from bot.passwords import Argon2Hasher
from bot.people.throttle import next_wait
from bot.people.tokens import hash_of, new_code, new_token, tidy_code


def test_tokens_and_codes_differ_each_time() -> None:
    assert len({new_token() for _ in range(200)}) == 200
    assert len({new_code() for _ in range(200)}) == 200
    assert all(len(new_token()) >= 43 for _ in range(5))


def test_a_code_has_no_letter_that_is_misread() -> None:
    letters = {letter for _ in range(300) for letter in new_code()}

    assert not letters & set("01ILOU")
    assert "-" in letters


@pytest.mark.parametrize("change", [str.lower, lambda c: c.replace("-", ""), lambda c: f" {c[:2]} {c[2:]} "])
def test_a_code_may_be_typed_in_other_ways(change: "type[str]") -> None:
    code = new_code()

    assert tidy_code(change(code)) == code


def test_a_hash_tells_nothing_and_takes_anything() -> None:
    assert hash_of("token") == hash_of("token") != hash_of("Token")
    assert len(hash_of("\ud800")) == 64


@pytest.mark.parametrize(
    ("failed", "seconds"),
    [(0, None), (4, None), (5, 15), (6, 30), (7, 60), (10, 480), (11, 900), (10_000, 900)],
)
def test_pauses_double_up_to_a_quarter_of_an_hour(failed: int, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)

    assert next_wait(failed, free=4) == expected


def test_a_secret_matches_its_own_hash_and_no_other() -> None:
    hasher = Argon2Hasher()
    hashed = hasher.hash("2468")

    assert hashed.startswith("$argon2id$")
    assert hasher.hash("2468") != hashed
    assert hasher.matches(hashed, "2468")
    assert not hasher.matches(hashed, "2469")
    assert not hasher.matches(None, "nobody has this secret")
    assert not hasher.matches("not a hash", "2468")
    assert not hasher.matches(hashed, "\ud800" * 100_000)
