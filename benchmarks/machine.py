"""What the figures hold for: the machine, how busy it was, and the versions of what ran."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

PACKAGES: Final = (
    *("signpost", "rasa", "onnxruntime", "tokenizers", "numpy", "scikit-learn"),
    *("sqlalchemy", "fastapi", "starlette", "httpx"),
)
_CPU: Final = Path("/proc/cpuinfo")


def machine() -> dict[str, Any]:
    """No name and no address of it. `load` is how many processes wanted to run in the last minute."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load": load(),
    }


def load() -> float:
    return round(os.getloadavg()[0], 2)


def versions(packages: Sequence[str] = PACKAGES) -> dict[str, str]:
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _processor() -> str:
    try:
        lines = _CPU.read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
