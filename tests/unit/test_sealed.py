"""Sealed words: another key opens nothing, an earlier one still opens, and a new one takes its place."""

from pathlib import Path

import pytest

from bot.bootstrap import build_sealer
from bot.settings import load_settings
from bot.store.sealed import CannotOpen, Sealer

OLD, NEW = "o" * 32, "n" * 32
WORDS = "They fought. „Zażółć“ 😀"


def test_what_is_sealed_can_be_opened_and_does_not_show() -> None:
    seal = Sealer.of(OLD)

    sealed = seal.seal(WORDS)

    assert seal.open(sealed) == WORDS
    assert "fought" not in sealed
    assert seal.seal(WORDS) != sealed


def test_another_key_opens_nothing() -> None:
    with pytest.raises(CannotOpen):
        Sealer.of(NEW).open(Sealer.of(OLD).seal(WORDS))
    with pytest.raises(CannotOpen):
        Sealer.of(NEW).open("no seal at all")


def test_a_new_key_is_put_in_front_and_the_old_one_still_opens() -> None:
    before = Sealer.of(OLD).seal(WORDS)
    both = Sealer.of(f"{NEW}, {OLD}")

    assert both.open(before) == WORDS
    assert Sealer.of(NEW).open(both.seal(WORDS)) == WORDS
    assert Sealer.of(NEW).open(both.seal_anew(before)) == WORDS


def test_a_demonstration_makes_its_own_key_and_keeps_it(tmp_path: Path) -> None:
    settings = load_settings(var_dir=tmp_path / "var")

    sealed = build_sealer(settings).seal(WORDS)

    assert build_sealer(settings).open(sealed) == WORDS
    assert (tmp_path / "var" / "seal_keys.secret").stat().st_mode & 0o077 == 0


def test_letters_that_only_begin_like_a_seal_are_none() -> None:
    sealer = Sealer.of("a" * 32)
    for typed in ("gAAAA\u00e9", "gAAAAB not a seal"):
        with pytest.raises(CannotOpen):
            sealer.open(typed)
        with pytest.raises(CannotOpen):
            sealer.seal_anew(typed)
