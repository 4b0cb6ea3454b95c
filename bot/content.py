"""Reads content files and refuses bad ones with file and line; texts that people read, by id and language."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from bot.placeholders import placeholder_in

ENGLISH = "en"

# The largest file of ours has a twentieth of it. One of 20 MB took 40 seconds and 700 MB of memory.
LARGEST_FILE = 2_000_000


class BadContent(Exception):
    """A content file cannot be used. Says file, line and why."""

    def __init__(self, path: Path, line: int, why: str) -> None:
        super().__init__(f"{path.parent.name}/{path.name}:{line}: {why}")
        self.path = path
        self.line = line
        self.why = why


@dataclass(frozen=True)
class Located:
    """A file's mapping, and the line on which each key stands; a key inside another is `outer.inner`.

    The items of a list are `outer.0`, `outer.1` and so on.
    """

    path: Path
    data: dict[str, Any]
    lines: Mapping[str, int]

    def refuse(self, key: str, why: str) -> BadContent:
        return BadContent(self.path, self.line_of(key), f"{key}: {why}")

    def goes_on(self, error: Exception) -> bool:
        """Never: whoever mends a file sees one line at a time."""
        return False

    def line_of(self, key: str) -> int:
        """The key's line; for one that is not there, the line of what it should stand in."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return self.lines.get(key, 1)

    def need(self, key: str, kind: type) -> Any:
        """The value under this key. Raises BadContent when it is missing or of another type."""
        if key not in self.data:
            raise BadContent(self.path, 1, f"{key!r} is missing")
        value = self.data[key]
        if not isinstance(value, kind):
            raise self.refuse(key, f"should be {kind.__name__}")
        return value

    def only(self, allowed: set[str]) -> None:
        for key in self.data:
            if key not in allowed:
                raise self.refuse(key, "is not a key that is known here")


def read_yaml(path: Path) -> Located:
    """A YAML file whose top is a mapping. Raises BadContent, also for a placeholder in any of its texts."""
    try:
        loader = yaml.CSafeLoader(_text_of(path))
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise BadContent(path, 1, "should be a list of keys and values")
        lines = _Lines(path, loader)
        lines.walk(node, "")
        data = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadContent(path, line, str(error.problem)) from error
    except RecursionError as error:
        raise BadContent(path, 1, "has too many parts inside each other") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BadContent(path, 1, " ".join(str(error).split())) from error
    return Located(path, data, lines.found)


def _text_of(path: Path) -> str:
    """Raises BadContent for a file that is too large, and with the line for a byte that is no text."""
    if path.stat().st_size > LARGEST_FILE:
        raise BadContent(path, 1, f"is larger than {LARGEST_FILE // 1_000_000} MB")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadContent(path, line, "is not UTF-8; save the file as UTF-8") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BadContent(path, line, "holds a character that is no text")
    return text


class _Lines:
    """Finds the line of every key and list item, and refuses what YAML itself would take in silence."""

    def __init__(self, path: Path, loader: yaml.CSafeLoader) -> None:
        self.found: dict[str, int] = {}
        self._path = path
        self._loader = loader
        self._seen: set[int] = set()

    def walk(self, node: yaml.Node, name: str) -> None:
        """Raises BadContent for a key that stands twice, an alias, a placeholder, a date that is none."""
        line = node.start_mark.line + 1
        if id(node) in self._seen:
            # An alias: the copies could grow without end, and a line number would mislead.
            raise BadContent(self._path, line, f"{name}: is a copy of another part; write it out")
        self._seen.add(id(node))
        outer = f"{name}." if name else ""
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._note(f"{outer}{key.value}", key.start_mark.line + 1)
                self.walk(value, f"{outer}{key.value}")
        elif isinstance(node, yaml.SequenceNode):
            for number, item in enumerate(node.value):
                self._note(f"{outer}{number}", item.start_mark.line + 1)
                self.walk(item, f"{outer}{number}")
        elif isinstance(node, yaml.ScalarNode):
            self._look_at(node, name, line)

    def _look_at(self, node: yaml.ScalarNode, name: str, line: int) -> None:
        try:
            self._loader.construct_object(node)
        except ValueError as error:
            # The reader of YAML says "month must be in 1..12" for a date; for a mark it only says what broke.
            why = "is not the kind of value that it is marked as" if _is_marked(node) else str(error)
            raise BadContent(self._path, line, f"{name}: {why}") from error
        except (AttributeError, LookupError) as error:
            raise BadContent(
                self._path, line, f"{name}: is not the kind of value that it is marked as"
            ) from error
        if placeholder := placeholder_in(node.value):
            # The text of a block begins on the line after its mark.
            below = node.value[: node.value.index(placeholder)].count("\n") + 1 if node.style == "|" else 0
            raise BadContent(self._path, line + below, f"{name}: holds the placeholder {placeholder!r}")

    def _note(self, name: str, line: int) -> None:
        if name in self.found:
            raise BadContent(self._path, line, f"{name}: the key stands here twice")
        self.found[name] = line


def _is_marked(node: yaml.ScalarNode) -> bool:
    """Whether the value has quotes and yet is read as a number or a day: somebody wrote a mark like !!int."""
    return bool(node.style) and not node.tag.endswith(":str")


@dataclass(frozen=True)
class Language:
    """`reviewed` False means a draft that no human speaker has checked yet; the prison can see that."""

    code: str
    name: str
    direction: str
    reviewed: bool
    messages: Mapping[str, str]


@dataclass(frozen=True)
class Texts:
    """Every sentence by its id. A language that lacks one falls back to English, never to nothing."""

    languages: Mapping[str, Language]

    def say(self, key: str, language: str = ENGLISH, **fields: object) -> str:
        """Raises KeyError for an id that English does not have: a test walks all that are used."""
        chosen = self.languages.get(language)
        if chosen is not None and key in chosen.messages:
            return chosen.messages[key].format(**fields)
        return self.languages[ENGLISH].messages[key].format(**fields)

    def ways(self, key: str, language: str = ENGLISH, **fields: object) -> tuple[str, ...]:
        """The ways to say this: `key`, `key_2`, `key_3` and so on, as many as this language has.

        Raises KeyError as `say` does. A language that lacks the first says it in English.
        """
        chosen = self.languages.get(language)
        if chosen is None or key not in chosen.messages:
            chosen = self.languages[ENGLISH]
        keys = [key]
        while f"{key}_{len(keys) + 1}" in chosen.messages:
            keys.append(f"{key}_{len(keys) + 1}")
        return tuple(chosen.messages[each].format(**fields) for each in keys)

    def has(self, key: str) -> bool:
        return key in self.languages[ENGLISH].messages

    def direction(self, language: str) -> str:
        return self.languages.get(language, self.languages[ENGLISH]).direction


def load_texts(folder: Path) -> Texts:
    """All languages in a folder; English must be there, and no other may have keys or fields of its own."""
    languages = {path.stem: _language(path) for path in sorted(folder.glob("*.yml"))}
    if ENGLISH not in languages:
        raise BadContent(folder / "en.yml", 1, "English is missing")
    english = languages[ENGLISH].messages
    for code, language in languages.items():
        for key, text in language.messages.items():
            path = folder / f"{code}.yml"
            if key not in english:
                raise BadContent(path, 1, f"{key}: English does not have it")
            if _fields(text) != _fields(english[key]):
                raise BadContent(path, 1, f"{key}: not the same fields in braces as in English")
    return Texts(languages)


def _language(path: Path) -> Language:
    file = read_yaml(path)
    file.only({"language", "name", "direction", "reviewed", "messages"})
    messages = file.need("messages", dict)
    for key, text in messages.items():
        where = f"messages.{key}"
        if not isinstance(key, str) or not isinstance(text, str) or not text.strip():
            raise file.refuse(where, "should be a text under a word; yes and no need quotes")
        if "<" in text:
            raise file.refuse(where, "holds a mark that looks like HTML")
        if not _has_good_fields(text):
            raise file.refuse(where, "has a brace alone, or a field without a name")
    return Language(
        code=file.need("language", str),
        name=file.need("name", str),
        direction=file.need("direction", str),
        reviewed=file.need("reviewed", bool),
        messages={key: text.strip() for key, text in messages.items()},
    )


def _has_good_fields(text: str) -> bool:
    try:
        return all(name is None or name.isidentifier() for _, name, _, _ in Formatter().parse(text))
    except ValueError:
        return False


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
