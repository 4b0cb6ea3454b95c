"""The action server as the product starts it, spoken to over a real socket."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.running.processes import processes_of
from bot.settings import ROOT, Settings

WORDS = "cant do this no more zebulonius"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Path]]:
    """Its address, its token and its log, with the product's own command and environment."""
    folder = tmp_path_factory.mktemp("actions")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(_env_file=None, var_dir=folder, actions_port=port)  # type: ignore[call-arg]
    process = next(each for each in processes_of(settings) if each.name == "actions")
    log = folder / "actions.log"
    environment = (
        os.environ | {"PYTHONPATH": str(ROOT), "SIGNPOST_VAR_DIR": str(folder)} | process.environment
    )
    with log.open("w") as file:
        running = subprocess.Popen(process.command, cwd=ROOT, env=environment, stdout=file, stderr=file)
    until = time.monotonic() + 120
    while not process.is_up() and time.monotonic() < until and running.poll() is None:
        time.sleep(0.3)
    yield f"http://127.0.0.1:{port}", process.environment["SIGNPOST_RASA_TOKEN"], log
    running.terminate()
    running.wait(timeout=20)


def test_without_the_token_nothing_is_run_and_nothing_is_told(started: tuple[str, str, Path]) -> None:
    address, token, log = started
    call = {"next_action": "no_such_action", "tracker": {"sender_id": "x"}, "version": "3.6.2"}
    assert httpx.get(f"{address}/health").json() == {"status": "ok"}

    refused = [
        httpx.post(f"{address}/webhook", json=call),
        httpx.post(f"{address}/webhook", json=call, headers={"X-Signpost-Token": token[:-1]}),
        httpx.get(f"{address}/actions"),
    ]
    asked = httpx.options(f"{address}/webhook", headers={"Origin": "http://evil.example"})
    known = httpx.post(f"{address}/webhook", json=call, headers={"X-Signpost-Token": token})

    assert [answer.status_code for answer in refused] == [403] * 3
    assert not any("allow-origin" in name for answer in (asked, *refused) for name in answer.headers)
    assert known.status_code == 404
    broken = httpx.post(
        f"{address}/webhook", content=f'["{WORDS}"]'.encode(), headers={"X-Signpost-Token": token}
    )
    assert broken.status_code == 500
    assert WORDS not in broken.text
    assert WORDS not in log.read_text("utf-8")


def test_it_listens_on_loopback_only(started: tuple[str, str, Path]) -> None:
    port = int(started[0].rpartition(":")[2])
    lines = Path("/proc/net/tcp").read_text().splitlines() + Path("/proc/net/tcp6").read_text().splitlines()
    listening = [parts[1] for parts in map(str.split, lines[1:]) if parts[3:4] == ["0A"]]

    assert [each for each in listening if re.search(f":{port:04X}$", each)] == [f"0100007F:{port:04X}"]


def test_rasa_is_started_on_loopback_with_a_token_and_without_its_management_api(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, var_dir=tmp_path)  # type: ignore[call-arg]
    rasa = next(each for each in processes_of(settings) if each.name == "rasa")
    given = (ROOT / "credentials.yml").read_text("utf-8")

    assert rasa.command[rasa.command.index("--interface") + 1] == "127.0.0.1"
    assert not {"--enable-api", "--cors", "--debug", "-i"} & set(rasa.command)
    assert rasa.command[:3] == [sys.executable, "-m", "bot.running.closed"]
    assert re.findall(r"^(\S+):$", given, re.MULTILINE) == ["bot.nlu.channel.TabletInput"]
    assert "token: ${SIGNPOST_RASA_TOKEN}" in given
    assert len(rasa.environment["SIGNPOST_RASA_TOKEN"]) >= 32
