"""`signpost run`: checks, makes what is missing, starts every part, waits for each, stops in order."""

import ctypes
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from rich.console import Console

from bot.bootstrap import build
from bot.demo import seed
from bot.notices.build import channels_of
from bot.running.checks import CannotStart, check_machine
from bot.running.first_words import ask_first
from bot.running.made import check_made
from bot.running.processes import Process, processes_of, write_config
from bot.running.training import prepare
from bot.settings import Mode, Settings
from bot.store.migrate import upgrade
from bot.store.sealing import not_opened, seal_again
from bot.tls import tls_context
from bot.worker import heartbeat_path

_START_LIMIT = 180.0
_PR_SET_PDEATHSIG = 1


class Stopped(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


def run(settings: Settings) -> None:
    """Runs until SIGTERM or Ctrl-C. Raises CannotStart with one sentence when it cannot."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    out = Console(highlight=False)
    try:
        check_machine(settings)
        tls_context(settings)
        prepare(settings)
        check_made(settings)
        _prepare_database(settings)
        heartbeat_path(settings.var_dir).unlink(missing_ok=True)
        processes = processes_of(settings)
        manager = _start(write_config(settings, processes))
    except Stopped:
        return
    try:
        out.print("Starting: " + ", ".join(process.name for process in processes))
        _wait_until_up(manager, processes, settings)
        ask_first(settings)
        tablet = f"{settings.scheme}://{settings.host}:{settings.tablet_port}"
        desk = f"{settings.scheme}://{settings.host}:{settings.desk_port}"
        out.print(f"Ready: tablets and supporters {tablet}  staff desk {desk}", soft_wrap=True)
        manager.wait()
        raise CannotStart(f"The process manager stopped; see {settings.var_dir / 'log' / 'supervisord.log'}.")
    except Stopped:
        out.print("Stopping. What was sent is stored.")
    finally:
        _end(manager)


def _prepare_database(settings: Settings) -> None:
    product = build(settings)
    # Here and not in the worker only: whoever starts it should read what is wrong with a channel.
    channels_of(product)
    upgrade(product.database.engine)
    if table := not_opened(product.database):
        raise CannotStart(
            f"SIGNPOST_SEAL_KEYS does not open what is stored ({table}). Put the key back that sealed it, "
            "behind the others and with a comma between."
        )
    for _ in seal_again(product.database, anew=False):
        pass
    if settings.mode is Mode.DEMO:
        seed(product)
    product.database.close()


def _start(config: Path) -> "subprocess.Popen[bytes]":
    # A session of its own: Ctrl-C in the terminal must reach this process first, which then stops in order.
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "supervisor.supervisord", "-c", str(config)],
        start_new_session=True,
        preexec_fn=_die_with_parent,  # noqa: PLW1509 - no threads are running yet
    )


def _die_with_parent() -> None:
    """If this process is killed outright, the manager gets SIGTERM and stops its parts."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_until_up(
    manager: "subprocess.Popen[bytes]", processes: tuple[Process, ...], settings: Settings
) -> None:
    waiting = list(processes)
    give_up = time.monotonic() + _START_LIMIT
    while waiting:
        waiting = [process for process in waiting if not process.is_up()]
        if manager.poll() is not None or time.monotonic() > give_up:
            names = ", ".join(process.name for process in waiting)
            raise CannotStart(f"Did not start: {names}. See the logs in {settings.var_dir / 'log'}.")
        time.sleep(0.2)


def _end(manager: "subprocess.Popen[bytes]") -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if manager.poll() is None:
        manager.terminate()
    try:
        manager.wait(timeout=60)
    except subprocess.TimeoutExpired:
        manager.kill()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped
