"""encode: one message made a vector by our rounded encoder, beside the same weights in plain floats."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks import minilm
from benchmarks.bench import Bench
from benchmarks.measuring import CannotMeasure, Task, over
from benchmarks.messages import of_all
from bot.settings import ROOT
from evaluation.peers.all_pairs import uv

if TYPE_CHECKING:
    from bot.nlu.encoder import Encoder

Encodes = Callable[[Sequence[str]], object]

FLOATS: Final = "the same weights in floats"
AGREEMENT: Final = 0.98  # least cosine between the two: as when the encoder is prepared
PATIENCE: Final = 90  # seconds
SCRIPTS: Final = ROOT / "scripts"
# The product has no package that writes graphs; the script that prepares the encoder has.
_BUILD: Final = """
import sys
from dataclasses import replace
from pathlib import Path
import tuned_layers
from encoder_graph import Arithmetic, build
from encoder_weights import Weights
from published import WEIGHTS
out, tuned = sys.argv[1:]
weights = Weights.read(WEIGHTS.read())
if tuned:
    if tuned != tuned_layers.digest():
        sys.exit("the encoder was made of other tuned layers")
    weights = replace(weights, tuned=tuned_layers.read_checked())
Path(out).write_bytes(build(weights, Arithmetic.FLOAT).SerializeToString(deterministic=True))
"""


@contextmanager
def opened(bench: Bench) -> Iterator[Sequence[Task]]:
    """Raises CannotMeasure."""
    from bot.nlu.encoder import Encoder, EncoderBroken

    texts = of_all()
    try:
        ours = Encoder.load(bench.settings.encoder_dir)
    except EncoderBroken as error:
        raise CannotMeasure(f"{error} `signpost train` makes it.") from error
    peer, encode, note = _peer(bench, ours, texts[-3:])
    yield (
        Task(
            name="encode",
            what="one message made a vector",
            ours=over(texts, lambda text: ours.encode([text])),
            peers={peer: over(texts, lambda text: encode([text]))},
            runs=bench.runs(400),
            note=note,
        ),
    )


def _peer(bench: Bench, ours: "Encoder", trials: Sequence[str]) -> tuple[str, Encodes, str]:
    """Its name, itself, and why it is not the one that was wanted. Raises CannotMeasure."""
    try:
        floats = in_floats(bench.settings.encoder_dir, bench.folder / "floats")
        agreement = float((ours.encode(trials) * floats.encode(trials)).sum(axis=1).min())
        if not agreement >= AGREEMENT:
            raise CannotMeasure(f"The weights in floats agree with the encoder only to {agreement:.3f}.")
    except CannotMeasure as error:
        return _another(bench, str(error))
    return FLOATS, floats.encode, ""


def _another(bench: Bench, why: str) -> tuple[str, Encodes, str]:
    try:
        return minilm.MINILM, minilm.load(bench).encode, f"{why} So it is measured beside another encoder."
    except CannotMeasure as error:
        raise CannotMeasure(f"{why} {error}") from error


def in_floats(encoder: Path, folder: Path) -> "Encoder":
    """The encoder's weights in a graph of plain floats, made anew. Raises CannotMeasure."""
    from bot.nlu.encoder import MANIFEST, Encoder, EncoderBroken

    folder.mkdir()
    facts = json.loads((encoder / MANIFEST).read_text("utf-8"))
    # Only with what is here already: to measure is no reason to fetch anything large.
    script = str(SCRIPTS / "prepare_encoder.py")
    _said(uv(), "sync", "--quiet", "--offline", "--locked", "--script", script)
    python = _said(uv(), "python", "find", "--offline", "--script", script)
    _said(python, "-c", _BUILD, str(folder / "model.onnx"), str(facts.get("tuned", "")))
    shutil.copy(encoder / "tokenizer.json", folder)
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in facts["files"]}
    (folder / MANIFEST).write_text(json.dumps({"files": files}), "utf-8")
    try:
        return Encoder.load(folder)
    except EncoderBroken as error:
        raise CannotMeasure("The weights in floats could not be loaded.") from error


def _said(*command: str) -> str:
    """What a command of ours writes. Raises CannotMeasure with its last line when it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - our own commands
            command,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotMeasure(f"The weights in floats could not be built: {type(error).__name__}.") from error
    if done.returncode != 0:
        why = " ".join(done.stderr.strip().splitlines()[-1:])
        raise CannotMeasure(f"The weights in floats could not be built: {why or 'no reason was given'}.")
    return done.stdout.strip()
