"""all-MiniLM-L6-v2, a small encoder that is used everywhere, brought where it is missing: a peer."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.bench import Bench
from benchmarks.measuring import CannotMeasure
from evaluation.peers.all_pairs import bring_minilm

if TYPE_CHECKING:
    from evaluation.peers.minilm import MiniLm

MINILM: Final = "all-MiniLM-L6-v2"

PATIENCE: Final = 90.0  # seconds

Bring = Callable[[Path, float], None]


def load(bench: Bench, bring: Bring = bring_minilm) -> "MiniLm":
    """Raises CannotMeasure that says how it is brought."""
    folder = bench.settings.var_dir / "evaluation" / "minilm"
    if not (folder / "manifest.json").is_file():
        bench.say(f"Bringing {MINILM}, which is not here yet")
        try:
            bring(folder, PATIENCE)
        except OSError as error:
            raise CannotMeasure(
                f"{MINILM} is not here and could not be brought: is there a network? "
                f"`uv run --script scripts/prepare_peer.py --out {folder}` says more."
            ) from error
    from evaluation.peers.minilm import MiniLm

    try:
        return MiniLm(folder)
    except Exception as error:  # its libraries raise whatever they like on a bad file
        raise CannotMeasure(f"{MINILM} in {folder} cannot be loaded; remove that folder.") from error
