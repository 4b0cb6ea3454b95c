"""An alert that somebody took and nobody checked: on the board, up the chain, in the log, in the sound."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.safety import review
from bot.safety.model import Level
from tests.support.chain import head, verify, walk
from tests.support.desk import DeskKit, make_kit

CHECK = {"seen": "yes", "spoke": "yes", "response": "He talked."}
NOT_SEEN = {"seen": "no", "spoke": "no", "response": "Not in his cell."}


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    """Oakmoor: ten minutes for the check of an emergency, an hour for an urgent one."""
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def taken(kit: DeskKit, name: str = "sam", level: Level = Level.EMERGENCY, step: str = "acknowledge") -> str:
    record = kit.say(kit.person(name), f"help {name}", level)
    assert kit.post("wing", f"/alerts/{record}/{step}").status_code == 303
    return record


def wait(kit: DeskKit, minutes: float) -> int:
    """So long, and then one tick of the worker. Gives how many climbed."""
    kit.clock.move(minutes=minutes)
    with kit.product.database.writing() as work:
        return review.climb(work, kit.product.prison, now=kit.clock.time)


def board(kit: DeskKit) -> str:
    return kit.signed_in("wing").get("/board").text


def row_of(kit: DeskKit, record: str) -> str:
    """One row of the list of those to check on, without its marks."""
    found = re.search(rf'<li class="([^"]*)" id="alert-{record}".*?</li>', board(kit), re.DOTALL)
    assert found, "not on the board"
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "Taken just now, not checked yet"),
        (1, "Taken 1 min ago, not checked yet"),
        (9, "Taken 9 min ago, not checked yet"),
    ],
)
@pytest.mark.parametrize("step", ["acknowledge", "go"])
def test_the_board_says_who_took_it_and_how_long_ago(
    kit: DeskKit, step: str, minutes: int, words: str
) -> None:
    record = taken(kit, step=step)

    climbed = wait(kit, minutes)

    assert climbed == 0
    assert words in row_of(kit, record)
    assert row_of(kit, record).count("Officer Wing") == 1
    assert "Passed on" not in row_of(kit, record)


def test_after_its_time_it_climbs_and_the_board_says_to_whom_and_why(kit: DeskKit) -> None:
    record = taken(kit)
    before = kit.signed_in("wing").get("/api/board").json()

    climbed = wait(kit, 14)

    after, row = kit.signed_in("wing").get("/api/board").json(), row_of(kit, record)
    assert climbed == 1
    assert "Taken 14 min ago, not checked yet" in row
    assert "Passed on to the orderly officer: nobody has checked on the person" in row
    assert 'class="row going emergency late"' in board(kit)
    assert (before["alerts"], before["bar"]) == ([], "")
    assert [(a["id"], a["level"], a["told"], a["unanswered"]) for a in after["alerts"]] == [
        (record, "unchecked", "orderly", False)
    ]
    assert after["bar"] == "People whom nobody has checked on in time: 1. Go to the board."


def test_an_urgent_alert_has_an_hour(kit: DeskKit) -> None:
    record = taken(kit, level=Level.URGENT)

    assert (wait(kit, 59), wait(kit, 1)) == (0, 1)
    assert "Passed on to the orderly officer" in row_of(kit, record)


def test_when_the_whole_chain_was_told_it_says_so_plainly(kit: DeskKit) -> None:
    record = taken(kit)
    rows = []

    for _ in range(4):
        wait(kit, 10)
        rows.append("NOBODY HAS CHECKED on the person" in row_of(kit, record))

    (live,) = kit.signed_in("wing").get("/api/board").json()["alerts"]
    page = kit.signed_in("wing").get(f"/alerts/{record}").text
    assert rows == [False, False, True, True]
    assert "NOBODY HAS CHECKED on the person for 40 min. Everybody in the chain was told" in row_of(
        kit, record
    )
    assert (live["told"], live["unanswered"]) == ("manager", True)
    assert "NOBODY HAS CHECKED on the person for 40 min." in page
    assert "NOBODY HAS ANSWERED" not in page


def test_the_log_says_each_step_once_and_that_it_was_for_want_of_a_check(kit: DeskKit) -> None:
    record = taken(kit)
    for _ in range(5):
        wait(kit, 10)

    page = kit.signed_in("safer").get(f"/safety/{record}").text
    with kit.product.database.reading() as work:
        verify(walk(work), head(work))
        kinds = [entry.kind.value for entry in work.safety.entries_of(record)]

    assert kinds == ["noticed", "acknowledged", "climbed", "climbed", "climbed"]
    assert page.count("Signpost: nobody checked on the person in time.") == 3
    assert "nobody acknowledged the alert in time" not in page
    assert "The board goes on saying so until somebody has checked." in page


@pytest.mark.parametrize("late", [False, True])
def test_a_check_stops_it(kit: DeskKit, late: bool) -> None:
    record = taken(kit)
    if late:
        wait(kit, 10)

    kit.post("wing", f"/alerts/{record}/check", **CHECK)

    live = kit.signed_in("wing").get("/api/board").json()
    assert wait(kit, 60 * 24) == 0
    assert (live["alerts"], live["bar"]) == ([], "")


def test_a_check_that_saw_nobody_begins_the_time_anew(kit: DeskKit) -> None:
    record = taken(kit)
    wait(kit, 10)

    kit.post("wing", f"/alerts/{record}/check", **NOT_SEEN)

    first = row_of(kit, record)
    assert "did not see the person. Go again" in first
    assert "Passed on" not in first
    assert (wait(kit, 9), wait(kit, 1)) == (0, 1)
    assert "Passed on to the orderly officer: nobody has checked on the person" in row_of(kit, record)


def test_of_those_to_check_on_the_late_ones_come_first(kit: DeskKit) -> None:
    urgent = taken(kit, "one", Level.URGENT)
    wait(kit, 55)
    emergency = taken(kit, "two", Level.EMERGENCY)
    before = re.findall(r'<li class="row going[^"]*" id="alert-([^"]+)"', board(kit))
    wait(kit, 5)

    after = re.findall(r'<li class="row going[^"]*" id="alert-([^"]+)"', board(kit))

    assert before == [emergency, urgent]
    assert after == [urgent, emergency]


def test_one_that_nobody_acknowledged_still_sounds_as_what_it_is(kit: DeskKit) -> None:
    late = taken(kit, "one")
    wait(kit, 10)
    new = kit.say(kit.person("two"), "help", Level.URGENT)

    live = kit.signed_in("wing").get("/api/board?html=false").json()

    assert {alert["id"]: alert["level"] for alert in live["alerts"]} == {late: "unchecked", new: "urgent"}
    assert live["bar"] == (
        "Alerts that nobody has acknowledged: 1. Go to the board. "
        "People whom nobody has checked on in time: 1. Go to the board."
    )


def test_a_further_grave_message_sounds_as_an_alert_again(kit: DeskKit) -> None:
    record = taken(kit)
    wait(kit, 10)
    with kit.product.database.reading() as work:
        sam = work.people.get("sam")
    assert sam is not None

    kit.say(sam, "worse now")

    (live,) = kit.signed_in("wing").get("/api/board").json()["alerts"]
    assert (live["id"], live["level"], live["told"]) == (record, "emergency", "")
