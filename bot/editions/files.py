"""Published editions written back as files: whole answers, and services in the middle of a prison's file."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content import ENGLISH, BadContent, Located, read_yaml
from bot.editions.bodies import body_of, with_dates
from bot.editions.model import Body, ContentKind, Edition, Piece, mark_of
from bot.editions.rules import Refused, Rules
from bot.editions.yaml_text import answer_yaml, service_yaml


class FilesChanged(Exception):
    """Files hold another text than the one that was edited: writing over them would lose it."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"changed since the edit: {', '.join(names)}; --force writes over it")
        self.names = tuple(names)


class CannotWrite(Exception):
    """A prison's file is laid out so that a service in it cannot be replaced."""


@dataclass(frozen=True)
class Written:
    """Names of files. `left_out` are editions in a form that is not understood any more."""

    names: tuple[str, ...]
    left_out: tuple[Edition, ...]


def write_editions(
    out: Path, content_dir: Path, rules: Rules, editions: Sequence[Edition], *, force: bool = False
) -> Written:
    """Writes what counts and is published, as under content/.

    Where `out` has no file for the prison, it begins as a copy of the one in `content_dir`. Raises
    FilesChanged before anything is written, CannotWrite, BadContent or OSError.
    """
    left_out = tuple(each for each in editions if not _is_readable(rules, each))
    published = {each.piece: each.body for each in editions if each.body and each not in left_out}
    marks = {each.piece: each.file_mark for each in editions}
    if not force:
        changed = [
            _name(piece)
            for piece, body in published.items()
            if (found := _mark_in(out, rules, piece)) and found not in (marks[piece], mark_of(body))
        ]
        if changed:
            raise FilesChanged(changed)
    written = []
    for piece, body in published.items():
        if piece.kind is ContentKind.ANSWER:
            _put(out / _name(piece), answer_yaml(body))
            written.append(_name(piece))
    services = {piece.key: body for piece, body in published.items() if piece.kind is ContentKind.SERVICE}
    if services:
        written.append(_write_services(out, content_dir, rules.prison_id, services))
    return Written(tuple(written), left_out)


def _is_readable(rules: Rules, edition: Edition) -> bool:
    try:
        return edition.body is None or bool(rules.read(edition.piece, edition.body))
    except (Refused, TypeError, AttributeError):
        return False


def _name(piece: Piece) -> str:
    if piece.kind is ContentKind.ANSWER:
        return f"answers/{ENGLISH}/{piece.key}.yml"
    return f"prisons/{piece.prison_id}.yml"


def _mark_in(out: Path, rules: Rules, piece: Piece) -> str:
    """The mark of what the file holds now; empty where that is nothing, "unknown" where it cannot be read."""
    path = out / _name(piece)
    if not path.exists():
        return ""
    try:
        data = read_yaml(path).data
        if piece.kind is ContentKind.SERVICE:
            data = data["services"].get(piece.key)
        return mark_of(body_of(rules.read(piece, data))) if data else ""
    except (BadContent, Refused, KeyError, AttributeError, TypeError):
        return "unknown"


def _write_services(out: Path, content_dir: Path, prison_id: str, services: Mapping[str, Body]) -> str:
    name = f"prisons/{prison_id}.yml"
    target = out / name
    file = read_yaml(target if target.exists() else content_dir / name)
    lines = file.path.read_text("utf-8").splitlines()
    # From the last one up, so that the lines of those above stay where they are.
    for key in sorted(services, key=lambda each: file.line_of(f"services.{each}"), reverse=True):
        start, end = _lines_of(file, lines, key)
        block = service_yaml(services[key]).splitlines()
        lines[start:end] = [f"  {key}:", *(f"    {line}".rstrip() for line in block)]
    text = "\n".join(lines) + "\n"
    _put(target, text, lambda fresh: _check(fresh, name, file.data, services))
    return name


def _lines_of(file: Located, lines: Sequence[str], key: str) -> tuple[int, int]:
    """From the service's id to its last line; comments before the next one are not its own."""
    found = file.lines.get(f"services.{key}")
    if found is None:
        raise CannotWrite(f"{file.path.name} has no service {key}")
    after = [line for name, line in file.lines.items() if line > found and _is_outer(name)]
    end = min(after) - 1 if after else len(lines)
    while end > found and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return found - 1, end


def _is_outer(name: str) -> bool:
    """A key of the file itself, or the id of a service."""
    head, _, rest = name.partition(".")
    return not rest or (head == "services" and "." not in rest)


def _check(fresh: Path, name: str, before: Mapping[str, Any], services: Mapping[str, Body]) -> None:
    """The services must read as they were published, and all else as before. Raises CannotWrite."""
    wanted = {**before["services"], **{key: with_dates(body) for key, body in services.items()}}
    try:
        after = read_yaml(fresh).data
    except BadContent as error:
        raise CannotWrite(f"{name} is not laid out with one service below the other") from error
    if after != {**before, "services": wanted}:
        raise CannotWrite(f"{name} is not laid out with one service below the other")


def _put(path: Path, text: str, check: Callable[[Path], None] | None = None) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_text(text, "utf-8")
        if check is not None:
            check(fresh)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
