"""What a part writes into its log: one JSON object a line, ids and counts, never what somebody typed."""

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from types import TracebackType

import structlog

from bot.outgoing import close_all_but
from bot.settings import Settings, load_settings

# Its sentences are about ports and signals. Those of any other library may hold what somebody typed.
_MAY_SPEAK = ("uvicorn",)
# Enough to find where it broke, and on whose behalf.
_FRAMES = 5


def logged() -> Settings:
    """Settings for a long-running part, with its log set up and its gate to the outside closed."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(WithoutWords())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    sys.excepthook = _ended
    threading.excepthook = _thread_ended
    return close_all_but(load_settings())


class WithoutWords(logging.Formatter):
    """Of a library's line: who wrote it, how grave, the kind of error and the place. No words, no trace."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "event": "library.said",
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "place": f"{Path(record.pathname).name}:{record.lineno}",
        }
        if record.name.startswith(_MAY_SPEAK) and not record.exc_info:
            line["words"] = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            line |= _error(record.exc_info[0], record.exc_info[2])
        return json.dumps(line)


def broken_off(error: Exception) -> None:
    """What a command says that nobody expected to fail: the kind, and the way through the code.

    An error's own text, and the rest of a trace, could hold what was typed, piped in or stored.
    """
    if sys.excepthook is _ended:
        # One of the parts, whose log is set up: it says so there.
        _ended(type(error), error, error.__traceback__)
        return
    frames = reversed(extract_tb(error.__traceback__)[-_FRAMES:])
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    sys.stderr.write(f"Broken off: {type(error).__name__} at {places}\n")


def _ended(kind: type[BaseException], _error_itself: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    sys.stderr.write(json.dumps({"event": "part.ended", "level": "error"} | _error(kind, trace)) + "\n")


def _thread_ended(given: threading.ExceptHookArgs) -> None:
    if given.exc_type is not SystemExit:
        _ended(given.exc_type, BaseException(), given.exc_traceback)


def _error(kind: type[BaseException], trace: TracebackType | None) -> dict[str, str]:
    frames = extract_tb(trace)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return {"error": kind.__name__, "at": place}
