"""Reads content/safety: the phrases of danger and the word lists they lean on. Refuses with file and line."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import yaml

from bot.content import BadContent
from bot.safety.fold import fold
from bot.safety.model import Level, Risk
from bot.safety.pattern import BadPattern, compile_pattern, expand
from bot.safety.phrases import Phrase, Phrases, ReasonWords
from bot.safety.scope import Scope, ScopeWords
from bot.safety.spelling import Spelling

FEWEST_EXAMPLES = 1
# Lists that a screen kept from before they were thought of does not have.
_LATER = frozenset({"afresh", "questions", "answers", "doubts"})


class _Loader(yaml.SafeLoader):
    """Keeps the line of every mapping, so that a refusal can name it."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        found["line"] = node.start_mark.line + 1
        return found


def load_phrases(content: Path) -> Phrases:
    """Everything the screen reads, from a content directory. Raises BadContent."""
    folder = content / "safety"
    helpers = _helpers(folder / "helpers.yml")
    files = sorted((folder / "phrases").glob("*.yml"))
    phrases = [phrase for file in files for phrase in _phrases(file, helpers)]
    _refuse_twins(phrases, folder)
    lists = {name: folder / f"{name}.yml" for name in ("helpers", "scope", "slips", "reasons")}
    more = folder / "grave_slips.yml"  # a screen that was kept may have none
    if more.exists():
        lists["more"] = more
    return Phrases(
        phrases=phrases,
        scope=Scope(_scope(lists["scope"], helpers)),
        spelling=_with_more(load_spelling(content), more),
        words=_reasons(lists["reasons"]),
        version=_fingerprint([*files, *lists.values()]),
    )


def load_spelling(content: Path) -> Spelling:
    """How people here misspell. Raises BadContent."""
    file = content / "safety" / "slips.yml"
    data = _read(file)
    try:
        return Spelling(
            slips=_folded(data["slips"]),
            pairs=_folded(data["pairs"]),
            grave=frozenset(fold(str(word)) for word in (*data["grave"], *data["near"])),
            near=tuple(fold(str(word)) for word in data["near"]),
            joined={str(word).replace(" ", ""): str(word) for word in data["joined"]},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise BadContent(file, 1, f"a list is missing or is no list: {error}") from error


def _with_more(spelling: Spelling, file: Path) -> Spelling:
    """With what the screen alone reads. Raises BadContent."""
    if not file.exists():
        return spelling
    data = _read(file)
    try:
        return replace(
            spelling,
            slips={**spelling.slips, **_folded(data["slips"])},
            pairs={**spelling.pairs, **_folded(data["pairs"])},
            grave=spelling.grave.union(fold(str(word)) for word in data["grave"]),
            joined={**spelling.joined, **{str(word).replace(" ", ""): str(word) for word in data["joined"]}},
            pictures=_folded(data["pictures"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise BadContent(file, 1, f"a list is missing or is no list: {error}") from error


def _folded(words: Mapping[Any, Any]) -> dict[str, str]:
    return {fold(str(slip)): fold(str(word)) for slip, word in _without_line(words).items()}


def _phrases(file: Path, helpers: Mapping[str, str]) -> list[Phrase]:
    data = _read(file)
    if not isinstance(data.get("phrases"), list):
        raise BadContent(file, 1, "there is no list called phrases")
    return [_phrase(file, {"risk": data.get("risk"), **entry}, helpers) for entry in data["phrases"]]


def _phrase(file: Path, entry: Mapping[str, Any], helpers: Mapping[str, str]) -> Phrase:
    line = int(entry.get("line", 1))
    try:
        phrase = Phrase(
            id=str(entry["id"]),
            risk=Risk(entry["risk"]),
            level=Level(entry["level"]),
            reason=str(entry["reason"]),
            pattern=compile_pattern(str(entry["pattern"]), helpers),
            examples=tuple(map(str, entry["examples"])),
            counter_examples=tuple(map(str, entry.get("counter_examples", ()))),
            language=str(entry.get("language", "en")),
            unless=compile_pattern(str(entry["unless"]), helpers) if "unless" in entry else None,
        )
    except BadPattern as error:
        raise BadContent(file, line, str(error)) from error
    except KeyError as error:
        raise BadContent(file, line, f"a phrase needs {error}") from error
    except (ValueError, TypeError) as error:
        raise BadContent(file, line, str(error)) from error
    if len(phrase.examples) < FEWEST_EXAMPLES or phrase.level is Level.NONE:
        raise BadContent(file, line, f"{phrase.id} needs examples, and a level above none")
    return phrase


def _helpers(file: Path) -> dict[str, str]:
    """Each helper may use those above it."""
    helpers: dict[str, str] = {}
    for name, words in _without_line(_read(file)).items():
        try:
            helpers[str(name)] = "|".join(expand(str(word), helpers) for word in words)
        except BadPattern as error:
            raise BadContent(file, 1, f"{name}: {error}") from error
    return helpers


def _scope(file: Path, helpers: Mapping[str, str]) -> ScopeWords:
    data = _read(file)
    lists: dict[str, Sequence[str]] = {}
    for field in fields(ScopeWords):
        try:
            words = data.get(field.name, ()) if field.name in _LATER else data[field.name]
            lists[field.name] = tuple(expand(str(word), helpers) for word in words)
        except (KeyError, TypeError, BadPattern) as error:
            raise BadContent(file, 1, f"{field.name}: {error}") from error
    return ScopeWords(**lists)


def _reasons(file: Path) -> ReasonWords:
    try:
        return ReasonWords(**{name: str(words) for name, words in _without_line(_read(file)).items()})
    except TypeError as error:
        raise BadContent(file, 1, str(error)) from error


def _refuse_twins(phrases: Sequence[Phrase], folder: Path) -> None:
    seen: set[str] = set()
    for phrase in phrases:
        if phrase.id in seen:
            raise BadContent(folder / "phrases", 1, f"two phrases are called {phrase.id}")
        seen.add(phrase.id)


def _read(file: Path) -> dict[str, Any]:
    try:
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadContent(file, 1, str(error)) from error
    if not isinstance(data, dict):
        raise BadContent(file, 1, "this is no mapping")
    return data


def _without_line(data: Mapping[Any, Any]) -> dict[Any, Any]:
    return {key: value for key, value in data.items() if key != "line"}


def _fingerprint(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
