"""Messages that were added, as training data."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import app
from bot.learning.export import NotAnExample, as_yaml, merge, tidy_example
from bot.learning.files import ADDED, read_examples, write_examples
from bot.learning.model import Fate, NotUnderstood
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.support.builders import SEALER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ask_visits.yml").write_text(
        'version: "3.1"\nnlu:\n  - intent: ask_visits\n    examples: |\n      - When is my [visit](thing)?\n',
        "utf-8",
    )
    return tmp_path


def read(path: Path) -> dict[str, list[str]]:
    """As Rasa reads it."""
    parts = yaml.safe_load(path.read_text("utf-8"))["nlu"]
    return {
        part["intent"]: [line.removeprefix("- ") for line in part["examples"].splitlines()] for part in parts
    }


def test_what_was_added_is_written_by_intent(folder):
    pairs = [("ask_visits", "can me gran come"), ("ask_phone", "fone is ded"), ("ask_visits", "my nan too")]
    written = write_examples(folder, pairs)

    assert (written.new, written.left_out) == (3, 0)
    assert read(folder / ADDED) == {
        "ask_phone": ["fone is ded"],
        "ask_visits": ["can me gran come", "my nan too"],
    }


def test_what_is_an_example_already_is_left_out_under_whichever_intent(folder):
    pairs = [("ask_phone", "WHEN IS MY VISIT"), ("ask_visits", "when is my visit!")]
    written = write_examples(folder, pairs)

    assert (written.new, written.left_out) == (0, 2)
    assert not (folder / ADDED).exists()


def test_the_same_sentence_for_two_intents_teaches_the_first_only(folder):
    write_examples(folder, [("ask_phone", "the ting"), ("ask_money", "the ting!")])

    assert read(folder / ADDED) == {"ask_phone": ["the ting"]}


def test_writing_again_keeps_what_stood_there_and_adds_nothing_twice(folder):
    write_examples(folder, [("ask_phone", "fone is ded")])
    again = write_examples(folder, [("ask_phone", "fone is ded"), ("ask_phone", "no credit left")])

    assert (again.new, again.left_out) == (1, 1)
    assert read_examples(folder / ADDED) == {"ask_phone": ["fone is ded", "no credit left"]}


def test_training_data_that_cannot_be_read_leaves_the_file_as_it_was(folder):
    write_examples(folder, [("ask_phone", "fone is ded")])
    (folder / "broken.yml").write_text("nlu: [", "utf-8")

    with pytest.raises(yaml.YAMLError):
        write_examples(folder, [("ask_phone", "no credit left")])

    assert read(folder / ADDED) == {"ask_phone": ["fone is ded"]}


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("tell [name] it is [number]", "tell name it is number"),
        ("  /ask_visits now ", "ask_visits now"),
        ("- - a list", "a list"),
        ("two\n lines", "two lines"),
        ('what\'s "this": a # b', 'what\'s "this": a # b'),
    ],
)
def test_an_example_is_one_line_of_plain_words(text, tidy):
    assert tidy_example(text) == tidy


@pytest.mark.parametrize(
    "text", ["my [visit](thing)", 'a {"b": 1}', "[other]", "a|b", "<b>", "(", "", "  ", "[", "123", "/", "?!"]
)
def test_marks_that_training_would_read_are_refused(text):
    with pytest.raises(NotAnExample):
        tidy_example(text)


@given(st.lists(st.tuples(st.sampled_from(["ask_visits", "ask_phone"]), st.text(max_size=60))))
def test_whatever_was_typed_the_file_reads_back_as_it_was_written(pairs):
    good = []
    for intent, text in pairs:
        try:
            good.append((intent, tidy_example(text)))
        except NotAnExample:
            continue
    merged = merge(good, {}, {})

    parts = yaml.safe_load(as_yaml(merged))["nlu"]
    read_back = {part["intent"]: [line[2:] for line in part["examples"].split("\n")[:-1]] for part in parts}

    assert read_back == merged


def test_the_command_writes_what_was_added_at_the_desk(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("SIGNPOST_DATABASE_URL", f"sqlite:///{tmp_path / 'signpost.db'}")
    monkeypatch.setenv("SIGNPOST_SEAL_KEYS", "s" * 32)
    monkeypatch.setenv("SIGNPOST_VAR_DIR", str(tmp_path))
    database = Database(f"sqlite:///{tmp_path / 'signpost.db'}", SEALER)
    upgrade(database.engine)
    with database.writing() as work:
        for text, intent in (("fone is ded", "ask_phone"), ("when is my visit", "ask_visits"), ("left", "")):
            state = Fate.ADDED if intent else Fate.NEW
            work.not_understood.count(a_line(text, intent, state))

    done = CliRunner().invoke(app, ["examples", "--folder", str(folder)])

    with database.reading() as work:
        audit = work.session.execute(sa.text("SELECT action, ref FROM audit")).all()
    assert (done.exit_code, done.stdout) == (0, "1 new in added.yml, 1 were examples already.\n")
    assert read(folder / ADDED) == {"ask_phone": ["fone is ded"]}
    assert [tuple(entry) for entry in audit] == [("examples_written", "1")]


def a_line(text: str, intent: str, state: Fate) -> NotUnderstood:
    return NotUnderstood(
        text, "oakmoor", text, text, "en", (), date(2026, 11, 23), state=state, intent=intent
    )
