"""Known vulnerabilities of what uv.lock names, from a copy of the OSV database here: no network."""

import json
import re
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from packaging.version import InvalidVersion, Version

from bot.settings import ROOT

_NOBODY_LOOKED = 3


class NoDatabase(Exception):
    """There is no database where one was said to be, or it holds nothing about Python packages."""


@dataclass(frozen=True)
class Known:
    package: str
    version: str
    id: str
    summary: str


def check_vulnerabilities(
    database: Annotated[
        Path | None, typer.Option(help="all.zip of OSV's PyPI part, or a folder with its JSON files.")
    ] = None,
) -> None:
    """Look for known vulnerabilities of the locked packages. Exit status 1: found; 3: nobody could look."""
    path = database or ROOT / "var" / "osv" / "PyPI.zip"
    try:
        count, found = check(locked(ROOT / "uv.lock"), entries_of(path))
    except NoDatabase as error:
        typer.echo(f"Nothing was checked: {error}", err=True)
        raise typer.Exit(_NOBODY_LOOKED) from error
    for each in found:
        typer.echo(f"{each.package} {each.version}: {each.id} {each.summary}")
    typer.echo(
        f"{len(found)} known vulnerabilities, from {count} entries about packages that are locked here."
    )
    if found:
        raise typer.Exit(1)


def locked(path: Path) -> dict[str, str]:
    """Name and version of each package of the lock file, names as they are compared."""
    packages = tomllib.loads(path.read_text("utf-8"))["package"]
    return {_plain(each["name"]): each["version"] for each in packages if "version" in each}


def entries_of(path: Path) -> Iterator[dict[str, Any]]:
    """Raises NoDatabase."""
    if path.is_dir():
        texts: Iterable[bytes] = (file.read_bytes() for file in sorted(path.rglob("*.json")))
    elif path.is_file() and zipfile.is_zipfile(path):
        archive = zipfile.ZipFile(path)
        texts = (archive.read(name) for name in archive.namelist() if name.endswith(".json"))
    else:
        raise NoDatabase(f"there is no OSV database at {path}. Bring all.zip of its PyPI part there.")
    count = 0
    for text in texts:
        try:
            entry = json.loads(text)
        except ValueError as error:
            raise NoDatabase(f"{path} holds a file that is no JSON") from error
        count += 1
        yield entry
    if not count:
        raise NoDatabase(f"{path} holds no entry at all")


def check(packages: dict[str, str], entries: Iterable[dict[str, Any]]) -> tuple[int, list[Known]]:
    """How many entries were about these packages, and those that hold for the locked version."""
    count, found = 0, []
    for entry in entries:
        if entry.get("withdrawn"):
            continue
        for affected in entry.get("affected", ()):
            package = affected.get("package", {})
            name = _plain(str(package.get("name", "")))
            if package.get("ecosystem") != "PyPI" or name not in packages:
                continue
            count += 1
            if _holds(packages[name], affected):
                found.append(
                    Known(name, packages[name], str(entry.get("id")), str(entry.get("summary", ""))[:120])
                )
    return count, sorted(set(found), key=lambda each: (each.package, each.id))


def _holds(version: str, affected: dict[str, Any]) -> bool:
    """In doubt it does: a range that cannot be read is looked at by a human."""
    if version in affected.get("versions", ()):
        return True
    spans = [span for span in affected.get("ranges", ()) if span.get("type") == "ECOSYSTEM"]
    return any(_within(version, span.get("events", ())) for span in spans)


def _within(version: str, events: Iterable[dict[str, str]]) -> bool:
    try:
        mine, inside = Version(version), False
        for event in events:
            if "introduced" in event and (event["introduced"] == "0" or mine >= Version(event["introduced"])):
                inside = True
            if "fixed" in event and mine >= Version(event["fixed"]):
                inside = False
            if "last_affected" in event and mine > Version(event["last_affected"]):
                inside = False
    except InvalidVersion:
        return True
    return inside


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
