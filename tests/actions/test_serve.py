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
import yaml

from actions.spoken import SpokenAction
from bot.people.model import Person
from bot.running.processes import processes_of
from bot.settings import ROOT, Settings
from tests.actions.conftest import Talk

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


def test_no_action_says_words_whether_it_works_or_the_tracker_is_broken(
    started: tuple[str, str, Path],
) -> None:
    """Every action of the domain, by name, so that a new one is asked too."""
    address, token, log = started
    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    message = {"text": WORDS, "intent": {"name": "ask_visits", "confidence": 1.0}, "entities": []}
    said = {"event": "user", "text": WORDS, "parse_data": message, "metadata": {"words": WORDS}}
    whole = {"sender_id": WORDS, "slots": {}, "latest_message": message, "events": [said]}
    trackers = [
        whole,
        whole | {"slots": dict.fromkeys(("step", "misses", "topic", WORDS), WORDS)},
        whole | {"latest_message": {"text": WORDS, "intent": WORDS, "metadata": WORDS}},
        whole | {"events": [WORDS, {"event": WORDS}]},
        {WORDS: WORDS},
    ]
    headers = {"X-Signpost-Token": token}

    answers = [
        httpx.post(
            f"{address}/webhook",
            json={"next_action": action, "tracker": tracker, "domain": {}, "version": "3.6.2"},
            headers=headers,
            timeout=60,
        )
        for action in (*domain["actions"], "no_such_action")
        for tracker in trackers
    ]
    answers += [
        httpx.post(f"{address}/webhook", content=body, headers=headers)
        for body in (WORDS.encode(), f'{{"{WORDS}'.encode(), b"\xff" + WORDS.encode())
    ]

    assert len(answers) > 50
    assert {answer.status_code for answer in answers} <= {200, 400, 404, 500}
    assert [answer.text for answer in answers if answer.status_code != 200 and WORDS in answer.text] == []
    assert WORDS not in log.read_text("utf-8")
    assert "action.failed" in log.read_text("utf-8")


async def test_an_action_that_works_logs_no_words(
    talk: Talk, sam: Person, capfd: pytest.CaptureFixture[str]
) -> None:
    for action in _kinds_of(SpokenAction):
        for intent in ("ask_visits", "request_listener", WORDS):
            await talk(action, intent, text=WORDS, metadata={"words": WORDS}, entities={"topic": WORDS})

    said = "".join(capfd.readouterr())
    assert WORDS not in said
    assert sam.place.cell not in said


def _kinds_of(kind: type) -> list[type]:
    below = [each for child in kind.__subclasses__() for each in _kinds_of(child)]
    return below + [child for child in kind.__subclasses__() if child.__dict__.get("action_name")]
