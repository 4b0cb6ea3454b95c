"""A broken screen, from the tablet's front door to the line on the desk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.people import tablets
from bot.people.model import Person
from bot.safety.model import FAULT, Level, Reason, Risk, Verdict
from bot.web.tablet.app import create_app
from tests.support.desk import PRISON, DeskKit, make_kit
from tests.support.tablet_app import DANGER, Browser, FakeAssistant

PART = "THE DANGER SCREEN IS DAMAGED since 10:00"
WHOLE = "THE DANGER SCREEN DOES NOT WORK since 10:00"


@dataclass
class BreakableJudge:
    """Works; or judges with a part missing; or raises, which even the real screen never does."""

    state: str = "works"
    heard: list[str] = field(default_factory=list)

    def judge(self, text: str, before: Sequence[str] = ()) -> Verdict:
        self.heard.append(text)
        if self.state == "raises":
            raise RuntimeError(text)
        broken = self.state == "part"
        found = [Reason(Risk.SUICIDE, Level.EMERGENCY, "says so", "phrase:x")] if DANGER in text else []
        fault = [Reason(None, Level.NONE, "a part is broken", FAULT)] if broken else []
        level = Level.EMERGENCY if found else Level.NONE
        risks = (Risk.SUICIDE,) if found else ()
        return Verdict(level, risks, (*found, *fault), "en", "v", fault=broken)


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


@pytest.fixture
def judge() -> BreakableJudge:
    return BreakableJudge()


@pytest.fixture
def sam(kit: DeskKit, judge: BreakableJudge) -> Browser:
    """Sam, signed in on the tablet of his cell."""
    return signed_in(kit, create_app(kit.product, judge, FakeAssistant()), kit.person("sam"))


def signed_in(kit: DeskKit, app: FastAPI, person: Person) -> Browser:
    with kit.product.database.writing() as work:
        code = tablets.make_code(work, PRISON, person.place, "officer", now=kit.clock.time)
    browser = Browser(app, follow_redirects=False)
    assert browser.submit("/enrol", code=code).status_code == 303
    assert browser.submit("/sign-in", number=person.number, pin="2468").status_code == 303
    browser.submit("/welcome")
    return browser


def lines(kit: DeskKit) -> list[str]:
    """The line, the same on the board, on another page, and in what the script asks for."""
    client: TestClient = kit.signed_in("wing")
    live = client.get("/api/board").json()["damaged"]
    assert client.get("/api/board?html=false").json()["damaged"] == live
    pages = [client.get("/board").text, client.get("/tablets").text]
    assert all((live in page) and ("screen-damaged" in page) for page in pages)
    return [live] if live else []


def alerts(kit: DeskKit) -> list[tuple[str, int]]:
    live = kit.signed_in("wing").get("/api/board?html=false").json()["alerts"]
    return [(alert["level"], alert["times"]) for alert in live]


def test_a_part_that_breaks_is_one_line_on_the_desk_and_no_alert_for_each_message(
    kit: DeskKit, judge: BreakableJudge, sam: Browser
) -> None:
    judge.state = "part"

    for number in range(12):
        sam.say(f"when is lunch {number}")

    (line,) = lines(kit)
    assert line.startswith(PART)
    assert alerts(kit) == []
    with kit.product.database.reading() as work:
        assert not work.outbox.has_due(PRISON, kit.clock.time), "nobody outside is woken by it"


def test_the_line_stays_until_the_screen_works_again(
    kit: DeskKit, judge: BreakableJudge, sam: Browser
) -> None:
    judge.state = "part"
    sam.say("when is lunch")
    kit.clock.move(minutes=10)
    still = lines(kit)
    judge.state = "works"

    sam.say("is it lunch now")

    assert len(still) == 1
    assert lines(kit) == []


def test_danger_that_was_noticed_with_a_part_missing_is_an_alert_that_says_so(
    kit: DeskKit, judge: BreakableJudge, sam: Browser
) -> None:
    judge.state = "part"

    sam.say(DANGER)

    board = kit.signed_in("wing").get("/board").text
    assert alerts(kit) == [("emergency", 1)]
    assert "says so; Part of the screen was broken." in board
    assert PART in board


def test_where_nothing_judges_every_message_is_urgent_and_says_so_and_the_desk_is_told_once(
    kit: DeskKit, judge: BreakableJudge, sam: Browser
) -> None:
    judge.state = "raises"

    sam.say("when is lunch")
    sam.say("hello")

    board = kit.signed_in("wing").get("/board").text
    (line,) = lines(kit)
    assert line.startswith(WHOLE)
    assert alerts(kit) == [("urgent", 2)]
    assert "could not judge this. It counts as urgent to be safe." in board


def test_a_screen_that_works_costs_no_line_and_no_row(kit: DeskKit, sam: Browser) -> None:
    sam.say("when is lunch")

    assert lines(kit) == []
    with kit.product.database.reading() as work:
        assert work.screen_state.latest(PRISON) == {}
