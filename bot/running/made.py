"""What was made by training is what is loaded: hashes are kept when it is made, and compared before use."""

import hashlib
import json
import tarfile
from pathlib import Path

from bot.running.checks import CannotStart
from bot.settings import Mode, Settings

_HASHES = "hashes.json"
# Names that a model's archive may hold: data that is read, never code that runs. A pickle is not among them.
_READ_ONLY = (".json", ".yml", ".npz")


def keep_hashes(folder: Path, names: tuple[str, ...]) -> None:
    (folder / _HASHES).write_text(json.dumps(_hashes(folder, names), indent=1), "utf-8")


def check_made(settings: Settings) -> None:
    """Raises CannotStart, in one sentence, for a part that is not the one that was made here."""
    from bot.running.training import parts_of

    for part in parts_of(settings):
        check_part(part.name, part.folder, part.products, trusting=settings.mode is Mode.DEMO)


def check_part(name: str, folder: Path, names: tuple[str, ...], *, trusting: bool) -> None:
    """`trusting` keeps the hashes of what was made before hashes were kept; production has it made anew."""
    try:
        kept = json.loads((folder / _HASHES).read_text("utf-8"))
    except FileNotFoundError:
        if not trusting:
            raise CannotStart(f"Nobody knows who made the {name}. Run `signpost train --again`.") from None
        kept = None
    except (OSError, ValueError) as error:
        raise CannotStart(
            f"The hashes of the {name} cannot be read. Run `signpost train --again`."
        ) from error
    if kept is None:
        keep_hashes(folder, names)
    elif kept != _hashes(folder, names):
        raise CannotStart(f"The {name} was changed after it was made. Run `signpost train --again`.")
    for archive in (folder / each for each in names if each.endswith(".tar.gz")):
        check_archive(archive)


def check_archive(path: Path) -> None:
    """Raises CannotStart for a model with anything in it that is more than data."""
    with tarfile.open(path) as archive:
        for member in archive:
            harmless = member.isdir() or (member.isfile() and member.name.endswith(_READ_ONLY))
            if not harmless or ".." in Path(member.name).parts:
                raise CannotStart(
                    f"{path.name} holds {Path(member.name).name}, which no model of ours holds."
                )


def _hashes(folder: Path, names: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        try:
            with (folder / name).open("rb") as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            found[name] = ""
    return found
