"""Content files: read whole, or refused with file and line."""

from pathlib import Path

import pytest

from bot.content import BadContent, Texts, load_texts, read_yaml

_HEAD = "language: {code}\nname: Name\ndirection: ltr\nreviewed: true\nmessages:\n"


def _write(folder: Path, messages: str, code: str = "en") -> None:
    (folder / f"{code}.yml").write_text(_HEAD.format(code=code) + messages, "utf-8")


def _refusal(folder: Path) -> BadContent:
    with pytest.raises(BadContent) as refused:
        load_texts(folder)
    return refused.value


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    _write(tmp_path, '  hello: "Hello"\n  number: "Your number is {reference}."\n')
    _write(tmp_path, '  number: "Twój numer to {reference}."\n', "pl")
    return load_texts(tmp_path)


def test_a_text_is_said_in_the_language_asked_for(texts: Texts) -> None:
    assert texts.say("number", "pl", reference="L-2") == "Twój numer to L-2."


@pytest.mark.parametrize("language", ["pl", "xx", ""])
def test_a_language_without_a_text_falls_back_to_english(texts: Texts, language: str) -> None:
    assert texts.say("hello", language) == "Hello"


def test_words_that_are_put_in_are_never_read_as_fields(texts: Texts) -> None:
    assert texts.say("number", reference="{hello} {0.__class__}") == "Your number is {hello} {0.__class__}."


def test_a_text_that_nobody_wrote_is_an_error(texts: Texts) -> None:
    assert not texts.has("goodbye")
    with pytest.raises(KeyError):
        texts.say("goodbye", "pl")


def test_a_language_knows_its_direction(tmp_path: Path) -> None:
    _write(tmp_path, '  hello: "Hello"\n')
    arabic = _HEAD.format(code="ar").replace("ltr", "rtl") + '  hello: "مرحبا"\n'
    (tmp_path / "ar.yml").write_text(arabic, "utf-8")

    texts = load_texts(tmp_path)

    assert (texts.direction("ar"), texts.direction("en"), texts.direction("xx")) == ("rtl", "ltr", "ltr")


@pytest.mark.parametrize(
    ("messages", "line", "word"),
    [
        ('  a: "x"\n  b: ""\n', 7, "b"),
        ("  a: 3\n", 6, "a"),
        ("  a:\n", 6, "a"),
        ('  a: "x"\n  b: "y"\n  a: "z"\n', 8, "twice"),
        ('  a: "<b>x</b>"\n', 6, "HTML"),
        ('  a: "one {"\n', 6, "brace"),
        ('  a: "one }"\n', 6, "brace"),
        ('  a: "one {}"\n', 6, "field"),
        ('  a: "one {0}"\n', 6, "field"),
        ('  a: "one {x.__class__}"\n', 6, "field"),
        ('  yes: "Yes"\n', 5, "quotes"),
    ],
)
def test_a_bad_text_is_refused_where_it_stands(tmp_path: Path, messages: str, line: int, word: str) -> None:
    _write(tmp_path, messages)

    refusal = _refusal(tmp_path)

    assert refusal.line == line
    assert word in refusal.why
    assert str(refusal).startswith(f"{tmp_path.name}/en.yml:{line}: ")


def test_a_translation_has_no_texts_of_its_own(tmp_path: Path) -> None:
    _write(tmp_path, '  hello: "Hello"\n')
    _write(tmp_path, '  bye: "Pa"\n', "pl")

    assert "English does not have it" in _refusal(tmp_path).why


def test_a_translation_has_the_same_fields_as_english(tmp_path: Path) -> None:
    _write(tmp_path, '  hello: "Hello {name}"\n')
    _write(tmp_path, '  hello: "Cześć {imie}"\n', "pl")

    assert "fields" in _refusal(tmp_path).why


def test_english_must_be_there(tmp_path: Path) -> None:
    _write(tmp_path, '  hello: "Cześć"\n', "pl")

    assert "English is missing" in _refusal(tmp_path).why


@pytest.mark.parametrize("key", ["name", "direction", "reviewed"])
def test_a_file_without_a_key_is_refused(tmp_path: Path, key: str) -> None:
    whole = _HEAD.format(code="en") + '  a: "x"\n'
    lines = [line for line in whole.splitlines() if not line.startswith(key)]
    (tmp_path / "en.yml").write_text("\n".join(lines), "utf-8")

    assert key in _refusal(tmp_path).why


def test_a_key_that_is_not_known_is_refused_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "en.yml").write_text("language: en\ndirektion: ltr\n", "utf-8")

    refusal = _refusal(tmp_path)

    assert (refusal.line, "direktion" in refusal.why) == (2, True)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [1\n", 3),
        ("a: 1\na: 2\n", 2),
        ("- one\n", 1),
        ("", 1),
        ("a: \x07", 1),
        ("a: !!python/none x\n", 1),
    ],
)
def test_what_is_no_mapping_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "file.yml"
    path.write_text(text, "utf-8")

    with pytest.raises(BadContent) as refused:
        read_yaml(path)

    assert refused.value.line == line


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: 1\nb: TBC\n", 2, "'TBC'"),
        ("a:\n  - x\n  - [y, 'Room TODO']\n", 3, "'TODO'"),
        ("a: |\n  First line.\n  See www.example.com.\n", 3, "'example.com'"),
        ("a: 'Ring 01234 567890'\n", 1, "'01234 567890'"),
        ("a: 1\nb: &x [1]\nc: *x\n", 2, "copy"),
        ("a: &x [*x]\n", 1, "copy"),
        ("a: 1\nb: 2026-02-30\n", 2, "b"),
    ],
)
def test_what_no_reader_should_see_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, word: str
) -> None:
    path = tmp_path / "file.yml"
    path.write_text(text, "utf-8")

    with pytest.raises(BadContent) as refused:
        read_yaml(path)

    assert (refused.value.line, word in refused.value.why) == (line, True)


def test_every_key_and_item_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "file.yml"
    path.write_text("a:\n  b: 1\n  c:\n    - x\n    - d: 2\n", "utf-8")

    file = read_yaml(path)

    assert dict(file.lines) == {"a": 1, "a.b": 2, "a.c": 3, "a.c.0": 4, "a.c.1": 5, "a.c.1.d": 5}
    assert file.line_of("a.c.7.nothing") == 3


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file.yml").write_bytes(b"a: \xff\xfe")

    with pytest.raises(BadContent):
        read_yaml(tmp_path / "file.yml")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadContent):
        read_yaml(tmp_path / "nothing.yml")
