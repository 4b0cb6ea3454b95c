"""The whole product as `make run` starts it, on ports and a database of its own, and a real browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
_READY_WITHIN = 180
# A browser that calls nobody: the machine has no network to answer.
_BROWSER_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=user-gesture-required",
]


@dataclass(frozen=True)
class Running:
    """The started product. `process` is the one that `make run` starts; `var` holds its logs and database."""

    process: "subprocess.Popen[str]"
    tablet: str
    desk: str
    var: Path
    ready_line: str

    def part(self, name: str) -> psutil.Process:
        """The process of one part, by the words of its command line."""
        words = {"rasa": ["rasa", "run"], "actions": ["actions.serve"], "tablet": ["serve-tablet"]}[name]
        for child in psutil.Process(self.process.pid).children(recursive=True):
            if all(word in child.cmdline() for word in words):
                return child
        raise LookupError(f"{name} is not running")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    var = tmp_path_factory.mktemp("var")
    for made in ("encoder", "screen", "models"):
        (var / made).symlink_to(ROOT / "var" / made)
    process, ready = start(var)
    words = ready.split()
    tablet, desk = (word for word in words if word.startswith("http"))
    yield Running(process, tablet, desk, var, ready)
    stop(process)


def start(var: Path) -> tuple["subprocess.Popen[str]", str]:
    """Starts everything and waits for the line that begins with Ready."""
    ports = _free_ports(4)
    environment = os.environ | {
        "SIGNPOST_VAR_DIR": str(var),
        "SIGNPOST_DATABASE_URL": f"sqlite:///{var / 'signpost.db'}",
        "SIGNPOST_TABLET_PORT": str(ports[0]),
        "SIGNPOST_DESK_PORT": str(ports[1]),
        "SIGNPOST_RASA_PORT": str(ports[2]),
        "SIGNPOST_ACTIONS_PORT": str(ports[3]),
    }
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "signpost"), "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    give_up = threading.Timer(_READY_WITHIN, process.kill)
    give_up.start()
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Ready:"):
            give_up.cancel()
            return process, line
    give_up.cancel()
    raise AssertionError("the product did not start: " + "".join(said))


def stop(process: "subprocess.Popen[str]") -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=60)


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


# Not for the whole session: while it runs, no other test may start an event loop of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "Chromium is not installed: run scripts/setup.sh tests as root"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=_BROWSER_ARGS)
        yield started
        started.close()


@pytest.fixture
def tablet(browser: Browser) -> Iterator[Page]:
    yield from _page(browser, {"width": 1280, "height": 800})


@pytest.fixture
def other_tablet(browser: Browser) -> Iterator[Page]:
    yield from _page(browser, {"width": 1280, "height": 800})


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    yield from _page(browser, {"width": 1366, "height": 768})


def _page(browser: Browser, size: dict[str, int]) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(viewport=size, locale="en-GB")  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
