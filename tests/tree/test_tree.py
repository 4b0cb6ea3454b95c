"""The tree tells the truth: modules stay small, commands that are named exist, the environment is whole."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.running.training import rasa_environment
from bot.settings import ROOT

LONGEST_MODULE = 300
MODULES = sorted(
    file
    for folder in ("bot", "actions", "evaluation", "benchmarks")
    for file in (ROOT / folder).rglob("*.py")
)
# A migration is written once, from the tables, and never edited again.
SMALL = [path for path in MODULES if "versions" not in path.parts]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SMALL, ids=_name)
def test_a_module_is_short_and_says_on_its_first_line_what_lives_in_it(path: Path) -> None:
    text = path.read_text("utf-8")

    assert len(text.splitlines()) <= LONGEST_MODULE
    assert text.startswith('"""')
    assert ast.get_docstring(ast.parse(text))


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{_name(path)}:{node.lineno} {node.name}"
        for path in SMALL
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= 60
    ]

    assert not long


def test_no_package_is_without_a_sentence() -> None:
    folders = {path.parent for path in SMALL} - {ROOT / "bot" / "store" / "migrations"}

    assert [_name(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("package", ["dask", "wrapt", "packaging", "websockets", "sklearn", "onnxruntime"])
def test_what_a_wrong_marker_in_the_lock_would_drop_is_there(package: str) -> None:
    assert importlib.import_module(package)


def test_tensorflow_and_rasa_can_be_imported() -> None:
    # In a process of their own: TensorFlow is heavy, and changes what it finds.
    program = "import dask, wrapt, tensorflow, rasa, rasa_sdk; print(rasa.__version__)"
    quiet = rasa_environment()
    command = [sys.executable, "-W", "ignore", "-c", program]

    done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False, cwd=ROOT)

    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == "3.6.21"


def test_every_dependency_has_its_reason_beside_it() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    project = tomllib.loads(text)
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]

    bare = [name for name in named if not re.search(rf'"{re.escape(name)}",\s+#\s+\S', text)]

    assert not bare


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def _documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_every_make_command_that_is_written_about_exists() -> None:
    named = {
        (path.name, target)
        for path in _documents()
        for target in re.findall(r"`(?:\$ )?make ([a-z-]+)", path.read_text("utf-8"))
    }

    assert {pair for pair in named if pair[1] not in _targets()} == set()


def test_every_signpost_command_that_is_written_about_exists() -> None:
    import typer.main

    from bot.cli import app

    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    named = {
        (path.name, command)
        for path in _documents()
        for command in re.findall(r"`(?:\$ |\.venv/bin/)?signpost ([a-z-]+)", path.read_text("utf-8"))
    }

    assert {pair for pair in named if pair[1] not in known} == set()


def test_every_file_that_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", (ROOT / "README.md").read_text("utf-8"))

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_make_lists_every_command_with_its_sentence() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY:(.*)$", text, re.MULTILINE)

    assert phony is not None
    assert set(phony[1].split()) == _targets()
    assert set(re.findall(r"^([a-z-]+):.*##", text, re.MULTILINE)) == _targets()
