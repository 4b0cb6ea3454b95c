"""Arrows point inwards: the domain imports nothing, and each technology has one home."""

import ast
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from bot.settings import ROOT

INNER = ("bot/queue/", "bot/safety/", "bot/people/")
_INNER_PACKAGES = ("bot.queue.", "bot.safety.", "bot.people.")

# Where each may be imported: a folder ends in a slash, a module in .py.
HOMES: dict[str, tuple[str, ...]] = {
    "sqlalchemy": ("bot/store/",),
    "alembic": ("bot/store/",),
    "psycopg": ("bot/store/",),
    "fastapi": ("bot/web/",),
    "starlette": ("bot/web/", "benchmarks/page.py"),
    "jinja2": ("bot/web/",),
    "uvicorn": ("bot/web/",),
    "sse_starlette": ("bot/web/",),
    "itsdangerous": ("bot/web/",),
    "rasa": ("bot/nlu/", "evaluation/"),
    "sanic": ("bot/nlu/", "actions/serve.py"),
    "sklearn": ("bot/nlu/",),
    "skops": ("bot/nlu/",),
    "scipy": ("bot/nlu/",),
    "numpy": ("bot/nlu/", "bot/reports/tally.py", "evaluation/", "benchmarks/screening.py"),
    "onnxruntime": ("bot/nlu/", "evaluation/peers/minilm.py"),
    "tokenizers": ("bot/nlu/", "evaluation/peers/minilm.py"),
    "matplotlib": ("evaluation/pictures.py",),
    "lingua": ("bot/nlu/",),
    "rasa_sdk": ("actions/",),
    "apprise": ("bot/notices/apprise_address.py",),
    "fpdf": ("bot/web/pdf.py",),
    "smtplib": ("bot/notices/mail.py",),
    "argon2": ("bot/passwords.py",),
    "cryptography": ("bot/store/sealed.py", "bot/signing.py"),
    "pyotp": ("bot/one_time.py",),
    "segno": ("bot/web/qr.py",),
    "authlib": ("bot/openid/",),
    "joserfc": ("bot/openid/",),
    "httpx2": ("bot/openid/",),
    "holidays": ("bot/directory/hours.py",),
    "yaml": (
        "bot/content.py",
        "bot/editions/yaml_text.py",
        "bot/learning/files.py",
        "bot/nlu/screen_data.py",
        "bot/safety_content.py",
        "bot/taxonomy.py",
    ),
}

ALLOWED = {
    # What is measured is the danger screen as a live message meets it.
    ("evaluation/danger/run.py", "bot.bootstrap.build_judge"),
    # `signpost bench` is a command of the product; only when it is called is it loaded.
    ("bot/cli.py", "benchmarks.command.bench"),
}


@dataclass(frozen=True)
class Import:
    """A module that is named in an import, `line` for line, or a name in it: `bot.store.outbox.Notice`."""

    path: str
    line: int
    name: str

    @property
    def root(self) -> str:
        return self.name.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.name}"


@cache
def _imports() -> tuple[Import, ...]:
    files = sorted(
        file
        for folder in ("bot", "actions", "evaluation", "benchmarks")
        for file in (ROOT / folder).rglob("*.py")
    )
    return tuple(found for file in files for found in _imports_of(file))


def _imports_of(file: Path) -> list[Import]:
    path = file.relative_to(ROOT).as_posix()
    found: list[Import] = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [Import(path, node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            before = f"{node.module}." if node.module else "."
            start = "." * node.level + before
            found += [Import(path, node.lineno, f"{start}{alias.name}") for alias in node.names]
    return found


def _words(found: list[Import]) -> str:
    return "\n".join(map(str, found))


def test_the_domain_imports_the_standard_library_and_itself() -> None:
    inner = [found for found in _imports() if found.path.startswith(INNER)]

    strangers = [
        found
        for found in inner
        if found.root not in sys.stdlib_module_names and not found.name.startswith(_INNER_PACKAGES)
    ]

    assert inner
    assert not strangers, _words(strangers)


@pytest.mark.parametrize("technology", list(HOMES))
def test_each_technology_has_one_home(technology: str) -> None:
    homes = HOMES[technology]

    strays = [found for found in _imports() if found.root == technology and not found.path.startswith(homes)]

    assert not strays, _words(strays)


def test_actions_reach_the_store_through_what_bootstrap_hands_out() -> None:
    # The type of what it hands out may be named; nothing of the store is made or called.
    strays = [
        found
        for found in _imports()
        if found.path.startswith("actions/")
        and found.name.startswith("bot.store.")
        and found.name != "bot.store.unit_of_work.UnitOfWork"
    ]

    assert not strays, _words(strays)


@pytest.mark.parametrize(
    ("folder", "outer"),
    [
        ("bot/store/", ("bot.web", "bot.nlu", "actions", "bot.bootstrap")),
        ("bot/nlu/", ("bot.web", "bot.store", "actions")),
        ("bot/web/", ("rasa", "rasa_sdk", "actions")),
        ("actions/", ("bot.web", "bot.nlu", "rasa", "evaluation", "benchmarks")),
        ("bot/", ("evaluation", "benchmarks")),
        ("evaluation/", ("bot.web", "bot.store", "bot.bootstrap", "actions", "benchmarks")),
        # They measure the product from outside, every part of it.
        ("benchmarks/", ("actions", "rasa", "sqlalchemy", "onnxruntime")),
    ],
)
def test_no_outer_part_imports_its_neighbour(folder: str, outer: tuple[str, ...]) -> None:
    names = tuple(f"{name}." for name in outer)

    strays = [
        found
        for found in _imports()
        if found.path.startswith(folder)
        and f"{found.name}.".startswith(names)
        and (found.path, found.name) not in ALLOWED
    ]

    assert not strays, _words(strays)


def test_nothing_is_imported_from_tests() -> None:
    strays = [found for found in _imports() if found.root in ("tests", "pytest", "hypothesis")]

    assert not strays, _words(strays)


def test_no_import_is_relative() -> None:
    strays = [found for found in _imports() if found.name.startswith(".")]

    assert not strays, _words(strays)
