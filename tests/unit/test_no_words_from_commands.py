"""Commands that fail: what was typed, piped in or stored stands in no line of theirs."""

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from bot import bootstrap, cli
from bot.nlu import understand
from tests.support.secret_words import NUMBER, WORDS

PIPED = (
    *(json.dumps({"text": WORDS}), json.dumps({"words": WORDS}), WORDS, f'{{"text": "{WORDS}'),
    json.dumps([WORDS]),
)
# Every command but those that start processes, train or measure for minutes, with what it takes.
GIVEN: dict[str, list[str]] = {
    **{name: [] for name in ("understand", "screen", "holds", "head", "verify-log", "migrate", "seal-again")},
    **{name: [] for name in ("examples", "danger-examples", "notify-test")},
    **{name: [WORDS] for name in ("replay", "prove")},
    "add-staff": [WORDS, "--name", NUMBER],
    "bundle": [NUMBER],
    "export-log": ["FOLDER"],
    "export-content": ["--out", "FOLDER"],
}
NOT_RUN = {
    *("run", "train", "worker", "serve-tablet", "serve-desk", "bench", "simulate"),
    # Nothing of theirs was typed or stored by anybody.
    *("check-content", "check-vulnerabilities", "log-public-key", "database-rights"),
}


class Fails:
    """A product, judge or model that fails as a library does: with all it knows."""

    def judge(self, text: str) -> Any:
        raise RuntimeError(text)

    def understand(self, text: str) -> Any:
        raise RuntimeError(text)

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"{WORDS} {NUMBER}")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """The command as it is, with such a product. Gives its exit status, and what it said."""
    for name in ("build", "build_judge", "build_database"):
        monkeypatch.setattr(bootstrap, name, lambda *given, **named: Fails())
    monkeypatch.setattr(understand.Understander, "load", lambda path: Fails())
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.chdir(Path.cwd())

    def _run(name: str, given: list[str], piped: tuple[str, ...]) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["signpost", name, *given])
        monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(piped)))
        status: object = 0
        try:
            cli.main()
        except SystemExit as ended:
            status = ended.code
        return status, *capfd.readouterr()

    return _run


def test_every_command_is_run_here_or_has_nothing_to_tell() -> None:
    group: Any = typer.main.get_command(cli.app)

    assert {*GIVEN, *NOT_RUN} == set(group.commands)


@pytest.mark.parametrize("name", GIVEN)
def test_a_command_that_fails_says_of_which_kind_and_where_only(name: str, run: Any, tmp_path: Path) -> None:
    given = [each.replace("FOLDER", str(tmp_path / "new")) for each in GIVEN[name]]

    status, out, err = run(name, given, PIPED)

    assert status == 1
    assert err.startswith("Broken off: RuntimeError at test_no_words_from_commands.py:")
    assert WORDS not in out + err
    assert NUMBER not in out + err


@pytest.mark.parametrize("name", ["understand", "screen"])
def test_a_line_that_is_no_question_is_not_repeated(name: str, run: Any) -> None:
    status, out, err = run(name, [], PIPED[1:])

    assert status == 0
    assert WORDS not in out + err
    assert out.count("not an object") == 4
