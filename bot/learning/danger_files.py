"""Accepted lines as files that the danger screen trains on: one for each language, as in data/screen."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.learning.danger_model import DangerExample
from bot.safety.model import Level

ADDED: Final = "added"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_HEAD = (
    "# Written by the command `signpost danger-examples`, from messages that two members of staff judged.\n"
)


@dataclass(frozen=True)
class Lesson:
    """One line to train on. `risk` is empty for no danger."""

    text: str
    level: Level
    risk: str
    language: str
    manner: str


@dataclass(frozen=True)
class Written:
    """`left_out` are those that the training text had before, as grave or graver."""

    new: int
    left_out: int


def lesson_of(example: DangerExample) -> Lesson:
    language = example.language if _LANGUAGE.fullmatch(example.language) else "en"
    return Lesson(example.text, example.level, example.risk, language, example.manner)


def merge(
    accepted: Iterable[Lesson], existing: Mapping[str, Level], earlier: Iterable[Lesson]
) -> list[Lesson]:
    """What stands there, then what is new. `existing` are all other training texts, casefolded.

    The same words twice: the later judgement counts. What others have as gravely is left out.
    """
    found: dict[str, Lesson] = {}
    for lesson in (*earlier, *accepted):
        key = lesson.text.casefold()
        found.pop(key, None)
        if key not in existing or existing[key] < lesson.level:
            found[key] = lesson
    return list(found.values())


def as_files(lessons: Iterable[Lesson]) -> dict[str, str]:
    """YAML by path, such as en/added.yml."""
    by_language: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        by_language.setdefault(lesson.language, []).append(lesson)
    return {f"{code}/{ADDED}.yml": _as_yaml(code, by_language[code]) for code in sorted(by_language)}


def write_lessons(
    folder: Path, accepted: Iterable[Lesson], existing: Mapping[str, Level], earlier: Iterable[Lesson]
) -> Written:
    """Writes the files under the folder, each whole or not at all. Raises OSError."""
    before, new = list(earlier), list(accepted)
    merged = merge(new, existing, before)
    for name, text in as_files(merged).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(text, "utf-8")
        os.replace(fresh, path)
    old = {(lesson.text.casefold(), lesson.level, lesson.risk, lesson.manner) for lesson in before}
    added = [
        lesson
        for lesson in merged
        if (lesson.text.casefold(), lesson.level, lesson.risk, lesson.manner) not in old
    ]
    return Written(len(added), len(new) - len(added))


def _as_yaml(language: str, lessons: Iterable[Lesson]) -> str:
    sorted_: dict[tuple[str, ...], list[str]] = {}
    for lesson in lessons:
        outer = (lesson.risk, lesson.level.value) if lesson.risk else (Level.NONE.value,)
        key = (*outer, lesson.manner)
        sorted_.setdefault(key, []).append(lesson.text)
    lines = [f"language: {json.dumps(language)}", "by_risk:"]
    above: tuple[str, ...] = ()
    for key in sorted(sorted_):
        for depth, name in enumerate(key):
            if above[: depth + 1] != key[: depth + 1]:
                lines.append(f"{'  ' * (depth + 1)}{name}:")
        above = key
        # A JSON text is a quoted YAML text too, whatever stands in it.
        lines += [f"{'  ' * (len(key) + 1)}- {json.dumps(text, ensure_ascii=False)}" for text in sorted_[key]]
    return _HEAD + "\n".join(lines) + "\n"
