"""The forms of an alert carry what was read: words that came since are shown, and go on sounding."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.safety.model import Level
from bot.safety.record import RecordState, SafetyRecord
from tests.support.desk import DeskKit, make_kit

CHECK = {"seen": "yes", "spoke": "yes", "response": "He talked. Tea brought.", "outcome": "support_offered"}
NEW = "i have took all the tablets now"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def record_of(kit: DeskKit, record_id: str) -> SafetyRecord:
    with kit.product.database.reading() as work:
        record = work.safety.get(record_id)
    assert record is not None
    return record


def kinds_of(kit: DeskKit, record_id: str) -> list[str]:
    with kit.product.database.reading() as work:
        return [entry.kind.value for entry in work.safety.entries_of(record_id)]


def forms_of(page: str, record_id: str) -> dict[str, str]:
    """What each form about this alert carries as read, by the step that it takes."""
    forms = re.findall(rf'<form method="post" action="/alerts/{record_id}/(\w+).*?</form>', page, re.DOTALL)
    bodies = re.findall(rf'<form method="post" action="/alerts/{record_id}/.*?</form>', page, re.DOTALL)
    found = {}
    for step, body in zip(forms, bodies, strict=True):
        times = re.search(r'name="times" value="(\d+)"', body)
        found[step] = times[1] if times else ""
    return found


def press(kit: DeskKit, record: str, step: str, read: str, **fields: str) -> httpx.Response:
    return kit.post("wing", f"/alerts/{record}/{step}", times=read, **fields)


def test_a_check_that_was_begun_before_an_emergency_is_kept_and_closes_nothing(kit: DeskKit) -> None:
    sam = kit.person("sam")
    record = kit.say(sam, "cant see a way", Level.CONCERN)
    press(kit, record, "go", "1")
    old = forms_of(kit.signed_in("wing").get(f"/alerts/{record}").text, record)
    kit.clock.move(minutes=9)
    kit.say(sam, NEW)

    answer = press(kit, record, "check", old["check"], **CHECK)

    live = kit.signed_in("wing").get("/api/board").json()["alerts"]
    assert answer.status_code == 409
    assert "wrote again before you sent this" in answer.text
    assert NEW in answer.text
    assert 'maxlength="4000" required>He talked. Tea brought.</textarea>' in answer.text
    assert '<option value="support_offered" selected>' in answer.text
    assert "It was sent on words from before" in answer.text
    assert [(one["id"], one["level"]) for one in live] == [(record, "emergency")]
    assert NEW in kit.signed_in("wing").get("/board").text
    assert record_of(kit, record).state is RecordState.OPEN
    assert kinds_of(kit, record) == ["noticed", "going", "strengthened", "checked"]
    # Whoever has read the new words may close it with what is on this page.
    again = press(kit, record, "check", forms_of(answer.text, record)["check"], **CHECK)
    assert again.status_code == 303
    assert record_of(kit, record).state is RecordState.CHECKED


@pytest.mark.parametrize(
    ("step", "kept"),
    [("acknowledge", []), ("go", ["going"]), ("breathing/yes", [])],
)
def test_a_press_on_old_words_shows_the_new_ones_and_they_sound_on(
    kit: DeskKit, step: str, kept: list[str]
) -> None:
    sam = kit.person("sam")
    record = kit.say(sam, "cant see a way", Level.CONCERN)
    kit.say(sam, NEW)

    answer = press(kit, record, step, "1")

    assert answer.status_code == 409
    assert "wrote again" in answer.text
    assert NEW in answer.text
    assert record_of(kit, record).is_sounding
    assert kinds_of(kit, record) == ["noticed", "strengthened", *kept]


def test_that_somebody_does_not_breathe_is_kept_whatever_was_read(kit: DeskKit) -> None:
    sam = kit.person("sam")
    record = kit.say(sam, "cant see a way", Level.CONCERN)
    kit.say(sam, NEW)

    answer = press(kit, record, "breathing/no", "1")

    assert answer.status_code == 303
    assert kinds_of(kit, record) == ["noticed", "strengthened", "breathing"]
    assert record_of(kit, record).is_sounding


def test_every_form_about_an_alert_carries_how_much_was_read(kit: DeskKit) -> None:
    sam, ali = kit.person("sam"), kit.person("ali", "B")
    record, taken = kit.say(sam, "help"), kit.say(ali, "help")
    kit.say(sam, NEW)
    press(kit, taken, "go", "1")
    desk = kit.signed_in("wing")

    board, page = desk.get("/board").text, desk.get(f"/alerts/{record}").text

    assert forms_of(board, record) == {"go": "2", "breathing": "2"}
    assert forms_of(board, taken) == {"go": "1"}
    assert forms_of(page, record) == {"go": "2", "breathing": "2", "check": "2"}


def test_the_lines_of_a_long_board_carry_it_too(kit: DeskKit) -> None:
    many = [kit.say(kit.person(f"p{number}", wing), "help") for number, wing in enumerate("ABCDE")]

    board = kit.signed_in("wing").get("/board").text

    assert [forms_of(board, record).get("go") for record in many] == ["1"] * 5


@pytest.mark.parametrize("read", ["", "soon", "-1", "9" * 40, "²"])
def test_a_form_that_does_not_say_what_was_read_counts_as_the_first_message_only(
    kit: DeskKit, read: str
) -> None:
    sam = kit.person("sam")
    record = kit.say(sam, "help")
    kit.say(sam, NEW)

    answer = press(kit, record, "acknowledge", read)

    assert answer.status_code == 409
    assert record_of(kit, record).is_sounding


def test_an_old_form_without_a_count_still_takes_an_alert_of_one_message(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")

    answer = kit.post("wing", f"/alerts/{record}/acknowledge")

    assert answer.status_code == 303


def test_the_page_of_an_alert_says_of_when_it_is_also_without_script(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "cant see a way", Level.CONCERN)

    page = kit.signed_in("wing").get(f"/alerts/{record}").text

    assert "As of 10:00. Words that came later are not on this page until it is loaded again." in page
