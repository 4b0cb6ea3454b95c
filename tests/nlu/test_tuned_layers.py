"""The tuned layers: rounded to eight bits without harm, and never another file than the recipe names."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.settings import ROOT

sys.path.append(str(ROOT / "scripts"))

import tuned_layers
from encoder_weights import EightBit, WeightsUnreadable

SHIPPED = ROOT / "data" / "encoder" / "tuned.npz"
MOST_BYTES = 30_000_000


def test_eight_bits_keep_every_weight_to_within_half_a_step_of_its_block() -> None:
    matrix = np.random.default_rng(1).normal(size=(6, 64)).astype(np.float32)

    rounded = EightBit.of(matrix)

    steps = np.abs(rounded.floats() - matrix) / np.repeat(rounded.scale, 32, axis=1)
    assert steps.max() <= 0.51


def test_a_block_of_noughts_stays_one() -> None:
    assert (EightBit.of(np.zeros((1, 32), np.float32)).packed == 128).all()


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    matrix = np.linspace(-1, 1, 64, dtype=np.float32).reshape(2, 32)
    bias = np.array([0.5, -0.25], np.float32)

    tuned_layers.write({"l3.q.w": matrix, "l3.q.b": bias}, tmp_path / "tuned.npz")
    found = tuned_layers.read(tmp_path / "tuned.npz")

    assert set(found) == {"l3.q.w", "l3.q.b"}
    assert isinstance(found["l3.q.w"], EightBit)
    assert np.array_equal(found["l3.q.b"], bias)


@pytest.mark.parametrize("harm", ["changed", "no recipe", "recipe without a hash"])
def test_layers_that_are_not_what_their_recipe_names_are_refused(harm: str, tmp_path: Path) -> None:
    path = tmp_path / "tuned.npz"
    digest = tuned_layers.write({"l3.q.b": np.zeros(2, np.float32)}, path)
    recipe = tmp_path / "tuned.json"
    recipe.write_text(json.dumps({"sha256": digest}), "utf-8")
    tuned_layers.read_checked(path)

    if harm == "changed":
        path.write_bytes(path.read_bytes() + b"x")
    elif harm == "no recipe":
        recipe.unlink()
    else:
        recipe.write_text("{}", "utf-8")

    with pytest.raises(WeightsUnreadable):
        tuned_layers.read_checked(path)


def test_the_shipped_layers_are_small_and_match_their_recipe() -> None:
    assert tuned_layers.read_checked(SHIPPED)
    assert SHIPPED.stat().st_size < MOST_BYTES
