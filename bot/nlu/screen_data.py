"""Reads what the danger screen's head learns from: lines of danger, and ordinary questions that mean none."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bot.content import BadContent
from bot.safety.model import Level, Risk

ORDINARY_ONE_IN: Final = 6
ORDINARY: Final = "ordinary"

# Rasa marks a name in an example as [Tuesday](day) or [Tuesday]{"entity": "day"}; only the words are wanted.
_MARKED = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class Line:
    """One message with what a careful person makes of it. `is_hard` is a none that looks like danger.

    `kind` says in which manner danger is spoken of (planned, goodbye, …) or what only looks like it (idiom,
    question, …); `hand` is who wrote the line, so that a hand can be left out when something is measured.
    """

    text: str
    level: Level
    risk: Risk | None
    language: str = "en"
    is_hard: bool = False
    kind: str = ""
    hand: str = ""


def read_lines(data: Path) -> list[Line]:
    """All lines under data/screen and data/nlu, each text once; the graver level wins. Raises BadContent."""
    found: dict[str, Line] = {}
    for line in (*_screen_lines(data / "screen"), *_ordinary_lines(data / "nlu")):
        key = line.text.casefold()
        if key not in found or line.level > found[key].level:
            found[key] = line
    return list(found.values())


def _screen_lines(folder: Path) -> Iterator[Line]:
    for file in sorted(folder.glob("*/*.yml")):
        data = _read(file)
        language = str(data.get("language", file.parent.name))
        try:
            risk = None if data.get("risk") is None else Risk(data["risk"])
            for level in Level:
                for text in data.get(level.value) or ():
                    is_none = level is Level.NONE
                    kept = None if is_none else risk
                    yield Line(str(text), level, kept, language, is_hard=is_none and risk is not None)
            for entry in data.get("lines") or ():
                yield _mixed_line(entry, language)
            yield from _sorted_lines(data.get("by_risk") or {}, language, file.stem)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadContent(file, 1, f"a line is not as it should be: {error}") from error


def _mixed_line(entry: dict[str, Any], language: str) -> Line:
    level = Level(entry["level"])
    if level is Level.NONE:
        return Line(str(entry["text"]), level, None, language, is_hard=bool(entry.get("risk")))
    return Line(str(entry["text"]), level, Risk(entry["risk"]), language)


def _sorted_lines(by_risk: dict[str, Any], language: str, hand: str) -> Iterator[Line]:
    """Lines under risk, level and kind; under `none` only under kind."""
    for kind, texts in (by_risk.get(Level.NONE.value) or {}).items():
        for text in texts:
            yield Line(str(text), Level.NONE, None, language, kind != ORDINARY, kind, hand)
    for risk, levels in by_risk.items():
        if risk == Level.NONE.value:
            continue
        for level, kinds in levels.items():
            for kind, texts in kinds.items():
                for text in texts:
                    yield Line(str(text), Level(level), Risk(risk), language, kind=kind, hand=hand)


def read_intents(folder: Path) -> Iterator[tuple[str, str]]:
    """Intent and text of every training example. Raises BadContent."""
    for _, intent, text in _examples(folder):
        yield intent, text


def _ordinary_lines(folder: Path) -> Iterator[Line]:
    """One training example of the assistant in six, always the same ones.

    All of them would make training take four times as long, and the head would tell danger from what only
    looks like it less well.
    """
    for language, _, text in _examples(folder):
        if zlib.crc32(text.encode("utf-8", "surrogatepass")) % ORDINARY_ONE_IN == 0:
            yield Line(text, Level.NONE, None, language)


def _examples(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Language, intent and text; a file in the folder `languages` is named for its language."""
    for file in sorted(folder.glob("**/*.yml")):
        language = file.stem if file.parent.name == "languages" else "en"
        for block in _read(file).get("nlu") or ():
            if "intent" not in block:
                continue
            for example in str(block.get("examples", "")).splitlines():
                text = _MARKED.sub(r"\1", example.strip().removeprefix("-").strip())
                if text:
                    yield language, str(block["intent"]), text


def _read(file: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadContent(file, 1, str(error)) from error
    if not isinstance(data, dict):
        raise BadContent(file, 1, "this is no mapping")
    return data
