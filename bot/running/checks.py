"""What can be wrong with a machine, each in one clear sentence."""

import shutil
import socket
from pathlib import Path

from bot.settings import Settings

_GIB = 1024**3
# The encoder, a trained model and room for the database to grow.
_FREE_NEEDED = 1 * _GIB


class CannotStart(Exception):
    """This machine cannot run Signpost as it is. The message says what to do."""


def check_machine(settings: Settings) -> None:
    check_disk(settings.var_dir)
    check_ports(settings)


def check_disk(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < _FREE_NEEDED:
        raise CannotStart(
            f"The disk has {free / _GIB:.1f} GB free and Signpost needs {_FREE_NEEDED / _GIB:.0f} GB. "
            "Make room and start again."
        )


def check_ports(settings: Settings) -> None:
    for name in ("tablet_port", "desk_port", "rasa_port", "actions_port"):
        port: int = getattr(settings, name)
        host = settings.host if name in ("tablet_port", "desk_port") else "127.0.0.1"
        with socket.socket() as probe:
            # As the servers do: a port that was closed a moment ago is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CannotStart(
                    f"Port {port} on {host} cannot be used ({error.strerror}). "
                    f"Stop what uses it, or set SIGNPOST_{name.upper()} to another one."
                ) from error
