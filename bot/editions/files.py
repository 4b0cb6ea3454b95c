"""Published editions written back as files: whole answers, and blocks in the middle of a prison's file."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.content import ENGLISH, BadContent, Located, read_yaml
from bot.editions.bodies import body_of
from bot.editions.model import ContentKind, Edition, Piece, mark_of
from bot.editions.prison_parts import PARTS, body_in, prison_part
from bot.editions.prison_text import CannotWrite, rewrite
from bot.editions.rules import Refused, Rules
from bot.editions.yaml_text import answer_yaml


class FilesChanged(Exception):
    """Files hold another text than the one that was edited: writing over them would lose it."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"changed since the edit: {', '.join(names)}; --force writes over it")
        self.names = tuple(names)


@dataclass(frozen=True)
class Written:
    """Names of files. `left_out` are editions in a form that is not understood any more."""

    names: tuple[str, ...]
    left_out: tuple[Edition, ...]


def write_editions(
    out: Path, content_dir: Path, rules: Rules, editions: Sequence[Edition], *, force: bool = False
) -> Written:
    """Writes what counts and is published, as under content/, and takes out what was removed.

    Where `out` has no file for the prison, it begins as a copy of the one in `content_dir`. Raises
    FilesChanged before anything is written, CannotWrite, BadContent or OSError.
    """
    left_out = tuple(each for each in editions if not _is_readable(rules, each))
    wanted = [each for each in editions if each.body and each not in left_out]
    if not force:
        changed = [file_name(each.piece) for each in changed_since(out, rules, wanted)]
        if changed:
            raise FilesChanged(tuple(dict.fromkeys(changed)))
    written = []
    for edition in wanted:
        if edition.kind is ContentKind.ANSWER and edition.body:
            _put(out / file_name(edition.piece), answer_yaml(edition.body))
            written.append(file_name(edition.piece))
    in_prison = [each for each in wanted if each.kind in PARTS]
    if in_prison and (name := _write_prison(out, content_dir, rules, in_prison)):
        written.append(name)
    return Written(tuple(written), left_out)


def changed_since(folder: Path, rules: Rules, editions: Sequence[Edition]) -> tuple[Edition, ...]:
    """Those over whose text the files in this folder hold another one by now: writing them would lose it."""
    # Many editions are of one prison's file: it is read once.
    read = cache(read_yaml)
    wanted = (each for each in editions if each.body and _is_readable(rules, each))
    return tuple(each for each in wanted if _has_changed(folder, rules, each, read))


def _is_readable(rules: Rules, edition: Edition) -> bool:
    """What was removed is not read: whatever its text says, it goes."""
    try:
        return edition.published is None or bool(rules.read_edition(edition))
    except (Refused, TypeError, AttributeError):
        return False


def _has_changed(out: Path, rules: Rules, edition: Edition, read: Callable[[Path], Located]) -> bool:
    found = _mark_in(out, rules, edition.piece, read)
    return bool(found) and found not in (edition.file_mark, mark_of(edition.body or {}))


def file_name(piece: Piece) -> str:
    if piece.kind is ContentKind.ANSWER:
        return f"answers/{ENGLISH}/{piece.key}.yml"
    return f"prisons/{piece.prison_id}.yml"


def _mark_in(out: Path, rules: Rules, piece: Piece, read: Callable[[Path], Located]) -> str:
    """The mark of what the file holds now; empty where that is nothing, "unknown" where it cannot be read."""
    path = out / file_name(piece)
    if not path.exists():
        return ""
    try:
        data: Any = read(path).data
        if piece.kind in PARTS:
            data = body_in(piece.kind, data[PARTS[piece.kind]].get(piece.key))
        return mark_of(body_of(rules.read(piece, data))) if data else ""
    except (BadContent, Refused, KeyError, AttributeError, TypeError):
        return "unknown"


def _write_prison(out: Path, content_dir: Path, rules: Rules, editions: Sequence[Edition]) -> str:
    """The file's name; empty where there is nothing to write."""
    name = f"prisons/{rules.prison_id}.yml"
    target = out / name
    file = read_yaml(target if target.exists() else content_dir / name)
    lines, wanted = file.path.read_text("utf-8").splitlines(), dict(file.data)
    parts = [
        made
        for kind in PARTS
        if (made := prison_part(kind, file.data, rules, [each for each in editions if each.kind is kind]))
    ]
    if not parts:
        return ""
    # From the last part up, so that the lines of those above stay where they are.
    for part, data in sorted(parts, key=lambda made: file.line_of(made[0].name), reverse=True):
        lines = rewrite(file, lines, part)
        wanted[part.name] = data
    _put(target, "\n".join(lines) + "\n", lambda fresh: _check(fresh, name, wanted))
    return name


def _check(fresh: Path, name: str, wanted: Mapping[str, Any]) -> None:
    """All must read as published, in its order, and all else as before. Raises CannotWrite."""
    try:
        after = read_yaml(fresh).data
    except BadContent as error:
        raise CannotWrite(f"{name} is not laid out with one block below the other") from error
    if after != wanted or any(list(after[each]) != list(wanted[each]) for each in PARTS.values()):
        raise CannotWrite(f"{name} is not laid out with one block below the other")


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
