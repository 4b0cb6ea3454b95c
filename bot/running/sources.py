"""Which of our files a trained part depends on: what trains it, and all of ours that this imports."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.settings import ROOT

# What is learnt, and how a message is read, is in these two. Settings, store and pages change nothing of it.
_LEARNT_FROM = ("bot.nlu.", "bot.safety.")


def files_behind(*modules: str) -> tuple[Path, ...]:
    """The files of these modules, and of all in `bot/nlu` and `bot/safety` that they import, at any depth."""
    found: dict[str, Path] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        file = _file_of(name)
        if name in found or file is None:
            continue
        found[name] = file
        waiting += _imported(file)
    return tuple(sorted(file for name, file in found.items() if f"{name}.".startswith(_LEARNT_FROM)))


def components_of(config: Path) -> tuple[str, ...]:
    """The modules of ours that Rasa's config names."""
    return tuple(sorted(set(re.findall(r"bot\.nlu\.\w+", config.read_text("utf-8")))))


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            # `from bot.nlu import kernel` may name a module: what is no file is passed over.
            yield from (f"{node.module}.{each.name}" for each in node.names)


def _file_of(module: str) -> Path | None:
    if not module.startswith("bot."):
        return None
    path = ROOT.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)
