"""Makes what is missing or out of date: the encoder, the danger screen's head, the Rasa model."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.running.checks import CannotStart
from bot.running.made import keep_hashes
from bot.running.sources import components_of, files_behind
from bot.settings import ROOT, Settings

MODEL = "signpost"
_SOURCES = "sources.json"
_MOST_THREADS = 4


@dataclass(frozen=True)
class Part:
    """One thing that is made from sources. It is up to date when the sources' hash is the one kept."""

    name: str
    folder: Path
    sources: tuple[Path, ...]
    products: tuple[str, ...]
    make: Callable[[Settings, Path], None]

    def fingerprint(self) -> str:
        return _hash_of(self.sources)

    def is_fresh(self) -> bool:
        if not all((self.folder / name).exists() for name in self.products):
            return False
        try:
            kept = json.loads((self.folder / _SOURCES).read_text("utf-8"))
        except (OSError, ValueError):
            return False
        return bool(kept == {"hash": self.fingerprint()})

    def keep_fingerprint(self) -> None:
        (self.folder / _SOURCES).write_text(json.dumps({"hash": self.fingerprint()}), "utf-8")
        keep_hashes(self.folder, self.products)


def parts_of(settings: Settings) -> tuple[Part, ...]:
    """In the order in which they depend on each other."""
    data, config, content = ROOT / "data", ROOT / "config.yml", settings.content_dir
    encoder = Part(
        "encoder",
        settings.encoder_dir,
        (
            *sorted((ROOT / "scripts").glob("*encoder*")),
            *(ROOT / "scripts" / name for name in ("published.py", "tuned_layers.py")),
            data / "encoder",
        ),
        ("model.onnx", "tokenizer.json", "manifest.json"),
        _make_encoder,
    )
    screen = Part(
        "danger screen",
        settings.screen_dir,
        (
            *(data / "screen", data / "nlu", data / "encoder", content / "safety"),
            *files_behind("bot.nlu.train_screen"),
        ),
        ("head.npz", "manifest.json"),
        _make_screen,
    )
    assistant = Part(
        "assistant",
        settings.models_dir,
        (
            *(config, ROOT / "domain.yml", data / "nlu", data / "rules", data / "stories"),
            *files_behind(*components_of(config)),
            *(content / "spelling.yml", content / "safety" / "slips.yml", data / "encoder"),
        ),
        (f"{MODEL}.tar.gz",),
        _make_assistant,
    )
    return encoder, screen, assistant


def prepare(settings: Settings, *, again: bool = False) -> int:
    """Makes every part that is not fresh, with a progress bar, and returns how many were made."""
    stale = [part for part in parts_of(settings) if again or not part.is_fresh()]
    if not stale:
        return 0
    names = ", ".join(part.name for part in stale)
    Console().print(f"Not there or older than its sources: {names}. Making it now; this takes some minutes.")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    log = settings.var_dir / "log" / "training.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("", "utf-8")
    with Progress(*columns) as progress:
        task = progress.add_task("", total=len(stale))
        for part in stale:
            progress.update(task, description=f"Making the {part.name}")
            part.folder.mkdir(parents=True, exist_ok=True)
            part.make(settings, log)
            part.keep_fingerprint()
            progress.advance(task)
    return len(stale)


def _make_encoder(settings: Settings, log: Path) -> None:
    uv = os.environ.get("UV") or shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
    script = str(ROOT / "scripts" / "prepare_encoder.py")
    _run([uv, "run", "--quiet", "--script", script, "--out", str(settings.encoder_dir)], log)


def _make_screen(settings: Settings, log: Path) -> None:
    _run([sys.executable, "-m", "bot.nlu.train_screen"], log)


def _make_assistant(settings: Settings, log: Path) -> None:
    data = [str(ROOT / "data" / name) for name in ("nlu", "rules", "stories")]
    _run(
        [
            *(sys.executable, "-m", "rasa", "train", "--quiet"),
            *("--config", str(ROOT / "config.yml"), "--domain", str(ROOT / "domain.yml")),
            *("--data", *data),
            *("--out", str(settings.models_dir), "--fixed-model-name", MODEL),
        ],
        log,
    )


def _run(command: list[str], log: Path) -> None:
    """Runs a command with its output in the log. Raises CannotStart that names the log."""
    threads = str(min(os.cpu_count() or 1, _MOST_THREADS))
    environment = rasa_environment() | {"OMP_NUM_THREADS": threads}
    with log.open("a", encoding="utf-8") as file:
        file.write(f"$ {' '.join(command)}\n")
        file.flush()
        try:
            done = subprocess.run(  # noqa: S603 - our own commands
                command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, env=environment, check=False
            )
        except OSError as error:
            raise CannotStart(f"{command[0]} cannot be started: {error.strerror}.") from error
    if done.returncode != 0:
        last = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
        raise CannotStart(f"Making a part failed: {' '.join(last)} (all of it is in {log}).")


def rasa_environment() -> dict[str, str]:
    """Quiet, bounded in threads, and silent towards the outside: Rasa would otherwise report its use."""
    return os.environ | {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "OMP_NUM_THREADS": "1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "PYTHONPATH": str(ROOT),
    }


def _hash_of(sources: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for source in sources:
        files = sorted(source.rglob("*")) if source.is_dir() else [source]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                whole.update(str(file.relative_to(source.parent)).encode() + b"\0")
                whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()
