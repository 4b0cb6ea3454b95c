"""Danger in a message that the screen passed over, reported from the conversation around another one."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.safety.message import Direction, Message
from bot.safety.record import SafetyRecord
from tests.support.desk import PRISON, DeskKit, make_kit

GRAVE = {"level": "emergency", "risk": "medical", "words": "He took something."}


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def write(
    kit: DeskKit, name: str, text: str, minutes: int = 1, direction: Direction = Direction.FROM_PERSON
) -> None:
    with kit.product.database.writing() as work:
        at = kit.clock.time + timedelta(minutes=minutes)
        work.messages.add(Message(name, "sam", "device", direction, text, at, name))


@pytest.fixture
def record(kit: DeskKit) -> str:
    """Sam's, checked; beside what was noticed Sam wrote what was not, and was answered."""
    record: str = kit.say(kit.person("sam"), "the words")
    kit.post("wing", f"/alerts/{record}/check", seen="yes", spoke="yes", response="Calm")
    write(kit, "missed", "had me last supper")
    write(kit, "answer", "Tell me more.", direction=Direction.TO_PERSON)
    write(kit, "later", "an hour later", 60)
    return record


def opened(kit: DeskKit, record: str) -> httpx.Response:
    with kit.product.database.reading() as work:
        entry = work.safety.entries_of(record)[0].id
    fields = {"entry": entry, "purpose": "to_plan", "why": "For the case review."}
    return kit.post("safer", f"/safety/{record}/conversation", **fields)


def report(kit: DeskKit, record: str, message: str = "missed", **changes: str) -> httpx.Response:
    return kit.post("safer", f"/safety/{record}/conversation/{message}/danger", **GRAVE | changes)


def alerts(kit: DeskKit) -> list[SafetyRecord]:
    with kit.product.database.reading() as work:
        return list(work.safety.alerts_in(PRISON))


def test_only_what_the_person_wrote_and_nobody_noticed_has_a_form(kit: DeskKit, record: str) -> None:
    page = opened(kit, record).text

    assert re.findall(r'action="/safety/\w+/conversation/(\w+)/danger"', page) == ["missed"]


def test_a_report_raises_the_alert_with_the_words_and_is_counted_as_a_miss(kit: DeskKit, record: str) -> None:
    opened(kit, record)

    answer = report(kit, record)

    (alert,) = alerts(kit)
    page = kit.signed_in("wing").get(f"/alerts/{alert.id}").text
    with kit.product.database.reading() as work:
        (miss,) = work.alarms.missed(PRISON, kit.clock.time - timedelta(days=1))
    assert answer.status_code == 303
    assert alert.level.value == "emergency"
    assert "had me last supper" in page
    assert "He took something." in page
    assert (miss.level, miss.risk) == ("emergency", "medical")


def test_the_same_message_raises_no_second_alert(kit: DeskKit, record: str) -> None:
    opened(kit, record)
    report(kit, record)

    again = report(kit, record)

    (alert,) = alerts(kit)
    assert (again.status_code, alert.times) == (409, 1)


@pytest.mark.parametrize("changes", [{"level": "none"}, {"level": ""}, {"risk": "odd"}, {"words": "x" * 501}])
def test_a_report_that_is_not_whole_raises_nothing_and_says_so(
    kit: DeskKit, record: str, changes: dict[str, str]
) -> None:
    opened(kit, record)

    answer = report(kit, record, **changes)

    assert answer.status_code == 400
    assert "No alert was raised yet." in answer.text
    assert alerts(kit) == []


def test_nobody_reports_from_a_conversation_that_he_did_not_open(kit: DeskKit, record: str) -> None:
    assert report(kit, record).status_code == 404
    opened(kit, record)
    wrong = [report(kit, record, message) for message in ("later", "answer", "nothing")]
    orderly = kit.post("orderly", f"/safety/{record}/conversation/missed/danger", **GRAVE)

    assert [answer.status_code for answer in (*wrong, orderly)] == [404, 404, 404, 404]
    assert alerts(kit) == []
