"""The way into Rasa over a real socket: whatever fails behind it, it says no words."""

import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.running.training import rasa_environment
from bot.settings import ROOT

WORDS, TOKEN = "cant do this no more zebulonius", "t" * 40
PROGRAM = """
    from sanic import Sanic
    from bot.nlu.channel import TabletInput

    class Agent:
        def is_ready(self):
            return True

    async def fails(message):
        if message.text.startswith("/wait"):
            import asyncio
            await asyncio.sleep(5)
        raise RuntimeError(message.text, message.metadata)

    app = Sanic("rasa")
    app.ctx.agent = Agent()
    app.blueprint(TabletInput("{token}").blueprint(fails), url_prefix="/webhooks/tablet")
    app.run("127.0.0.1", {port}, access_log=False, motd=False)
"""


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    log = tmp_path_factory.mktemp("channel") / "log"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = textwrap.dedent(PROGRAM).format(token=TOKEN, port=port)
    with log.open("w") as file:
        running = subprocess.Popen(
            [sys.executable, "-c", program], cwd=ROOT, env=rasa_environment(), stdout=file, stderr=file
        )
    address, until = f"http://127.0.0.1:{port}/webhooks/tablet", time.monotonic() + 90
    while time.monotonic() < until and running.poll() is None:
        try:
            httpx.get(f"{address}/")
            break
        except httpx.TransportError:
            time.sleep(0.3)
    yield address, log
    running.terminate()
    running.wait(timeout=20)


def test_a_turn_that_fails_and_a_request_that_is_none_say_no_words(channel: tuple[str, Path]) -> None:
    (address, log), headers = channel, {"X-Signpost-Token": TOKEN}
    turn = {"sender": WORDS, "message": WORDS, "metadata": {"words": WORDS}}

    failed = httpx.post(f"{address}/webhook", json=turn, headers=headers)
    refused = httpx.post(f"{address}/webhook", json=turn, headers={"X-Signpost-Token": WORDS})
    odd = [
        httpx.post(f"{address}/webhook", json=body, headers=headers)
        for body in (WORDS, [WORDS], {WORDS: WORDS}, {"sender": WORDS, "message": [WORDS]})
    ]
    odd += [
        httpx.post(f"{address}/webhook", content=body, headers=headers)
        for body in (WORDS.encode(), f'{{"{WORDS}'.encode(), b"\xff" + WORDS.encode())
    ]
    odd.append(httpx.put(f"{address}/webhook", content=WORDS))

    assert (failed.status_code, refused.status_code) == (500, 403)
    assert {answer.status_code for answer in odd} <= {400, 404, 405}
    assert [answer.text for answer in (failed, refused, *odd) if WORDS in answer.text] == []
    assert "tablet_channel.failed RuntimeError" in log.read_text("utf-8")
    assert WORDS not in log.read_text("utf-8")


def test_who_stops_waiting_leaves_no_words_behind(channel: tuple[str, Path]) -> None:
    address, log = channel
    turn = {"sender": "x", "message": f"/wait {WORDS}"}

    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{address}/webhook", json=turn, headers={"X-Signpost-Token": TOKEN}, timeout=0.5)
    time.sleep(0.5)

    assert WORDS not in log.read_text("utf-8")
