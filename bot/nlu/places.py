"""Where the folders that config.yml names really lie."""

from pathlib import Path

from bot.settings import ROOT, load_settings


def place(named: str) -> Path:
    """A path in config.yml is meant from the project's folder, and what is in `var` from SIGNPOST_VAR_DIR."""
    path = Path(named)
    if path.parts[:1] == ("var",):
        return load_settings().var_dir.joinpath(*path.parts[1:])
    return ROOT / path
