"""The commands about the logs, as somebody types them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.settings import ROOT
from bot.store.database import Database
from tests.support.builders import SIGNER
from tests.support.chain import walk
from tests.support.filling import fill_every_table


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def run(database: Database, url: str, tmp_path: Path):  # type: ignore[no-untyped-def]
    fill_every_table(database)
    environment = {
        "SIGNPOST_DATABASE_URL": url,
        "SIGNPOST_SEAL_KEYS": "s" * 32,
        "SIGNPOST_LOG_KEY": "l" * 32,
        "SIGNPOST_LOG_HEADS_FILE": str(tmp_path / "heads.jsonl"),
        "SIGNPOST_VAR_DIR": str(tmp_path / "var"),
    }

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments), env=environment)

    return invoke


def test_a_head_is_signed_shown_and_written_out_and_the_log_verified_with_it(run, tmp_path: Path) -> None:
    shown = run("head", "--sign")
    lines = run("head", "--json").stdout.splitlines()
    key = tmp_path / "key.txt"
    key.write_text(run("log-public-key").stdout)

    checked = run("verify-log", "--heads", str(tmp_path / "heads.jsonl"), "--public-key", str(key), "--json")

    assert "The safety log: 3 entries on" in shown.stdout
    assert [json.loads(line)["head"]["chain"] for line in lines] == ["safety", "audit"]
    assert SIGNER.public_key in key.read_text()
    found = json.loads(checked.stdout)
    assert (checked.exit_code, found["holds"], found["heads"]) == (0, True, {"stored": 2, "outside": 2})
    assert found["chains"]["safety"]["entries"] == 3


def test_words_and_counts_are_told_in_sentences(run) -> None:
    done = run("verify-log")

    assert done.exit_code == 0
    assert "The safety log holds: 3 entries" in done.stdout
    assert "The audit holds:" in done.stdout
    assert "0 gone, 0 not to be opened" in done.stdout


def test_a_proof_and_an_export_are_checked_by_the_outsiders_program(
    run, database: Database, tmp_path: Path
) -> None:
    with database.reading() as work:
        entry = next(iter(walk(work)))
    proof, folder = tmp_path / "proof.json", tmp_path / "export"
    proof.write_text(run("prove", entry.id, "--words").stdout)
    assert run("export-log", str(folder)).exit_code == 0

    for path in (proof, folder):
        command = [sys.executable, "-I", "-S", str(ROOT / "tools" / "verify_signpost.py"), "--public-key"]
        done = subprocess.run(
            [*command, str(folder / "public-key.txt"), str(path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Holds:" in done.stdout
    assert "cant do this no more" in proof.read_text()
    assert "cant do this no more" not in (folder / "safety.jsonl").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["prove", "0" * 32], "there is no entry"),
        (["verify-log", "--heads", "/nowhere/heads.jsonl"], "cannot be read"),
        (["verify-log", "--public-key", "pyproject.toml"], "no public key"),
        (["database-rights", "a b"], "a role is"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(run, arguments: list[str], said: str) -> None:
    done = run(*arguments)

    assert done.exit_code != 0
    assert said in " ".join((done.stdout + done.stderr).split())
    assert "Traceback" not in done.stdout + done.stderr
