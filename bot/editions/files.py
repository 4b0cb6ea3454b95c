"""Published editions written back as files: whole answers, and services in the middle of a prison's file."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content import ENGLISH, BadContent, read_yaml
from bot.editions.bodies import body_of, with_dates
from bot.editions.model import Body, ContentKind, Edition, EditionState, Piece, mark_of
from bot.editions.order import order_of
from bot.editions.prison_text import CannotWrite, Part, rewrite
from bot.editions.rules import Refused, Rules
from bot.editions.yaml_text import answer_yaml, service_yaml


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
        changed = [_name(each.piece) for each in wanted if _has_changed(out, rules, each)]
        if changed:
            raise FilesChanged(tuple(dict.fromkeys(changed)))
    written = []
    for edition in wanted:
        if edition.kind is ContentKind.ANSWER and edition.body:
            _put(out / _name(edition.piece), answer_yaml(edition.body))
            written.append(_name(edition.piece))
    services = {each.key: each for each in wanted if each.kind is ContentKind.SERVICE}
    if services and (name := _write_prison(out, content_dir, rules, services)):
        written.append(name)
    return Written(tuple(written), left_out)


def _is_readable(rules: Rules, edition: Edition) -> bool:
    """What was removed is not read: whatever its text says, it goes."""
    try:
        return edition.published is None or bool(rules.read_edition(edition))
    except (Refused, TypeError, AttributeError):
        return False


def _has_changed(out: Path, rules: Rules, edition: Edition) -> bool:
    found = _mark_in(out, rules, edition.piece)
    return bool(found) and found not in (edition.file_mark, mark_of(edition.body or {}))


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


def _write_prison(out: Path, content_dir: Path, rules: Rules, editions: Mapping[str, Edition]) -> str:
    """The file's name; empty where there is nothing to write."""
    name = f"prisons/{rules.prison_id}.yml"
    target = out / name
    file = read_yaml(target if target.exists() else content_dir / name)
    services: dict[str, Any] = file.data["services"]
    bodies = {key: with_dates(each.published) for key, each in editions.items() if each.published}
    gone = {key for key, each in editions.items() if each.state is EditionState.REMOVED}
    if not bodies and not gone & set(services):
        return ""
    kept = {key: bodies.get(key, body) for key, body in services.items() if key not in gone}
    about = {key: body["topics"][0] for key, body in (kept | bodies).items()}
    old, new = (
        {key: topic for key, topic in about.items() if (key in services) is there} for there in (True, False)
    )
    order = order_of(old, new, rules.groups)
    part = Part("services", order, {key: _block(key, body) for key, body in bodies.items()}, apart=True)
    lines = rewrite(file, file.path.read_text("utf-8").splitlines(), part)
    wanted = {**file.data, "services": {key: bodies.get(key) or services[key] for key in order}}
    _put(target, "\n".join(lines) + "\n", lambda fresh: _check(fresh, name, wanted))
    return name


def _block(key: str, body: Body) -> list[str]:
    return [f"  {key}:", *(f"    {line}".rstrip() for line in service_yaml(body).splitlines())]


def _check(fresh: Path, name: str, wanted: Mapping[str, Any]) -> None:
    """The services must read as published, in their order, and all else as before. Raises CannotWrite."""
    try:
        after = read_yaml(fresh).data
    except BadContent as error:
        raise CannotWrite(f"{name} is not laid out with one service below the other") from error
    if after != wanted or list(after["services"]) != list(wanted["services"]):
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
