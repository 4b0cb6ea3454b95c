"""What is published, packed as files for the folder that the product reads; a newer text there is kept."""

import io
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.content import BadContent
from bot.editions.files import changed_since, file_name, write_editions
from bot.editions.model import Edition
from bot.editions.prison_text import CannotWrite
from bot.web.desk.desk import Desk

# What the address says when the newer texts of the files are to be replaced as well.
REPLACE = "replace"
# Beside the folder, so that unpacking brings nothing into it that is no content.
_NOTE = "newer-texts.txt"


class NotPacked(Exception):
    """The files could not be made; says why."""


@dataclass(frozen=True)
class Packed:
    data: bytes
    files: int


def newer_in_files(desk: Desk, editions: Sequence[Edition]) -> tuple[Edition, ...]:
    """Published over a text that is another one by now, as after an upgrade that corrected it."""
    return changed_since(desk.product.settings.content_dir, desk.rules, editions)


def pack(desk: Desk, editions: Sequence[Edition], *, replace: bool) -> Packed:
    """Without what would take the place of a newer text, unless that is asked for; a note in the zip names
    it either way. Raises NotPacked."""
    newer = newer_in_files(desk, editions)
    wanted = [each for each in editions if replace or each not in newer]
    packed = io.BytesIO()
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file,
        ):
            out = Path(folder)
            written = write_editions(out, desk.product.settings.content_dir, desk.rules, wanted)
            for name in written.names:
                file.writestr(f"content/{name}", (out / name).read_text("utf-8"))
            if note := "\n".join(_note(desk, newer, written.left_out, replace=replace)):
                file.writestr(_NOTE, f"{note}\n")
    except (CannotWrite, BadContent) as error:
        raise NotPacked(str(error)) from error
    except OSError as error:
        # Its text names a path of the machine.
        raise NotPacked(error.strerror or type(error).__name__) from error
    return Packed(packed.getvalue(), len(written.names))


def _note(
    desk: Desk, newer: Sequence[Edition], unreadable: Sequence[Edition], *, replace: bool
) -> Iterator[str]:
    newer_key = "content_note_replaced" if replace else "content_note_left_out"
    for key, editions in ((newer_key, newer), ("content_note_unreadable", unreadable)):
        if editions:
            yield desk.wording.say(key)
            yield from (f"  {file_name(each.piece)}: {each.key}" for each in editions)
