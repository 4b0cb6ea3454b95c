"""The parts as processes under supervisord, which restarts what dies and stops all in order."""

import configparser
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot.bootstrap import secret_of
from bot.running.training import MODEL, rasa_environment
from bot.settings import ROOT, Settings
from bot.worker import heartbeat_path


@dataclass(frozen=True)
class Process:
    """`order`: lower starts first and stops last. `seconds` is how long it may take to stop."""

    name: str
    command: list[str]
    is_up: Callable[[], bool]
    order: int
    seconds: int = 10
    environment: dict[str, str] = field(default_factory=dict)


def processes_of(settings: Settings) -> tuple[Process, ...]:
    python = [sys.executable, "-m"]
    tracker = settings.var_dir / "tracker.db"
    shared = {
        "SIGNPOST_ACTIONS_URL": f"http://127.0.0.1:{settings.actions_port}/webhook",
        "SIGNPOST_TRACKER_DB": str(tracker),
        "SIGNPOST_RASA_TOKEN": secret_of(settings, "rasa_token"),
    }
    # Neither is ours: behind the gate to the outside, and Rasa without its management API.
    closed = [*python, "bot.running.closed"]
    rasa = [*closed, "rasa", "run", "--model", str(settings.models_dir / f"{MODEL}.tar.gz")]
    rasa += ["--endpoints", str(ROOT / "endpoints.yml"), "--credentials", str(ROOT / "credentials.yml")]
    rasa += ["--interface", "127.0.0.1", "--port", str(settings.rasa_port)]
    actions = [*closed, "actions.serve", str(settings.actions_port)]
    local = "http://127.0.0.1"
    return (
        Process("worker", [*python, "bot.cli", "worker"], lambda: _beats(settings), order=10),
        Process(
            "actions",
            actions,
            lambda: _answers(f"{local}:{settings.actions_port}/health"),
            order=20,
            environment=shared | {"LOG_LEVEL_LIBRARIES": "ERROR"},
        ),
        Process(
            "rasa",
            rasa,
            lambda: _answers(f"{local}:{settings.rasa_port}/webhooks/tablet/"),
            order=30,
            environment=shared | {"LOG_LEVEL": "WARNING", "LOG_LEVEL_LIBRARIES": "ERROR"},
        ),
        Process(
            "desk",
            [*python, "bot.cli", "serve-desk"],
            lambda: _answers(f"{settings.scheme}://{settings.host}:{settings.desk_port}/healthz"),
            order=40,
        ),
        # Last to start and first to stop: nobody types into what is about to go.
        Process(
            "tablet",
            [*python, "bot.cli", "serve-tablet"],
            lambda: _answers(f"{settings.scheme}://{settings.host}:{settings.tablet_port}/healthz"),
            order=50,
            seconds=15,
            environment=shared,
        ),
    )


def write_config(settings: Settings, processes: tuple[Process, ...]) -> Path:
    """Supervisord's file, readable by its owner only, since it holds a secret."""
    run, log = settings.var_dir / "run", settings.var_dir / "log"
    run.mkdir(parents=True, exist_ok=True)
    log.mkdir(parents=True, exist_ok=True)
    config = configparser.RawConfigParser()
    config["supervisord"] = {
        "nodaemon": "true",
        "silent": "true",
        "logfile": str(log / "supervisord.log"),
        "pidfile": str(run / "supervisord.pid"),
        "childlogdir": str(log),
        "user": "root" if _is_root() else "",
    }
    if not _is_root():
        del config["supervisord"]["user"]
    for process in processes:
        config[f"program:{process.name}"] = _program(process, log)
    path = run / "supervisord.conf"
    path.touch(mode=0o600)
    path.chmod(0o600)
    with path.open("w", encoding="utf-8") as file:
        config.write(file)
    return path


def _program(process: Process, log: Path) -> dict[str, str]:
    environment = {
        name: value for name, value in rasa_environment().items() if name in _QUIET
    } | process.environment
    return {
        "command": " ".join(_quoted(part) for part in process.command),
        "directory": str(ROOT),
        "environment": ",".join(f"{name}={_quoted(value)}" for name, value in environment.items()),
        "priority": str(process.order),
        "autorestart": "true",
        "startretries": "1000000",
        "startsecs": "1",
        "stopasgroup": "true",
        "killasgroup": "true",
        "stopwaitsecs": str(process.seconds),
        "redirect_stderr": "true",
        "stdout_logfile": str(log / f"{process.name}.log"),
        "stdout_logfile_maxbytes": "5MB",
        "stdout_logfile_backups": "2",
    }


_QUIET = frozenset(
    {
        "RASA_TELEMETRY_ENABLED",
        "TF_CPP_MIN_LOG_LEVEL",
        "OMP_NUM_THREADS",
        "SQLALCHEMY_SILENCE_UBER_WARNING",
        "PYTHONWARNINGS",
        "PYTHONPATH",
    }
)


def _quoted(value: str) -> str:
    """As supervisord reads it: in quotes, and a percent sign twice."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def _is_root() -> bool:
    import os

    return os.geteuid() == 0


def _answers(address: str) -> bool:
    try:
        # It asks its own machine, whose certificate is for another name.
        return httpx.get(address, timeout=2, verify=False).status_code == 200  # noqa: S501
    except httpx.HTTPError:
        return False


def _beats(settings: Settings) -> bool:
    alive = heartbeat_path(settings.var_dir)
    return alive.exists() and time.time() - alive.stat().st_mtime < 10
