"""Only messages of development sets are measured with."""

import json
from pathlib import Path

import pytest

from benchmarks.measuring import CannotMeasure
from benchmarks.messages import graded, long_ones, of_all, of_understanding
from bot.safety.model import Level


def write(folder: Path, name: str, *texts: str, **more: object) -> None:
    lines = [json.dumps({"text": text, **more}) for text in texts]
    (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def test_a_test_set_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "danger_english_test.jsonl").write_text("not even JSON", "utf-8")
    write(tmp_path, "english_test", "secret")
    write(tmp_path, "danger_english_development", "one", "two", "one")
    write(tmp_path, "english_development", "three")

    assert sorted(of_all(tmp_path)) == ["one", "three", "two"]
    assert of_understanding(tmp_path) == ["three"]


def test_what_is_said_in_two_messages_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "danger_halves_development", "tonight", before=["i will do it"])
    write(tmp_path, "danger_english_development", "one")

    assert of_all(tmp_path) == ["one"]


def test_the_levels_are_those_of_the_lines(tmp_path: Path) -> None:
    write(tmp_path, "danger_english_development", "one", level="urgent")
    write(tmp_path, "english_development", "two", intent="greet")

    assert graded(tmp_path) == [("one", Level.URGENT)]


def test_long_ones_have_200_to_300_letters() -> None:
    texts = ["a" * size for size in (199, 200, 300, 301)]

    assert [len(text) for text in long_ones(texts)] == [200, 300]


@pytest.mark.parametrize("content", [None, "{", '["text"]', "{}"])
def test_sets_that_are_missing_or_broken_are_a_reason(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "english_development.jsonl").write_text(content, "utf-8")

    with pytest.raises(CannotMeasure):
        of_all(tmp_path)


def test_the_real_sets_hold_messages_of_both_lengths_in_the_same_order_each_time() -> None:
    texts = of_all()

    assert texts == of_all()
    assert len(texts) > 500
    assert len(long_ones(texts)) >= 10
