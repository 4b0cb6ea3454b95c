"""Keeps every screen that judged messages, so that a record can be judged again by the one that made it."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from bot.content import BadContent
from bot.nlu.build_screen import build_screen
from bot.nlu.encoder import Encoder, EncoderBroken
from bot.safety.screen import Screen

_ENCODER, _HEAD, _CONTENT = "encoder", "head", "content"
_SAFETY: Final = "safety"


class NotKept(Exception):
    """The screen of that version is not on this machine, or no longer whole."""


def keep(kept: Path, version: str, *, encoder_dir: Path, screen_dir: Path, content_dir: Path) -> Path:
    """Puts this version's files under `kept`, once; the encoder's as hard links, which take no room.

    Raises OSError when the disk is full or not writable.
    """
    place = kept / _folder(version)
    if place.is_dir():
        return place
    kept.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".fresh-", dir=kept))
    try:
        shutil.copytree(encoder_dir, fresh / _ENCODER, copy_function=_link)
        # Written in place when trained or edited: a link would change with them.
        shutil.copytree(screen_dir, fresh / _HEAD)
        shutil.copytree(content_dir / _SAFETY, fresh / _CONTENT / _SAFETY)
        fresh.rename(place)
    except OSError:
        if not place.is_dir():  # or else another process was faster
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return place


def load_kept(kept: Path, version: str) -> Screen:
    """The screen of that version, as it judged then. Raises NotKept."""
    place = kept / _folder(version)
    if not place.is_dir():
        raise NotKept(f"The screen {version} is not kept on this machine.")
    try:
        screen = build_screen(place / _CONTENT, place / _HEAD, Encoder.load(place / _ENCODER))
    except (EncoderBroken, BadContent) as error:
        raise NotKept(f"The screen {version} is kept, but not whole.") from error
    if screen.version != version:
        raise NotKept(f"What is kept as {version} is {screen.version}.")
    return screen


def _folder(version: str) -> str:
    return version.replace("/", "_").replace("..", "_")


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or one without hard links
        shutil.copy2(source, target)
