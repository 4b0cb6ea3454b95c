"""The review on the desk: the work list, who may not, the second look, notes, and the conversation around."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.people.model import Staff, StaffRole
from bot.safety import reviews
from bot.safety.message import Direction, Message
from bot.safety.model import Level, Risk
from bot.safety.record import RecordState, SecondLook
from bot.safety.review import Outcome
from bot.store import tables as t
from tests.support.desk import PASSWORD, PRISON, DeskKit, make_kit

CHECK = {"seen": "yes", "spoke": "yes", "response": "He talked."}
REVIEW = {"outcome": "support_offered", "note": "Plan made with him."}
MISTAKEN = {"outcome": "mistaken_alarm", "note": "A line of a song."}


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    with kit.product.database.writing() as work:
        hashed = kit.product.hasher.hash(PASSWORD)
        for name in ("second", "third"):
            who = Staff(f"staff-{name}", PRISON, name, name.title(), hashed, (StaffRole.SAFER_CUSTODY,))
            work.staff.add(who)
    yield kit
    kit.product.database.close()


def a_checked_record(kit: DeskKit, name: str = "sam", by: str = "wing", level: Level = Level.URGENT) -> str:
    record = kit.say(kit.person(name), f"words of {name}", level)
    assert kit.post(by, f"/alerts/{record}/check", **CHECK).status_code == 303
    return record


def record_of(kit: DeskKit, record_id: str):  # type: ignore[no-untyped-def]
    with kit.product.database.reading() as work:
        return work.safety.get(record_id)


def kinds_of(kit: DeskKit, record_id: str) -> list[str]:
    with kit.product.database.reading() as work:
        return [entry.kind.value for entry in work.safety.entries_of(record_id)]


def audit_of(kit: DeskKit, action: str) -> list[tuple[str, str]]:
    with kit.product.database.reading() as work:
        rows = work.session.execute(
            sa.select(t.audit.c.staff_id, t.audit.c.ref).where(t.audit.c.action == action)
        )
        return [(staff, ref) for staff, ref in rows]


def cells_in(page: str) -> list[str]:
    return re.findall(r'class="cell">([^<]+)<', page)


def test_the_work_list_has_every_step_the_gravest_and_oldest_first(kit: DeskKit) -> None:
    kit.say(kit.person("ali"), "words", Level.CONCERN)
    a_checked_record(kit, "old", level=Level.URGENT)
    kit.clock.move(hours=1)
    a_checked_record(kit, "new", level=Level.URGENT)
    kit.say(kit.person("lee"), "words", Level.EMERGENCY)
    mistaken = a_checked_record(kit, "mo", level=Level.CONCERN)
    kit.post("safer", f"/safety/{mistaken}/review", **MISTAKEN)

    page = kit.signed_in("safer").get("/reviews").text

    names = re.findall(r"<td>(Ali|Old|New|Lee|Mo)</td>", page)
    assert names == ["Lee", "Old", "New", "Ali", "Mo"]
    for words in ("All that is left (5)", "Not acknowledged (2)", "not reviewed (2)", "Second look (1)"):
        assert words in page
    assert "You reviewed it" in page
    assert "To review (3)" in page


def test_whoever_checked_sees_why_a_colleague_reviews_and_is_refused_by_the_domain(kit: DeskKit) -> None:
    record = a_checked_record(kit, by="safer")

    page = kit.signed_in("safer").get(f"/safety/{record}").text
    answer = kit.post("safer", f"/safety/{record}/review", **REVIEW)

    assert f"/safety/{record}/review" not in page
    assert "A colleague reviews it" in page
    assert answer.status_code == 409
    assert "Plan made with him." not in kinds_of(kit, record)
    assert record_of(kit, record).state is RecordState.CHECKED


def test_a_mistaken_alarm_is_looked_at_by_another_person(kit: DeskKit) -> None:
    record = a_checked_record(kit)
    kit.post("safer", f"/safety/{record}/review", **MISTAKEN)

    own = kit.post("safer", f"/safety/{record}/second-look", agrees="yes")
    checker = kit.post("wing", f"/safety/{record}/second-look", agrees="yes")
    other = kit.post("second", f"/safety/{record}/second-look", agrees="yes")
    late = kit.post("third", f"/safety/{record}/second-look", agrees="yes")

    assert [a.status_code for a in (own, checker, other, late)] == [409, 403, 303, 409]
    assert record_of(kit, record).second_look is SecondLook.AGREED
    assert "a colleague was faster" in late.text


def test_who_does_not_agree_says_why_and_the_review_is_open_again(kit: DeskKit) -> None:
    record = a_checked_record(kit)
    kit.post("safer", f"/safety/{record}/review", **MISTAKEN)

    bare = kit.post("second", f"/safety/{record}/second-look", agrees="no", look_note="")
    kit.post("second", f"/safety/{record}/second-look", agrees="no", look_note="He means <b>it</b>.")
    page = kit.signed_in("third").get(f"/safety/{record}").text
    again = kit.post("third", f"/safety/{record}/review", **REVIEW)

    assert bare.status_code == 400
    assert "He means &lt;b&gt;it&lt;/b&gt;." in page
    assert again.status_code == 303
    assert record_of(kit, record).second_look is SecondLook.WANTED
    assert kinds_of(kit, record) == ["noticed", "checked", "reviewed", "second_look", "reviewed"]


def test_this_concerns_me_hands_the_record_on(kit: DeskKit) -> None:
    record = a_checked_record(kit)

    bare = kit.post("safer", f"/safety/{record}/concerns-me", concern_note="")
    kit.post("safer", f"/safety/{record}/concerns-me", concern_note="I am named in it.")
    refused = kit.post("safer", f"/safety/{record}/review", **REVIEW)
    listed = kit.signed_in("safer").get("/reviews").text
    taken = kit.post("manager", f"/safety/{record}/review", **REVIEW)

    assert (bare.status_code, refused.status_code, taken.status_code) == (400, 409, 303)
    assert "Concerns you" in listed
    assert "It is with the duty manager." in listed


def test_a_review_that_is_late_says_who_has_it(kit: DeskKit) -> None:
    record = a_checked_record(kit, level=Level.EMERGENCY)
    kit.clock.move(hours=11)
    kit._clients.clear()
    kit.clock.move(hours=14)
    with kit.product.database.writing() as work:
        assert reviews.climb(work, kit.product.prison, now=kit.clock.time) == 1

    page = kit.signed_in("manager").get("/reviews?overdue=yes").text

    assert "Overdue since" in page
    assert "It is with the duty manager." in page
    assert "Review overdue (1)" in page
    assert kinds_of(kit, record)[-1] == "overdue"


def test_a_note_says_that_the_person_may_read_it_and_stays(kit: DeskKit) -> None:
    record = a_checked_record(kit)

    page = kit.signed_in("safer").get(f"/safety/{record}").text
    empty = kit.post("safer", f"/safety/{record}/note", file_note=" ")
    kit.post("safer", f"/safety/{record}/note", file_note="Asked for the chaplain.")
    shown = kit.signed_in("safer").get(f"/safety/{record}").text

    assert "the person it is about can read it" in page
    assert empty.status_code == 400
    assert "Asked for the chaplain." in shown
    assert kit.post("orderly", f"/safety/{record}/note", file_note="x").status_code == 403


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("level=emergency", ["Ali"]),
        ("risk=fire", ["Ali"]),
        ("wing=B", ["Mo"]),
        ("number=sam1", ["Sam"]),
        ("state=checked", ["Sam"]),
        ("state=reviewed", ["Mo"]),
        ("outcome=support_offered&reviewer=staff-safer", ["Mo"]),
        ("since=2026-11-23T10:20", ["Mo"]),
        ("until=2026-11-23T10:20&level=urgent", ["Sam"]),
        ("since=2026-11-23&until=2026-11-23", ["Mo", "Ali", "Sam"]),
        ("overdue=yes", []),
    ],
)
def test_the_log_is_found_by_filters(kit: DeskKit, asked: str, found: list[str]) -> None:
    a_checked_record(kit, "sam")
    kit.say(kit.person("ali"), "words", Level.EMERGENCY, Risk.FIRE)
    kit.clock.move(minutes=40)
    in_b = kit.say(kit.person("mo", "B"), "words", Level.URGENT)
    kit.post("wing", f"/alerts/{in_b}/check", **CHECK)
    kit.post("safer", f"/safety/{in_b}/review", **REVIEW)
    with kit.product.database.writing() as work:
        # Whichever the draw was: this test is about filters.
        work.session.execute(sa.update(t.safety_record).values(second_look=""))

    page = kit.signed_in("safer").get(f"/safety?{asked}").text

    assert sorted(re.findall(r"<td>(Sam|Ali|Mo)</td>", page)) == sorted(found)
    assert "Words cannot be searched for here" in page


@pytest.mark.parametrize(
    "asked",
    [
        "level=odd",
        "risk=odd",
        "state=odd",
        "outcome=odd",
        "number=nobody",
        "since=soon",
        "since=2026-11-23&until=2026-11-22",
        "until=9999-12-31",
    ],
)
def test_a_filter_that_cannot_be_understood_lists_nothing_and_says_so(kit: DeskKit, asked: str) -> None:
    a_checked_record(kit)

    answer = kit.signed_in("safer").get(f"/safety?{asked}")

    assert answer.status_code == 400
    assert 'class="cell"' not in answer.text


def test_an_account_of_one_wing_finds_and_works_on_that_wing_alone(kit: DeskKit) -> None:
    a_checked_record(kit, "sam")
    in_b = kit.say(kit.person("mo", "B"), "words")
    kit.post("wing", f"/alerts/{in_b}/check", **CHECK)
    client = kit.signed_in("a_wing")

    pages = [client.get(path).text for path in ("/safety", "/reviews")]
    asked = client.get("/safety?wing=B")
    posts = [
        kit.post("a_wing", f"/safety/{in_b}/{step}", **REVIEW, agrees="yes", file_note="x", concern_note="x")
        for step in ("review", "second-look", "note", "concerns-me", "conversation")
    ]

    assert all("Sam" in page and "Mo<" not in page for page in pages)
    assert asked.status_code == 400
    assert [answer.status_code for answer in posts] == [404, 404, 404, 404, 404]


def test_pages_of_the_log_follow_each_other(kit: DeskKit) -> None:
    for number in range(60):
        kit.say(kit.person(f"p{number}"), "words", Level.CONCERN)
        kit.clock.move(seconds=1)
    client = kit.signed_in("safer")

    first = client.get("/safety?level=concern").text
    more = re.search(r'href="([^"]+)" rel="next"', first)
    assert more is not None
    second = client.get(more[1].replace("&amp;", "&")).text

    names = re.findall(r"<td>(P\d+)</td>", first + second)
    assert names == [f"P{number}" for number in range(59, -1, -1)]
    assert 'rel="next"' not in second
    assert "Back to the first page" in second


def write(kit: DeskKit, text: str, minutes: int, direction: Direction = Direction.FROM_PERSON) -> None:
    from datetime import timedelta

    with kit.product.database.writing() as work:
        at = kit.clock.time + timedelta(minutes=minutes)
        key = f"{direction.value}{text}"[:60]
        work.messages.add(Message(f"m{abs(hash(key))}"[:32], "sam", "device", direction, text, at, key))


def entry_of(kit: DeskKit, record_id: str) -> str:
    with kit.product.database.reading() as work:
        return str(work.safety.entries_of(record_id)[0].id)


def test_the_conversation_opens_with_a_reason_shows_its_window_and_is_written_down(kit: DeskKit) -> None:
    sam = kit.person("sam")
    write(kit, "long before", -31)
    write(kit, "just before", -29)
    write(kit, "an answer <i>before</i>", -28, Direction.TO_PERSON)
    record = kit.say(sam, "the words")
    write(kit, "just after", 29)
    write(kit, "long after", 31)
    fields = {"entry": entry_of(kit, record), "purpose": "to_plan", "why": "For the case review."}

    answer = kit.post("safer", f"/safety/{record}/conversation", **fields)
    page = kit.signed_in("safer").get(f"/safety/{record}").text

    assert answer.status_code == 200
    assert all(text in answer.text for text in ("just before", "the words", "just after"))
    assert "an answer &lt;i&gt;before" in answer.text
    assert not any(text in answer.text for text in ("long before", "long after"))
    assert audit_of(kit, "conversation_viewed") == [("staff-safer", record)]
    assert "For the case review." in kit.signed_in("dpo").get("/reading").text
    assert kinds_of(kit, record) == ["noticed", "opened"]
    assert "For the case review." in page


@pytest.mark.parametrize("fields", [{"purpose": "to_plan"}, {"purpose": "odd", "why": "x"}, {"why": "x"}])
def test_without_a_reason_nothing_is_opened(kit: DeskKit, fields: dict[str, str]) -> None:
    record = kit.say(kit.person("sam"), "the words")

    answer = kit.post("safer", f"/safety/{record}/conversation", entry=entry_of(kit, record), **fields)

    assert answer.status_code == 400
    assert audit_of(kit, "conversation_viewed") == []
    assert kinds_of(kit, record) == ["noticed"]


def test_the_conversation_of_another_record_cannot_be_opened_through_this_one(kit: DeskKit) -> None:
    mine = kit.say(kit.person("sam"), "the words")
    other = kit.say(kit.person("mo"), "other words")
    fields = {"purpose": "to_plan", "why": "x", "entry": entry_of(kit, other)}

    answer = kit.post("safer", f"/safety/{mine}/conversation", **fields)

    assert answer.status_code == 404
    assert kinds_of(kit, mine) == ["noticed"]


@pytest.mark.parametrize(("who", "status"), [("wing", 403), ("admin", 403), ("dpo", 403), ("orderly", 200)])
def test_only_who_reads_the_safety_log_opens_a_conversation(kit: DeskKit, who: str, status: int) -> None:
    record = kit.say(kit.person("sam"), "the words")
    fields = {"purpose": "to_plan", "why": "x", "entry": entry_of(kit, record)}

    assert kit.post(who, f"/safety/{record}/conversation", **fields).status_code == status


def test_every_outcome_can_be_given(kit: DeskKit) -> None:
    for number, outcome in enumerate(Outcome):
        record = a_checked_record(kit, f"p{number}")
        kit.post("safer", f"/safety/{record}/review", outcome=outcome.value, note="x")
        assert record_of(kit, record).outcome == outcome.value


def test_a_form_that_is_refused_shows_the_record_and_that_is_written_down_too(kit: DeskKit) -> None:
    record = a_checked_record(kit)

    kit.post("safer", f"/safety/{record}/review", outcome="", note="")

    assert audit_of(kit, "safety_record_viewed") == [("staff-safer", record)]
