"""Every screen that judged is kept with all it needs, and a kept one is trusted only when it is whole."""

import shutil
from pathlib import Path

import pytest

from bot.nlu.build_screen import build_screen
from bot.nlu.encoder import Encoder
from bot.nlu.kept_screens import NotKept, keep, load_kept
from bot.nlu.screen_data import Line
from bot.nlu.screen_head import save
from bot.nlu.train_screen import train
from bot.safety.model import Level, Risk
from bot.settings import load_settings

CONTENT = Path(__file__).parents[2] / "content"
ENCODER = load_settings().encoder_dir
MESSAGE = "cant do this no more gonna string up tonite"


@pytest.fixture
def head(tmp_path: Path) -> Path:
    lines = [Line(f"rope round my neck {n}", Level.EMERGENCY, Risk.SUICIDE) for n in range(6)]
    lines += [Line(f"when is the gym {n}", Level.NONE, None) for n in range(6)]
    encoder = Encoder.load(ENCODER)
    fitted, figures = train(lines, encoder.encode([line.text for line in lines]))
    save(tmp_path / "head", fitted, encoder.model_hash, figures)
    return tmp_path / "head"


def test_a_kept_screen_judges_as_it_did_when_content_and_head_have_changed(
    head: Path, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT / "safety", content / "safety")
    screen = build_screen(content, head, Encoder.load(ENCODER))
    before = screen.judge(MESSAGE)
    kept = tmp_path / "screens"

    keep(kept, screen.version, encoder_dir=ENCODER, screen_dir=head, content_dir=content)
    keep(kept, screen.version, encoder_dir=ENCODER, screen_dir=head, content_dir=content)
    shutil.rmtree(head)
    (content / "safety" / "phrases" / "suicide.yml").write_text("risk: suicide\nphrases: []\n", "utf-8")

    assert load_kept(kept, screen.version).judge(MESSAGE) == before
    assert [place.name for place in kept.iterdir()] == [screen.version.replace("/", "_")]


def test_a_screen_that_was_never_kept_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(NotKept, match="not kept"):
        load_kept(tmp_path, "phrases-1/head-2")


def test_a_kept_screen_that_was_changed_is_not_trusted(head: Path, tmp_path: Path) -> None:
    screen = build_screen(CONTENT, head, Encoder.load(ENCODER))
    place = keep(
        tmp_path / "screens", screen.version, encoder_dir=ENCODER, screen_dir=head, content_dir=CONTENT
    )
    phrases = place / "content" / "safety" / "phrases" / "suicide.yml"
    phrases.write_text(phrases.read_text("utf-8").replace("will end", "would end"), "utf-8")

    with pytest.raises(NotKept, match="What is kept"):
        load_kept(tmp_path / "screens", screen.version)
