"""What a trained part depends on: what it imports, and nothing else of ours."""

import pytest

from bot.running.sources import components_of, files_behind
from bot.settings import ROOT

COMPONENTS = components_of(ROOT / "config.yml")


def names(*modules: str) -> set[str]:
    return {str(file.relative_to(ROOT / "bot")) for file in files_behind(*modules)}


@pytest.mark.parametrize("file", ["nlu/train_screen.py", "nlu/kernel.py", "nlu/pieces.py", "safety/model.py"])
def test_the_screen_depends_on_what_its_training_imports_at_any_depth(file: str) -> None:
    assert file in names("bot.nlu.train_screen")


@pytest.mark.parametrize(
    "file", ["nlu/tokenizer.py", "nlu/mending.py", "nlu/topic_model.py", "safety/screen.py"]
)
def test_the_assistant_depends_on_the_components_of_its_config(file: str) -> None:
    assert file in names(*COMPONENTS)


@pytest.mark.parametrize("file", ["safety/record.py", "safety/review.py", "nlu/channel.py", "settings.py"])
def test_what_no_training_reads_makes_nothing_stale(file: str) -> None:
    assert (ROOT / "bot" / file).is_file()
    assert file not in names("bot.nlu.train_screen", *COMPONENTS)


def test_a_module_that_is_not_there_is_no_file() -> None:
    assert files_behind("bot.nlu.nothing_like_this") == ()
