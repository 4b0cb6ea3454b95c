"""The live feed: a change is told within a second, and silence is never mistaken for calm."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from bot.web.desk.feed import Feed, Pace
from tests.support.desk import START, Clock, DeskKit, make_kit, serving
from tests.support.outside import free_port

_ROOT = Path(__file__).resolve().parents[2]
QUICK = Pace(look=0.02, ping=0.1, pings_to_check=3, stale=0.3)
_RUN = """
from pathlib import Path
from bot.settings import load_settings
from bot.web.desk.main import run
run(load_settings(database_url={database!r}, var_dir=Path({var!r}), desk_port={port}))
"""


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


@pytest.mark.alone
def test_a_commit_reaches_an_open_board_within_a_second(kit: DeskKit) -> None:
    ann = kit.person("ann")
    # The first request of a process is made slowly: everything in it is cold.
    kit.ask(kit.person("bob"))
    cookies = {"signpost_desk": kit.signed_in("wing").cookies["signpost_desk"]}

    with serving(kit.app) as address, httpx.stream("GET", f"{address}/board/feed", cookies=cookies) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: ping"
        # The first look at the store counts as a change: let it pass.
        time.sleep(0.5)
        asked = time.monotonic()
        kit.ask(ann)
        told = next(time.monotonic() for line in lines if line == "event: changed")

    assert told - asked < 1.0


async def test_every_open_board_hears_of_a_change_and_of_nothing_else() -> None:
    pulses = ["1"]
    feed = Feed(lambda: pulses[-1], lambda: START, QUICK)
    watch = asyncio.create_task(feed.watch())
    await asyncio.sleep(0.1)
    boards = [feed.happenings(yes) for _ in range(3)]
    hellos = [(await anext(board))["event"] for board in boards]

    pulses.append("2")
    told = await asyncio.gather(*(anext(board) for board in boards))

    assert hellos == ["ping"] * 3
    assert [event["event"] for event in told] == ["changed"] * 3
    assert (await anext(boards[0]))["event"] == "ping"
    watch.cancel()


async def test_a_feed_that_cannot_read_the_store_stops_its_pings() -> None:
    def broken() -> str:
        raise OperationalError("select", {}, Exception("gone"))

    feed = Feed(broken, lambda: START, QUICK)
    watch = asyncio.create_task(feed.watch())
    board = feed.happenings(yes)
    await anext(board)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(board), QUICK.ping * 5)

    assert not feed.is_live
    watch.cancel()


async def test_a_board_is_told_when_its_session_is_over() -> None:
    feed = Feed(lambda: "1", lambda: START, QUICK)
    watch = asyncio.create_task(feed.watch())

    events = [happening["event"] async for happening in feed.happenings(no)]

    assert events[-1] == "ended"
    watch.cancel()


def test_the_running_desk_stops_within_five_seconds_with_a_board_open(tmp_path: Path) -> None:
    # The process has the real clock: the account signs in by it too.
    kit = make_kit(tmp_path, clock=Clock(datetime.now(UTC)))
    cookies = {"signpost_desk": kit.signed_in("wing").cookies["signpost_desk"]}
    settings = kit.product.settings
    port = free_port()
    script = _RUN.format(database=settings.database_url, var=str(settings.var_dir), port=port)
    process = subprocess.Popen([sys.executable, "-c", script], cwd=_ROOT)
    wait_for(f"http://127.0.0.1:{port}/healthz")

    with httpx.stream("GET", f"http://127.0.0.1:{port}/board/feed", cookies=cookies) as feed:
        first = next(feed.iter_lines())
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)

    assert first == "event: ping"
    assert time.monotonic() - asked < 5
    kit.product.database.close()


def wait_for(address: str) -> None:
    for _ in range(200):
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the desk did not start")
