"""Every page about a person leaves a row in the audit, and unusual reading is seen by its officer."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import bot
from bot.people import own_record, pressure
from bot.people.rights import Right, rights_of
from bot.queue.model import Kind
from bot.store import tables as t
from bot.web.access import TABLE, App
from tests.support.desk import ACCOUNTS, PRISON, DeskKit, make_kit
from tests.support.refusing import refuse_nul

# Routes with something in their address that is no person, and shows no words of one.
ABOUT_NOBODY = {
    "/content/{kind}/{key}": "an answer or a service: what everybody reads on the tablet",
    "/content/{kind}/{key}/history": "who changed that answer or service",
    "/content/{kind}/{key}/remove": "the question before it is taken away",
    "/accounts/{staff_id}": "an account of staff and its rights; nobody in prison",
    "/static/{path:path}": "style sheets and scripts",
}
WITH_ID = sorted(
    {rule.path for rule in TABLE if rule.app is App.DESK and rule.method == "GET" and "{" in rule.path}
    - set(ABOUT_NOBODY)
)
VIEWS = "%_viewed"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def views_of(kit: DeskKit) -> list[tuple[str, str, str]]:
    with kit.product.database.reading() as work:
        columns = (t.audit.c.staff_id, t.audit.c.action, t.audit.c.ref)
        rows = work.session.execute(sa.select(*columns).where(t.audit.c.action.like(VIEWS)))
        return [(staff, action, ref) for staff, action, ref in rows]


def ids_for(kit: DeskKit) -> dict[str, str]:
    """Something of each kind that has a page, by the name that it has in an address."""
    sam, lee = kit.person("sam"), kit.supporter("lee")
    record = kit.say(sam, "the words")
    request = kit.ask(sam, Kind.LISTENER)
    with kit.product.database.writing() as work:
        (entry,) = work.safety.entries_of(record)
        now = kit.clock.time
        sealed = kit.app.state.desk.sealer.seal("He leans on me")
        report = pressure.report(work, PRISON, lee.id, sealed, "form", now=now)
        letter = own_record.ask_for_letter(work, PRISON, lee.id, now=now)
    return {
        "record_id": record,
        "entry_id": entry.id,
        "request_id": request.id,
        "person_id": lee.id,
        "report_id": report.id,
        "letter_id": letter.id,
    }


def reader_of(path: str) -> str:
    (need,) = {rule.need for rule in TABLE if (rule.app, rule.method, rule.path) == (App.DESK, "GET", path)}
    assert isinstance(need, Right)
    return next(name for name, (role, _, _) in ACCOUNTS.items() if need in rights_of([role]))


@pytest.mark.parametrize("path", WITH_ID)
def test_every_page_that_has_an_id_in_its_address_is_written_down_with_who_opened_it(
    kit: DeskKit, path: str
) -> None:
    ids = ids_for(kit)
    name = re.findall(r"\{(\w+)\}", path)[0]
    who = reader_of(path)
    client = kit.signed_in(who)
    before = views_of(kit)

    answer = client.get(path.replace(f"{{{name}}}", ids[name]))

    assert answer.status_code == 200, answer.text
    new = views_of(kit)[len(before) :]
    assert [staff for staff, _, _ in new] == [f"staff-{who}"]


@pytest.mark.parametrize("path", ["/danger-examples", "/not-understood", "/reading"])
def test_every_page_with_words_of_people_is_written_down(kit: DeskKit, path: str) -> None:
    who = reader_of(path)

    kit.signed_in(who).get(path)

    assert [staff for staff, _, _ in views_of(kit)] == [f"staff-{who}"]


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("wing", "/alerts/{record_id}/check"),
        ("safer", "/safety/{record_id}/review"),
        ("wing", "/requests/{request_id}/could_not"),
        ("wing", "/people/{person_id}/days"),
        ("wing", "/on-behalf/{person_id}"),
        ("manager", "/rotas/{person_id}"),
    ],
)
def test_a_page_that_comes_back_from_a_refused_form_is_written_down_too(
    kit: DeskKit, who: str, path: str
) -> None:
    ids = ids_for(kit)
    before = len(views_of(kit))

    answer = kit.post(who, path.format(**ids), monday="nonsense")

    assert answer.status_code in (400, 409)
    assert len(views_of(kit)) == before + 1


def read(kit: DeskKit, staff: str, action: str, ref: str, at: datetime, times: int = 1) -> None:
    with kit.product.database.writing() as work:
        for _ in range(times):
            work.audit.put(PRISON, f"staff-{staff}", action, ref, at)


def test_the_officer_sees_who_read_what_by_account_person_and_day(kit: DeskKit) -> None:
    sam, mo = kit.person("sam"), kit.person("mo", "B")
    record = kit.say(sam, "the secret words")
    read(kit, "wing", "safety_record_viewed", record, kit.clock.time - timedelta(days=1))
    read(kit, "orderly", "person_viewed", mo.id, kit.clock.time)
    client = kit.signed_in("dpo")

    pages = {
        asked: client.get(f"/reading?{asked}").text
        for asked in ("", "staff=staff-wing", "number=MO1", "number=sam1", "day=2026-11-22")
    }

    rows = {asked: re.findall(r"<td>(Sam|Mo)</td>", page) for asked, page in pages.items()}
    assert rows == {
        "": ["Mo", "Sam"],
        "staff=staff-wing": ["Sam"],
        # The officer's own look at who read about a person is a row too.
        "number=MO1": ["Mo", "Mo"],
        "number=sam1": ["Sam", "Sam"],
        "day=2026-11-22": ["Sam"],
    }
    assert all("the secret words" not in page for page in pages.values())
    assert "Safety record" in pages[""]


@pytest.mark.parametrize("asked", ["staff=nobody", "number=nobody", "day=soon", "day=0001-01-01"])
def test_what_cannot_be_found_is_said_and_nothing_is_listed(kit: DeskKit, asked: str) -> None:
    answer = kit.signed_in("dpo").get(f"/reading?{asked}")

    assert answer.status_code == 400
    assert "Nothing was read that fits" in answer.text


def test_unusual_reading_is_listed_in_words_with_a_way_to_it(kit: DeskKit) -> None:
    people = [kit.person(f"p{number}") for number in range(20)]
    sam, at = kit.person("sam"), kit.clock.time - timedelta(hours=1)
    for person in people:
        read(kit, "wing", "person_viewed", person.id, at)
    read(kit, "orderly", "person_viewed", sam.id, at.replace(hour=2))
    read(kit, "manager", "person_viewed", sam.id, at, times=6)

    page = kit.signed_in("dpo").get("/reading").text

    assert "20 different pages in the hour from 09:00" in page
    assert "first in the hour from 02:00: 1." in page
    assert "Sam, SAM1: opened 6 times" in page
    assert "/reading?staff=staff-manager&amp;number=SAM1" in page
    assert "It proves nothing" in page


def test_who_works_on_a_record_may_open_it_often(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "the words")
    kit.post("wing", f"/alerts/{record}/acknowledge")
    read(kit, "wing", "alert_viewed", record, kit.clock.time, times=9)
    read(kit, "orderly", "alert_viewed", record, kit.clock.time, times=9)

    page = kit.signed_in("dpo").get("/reading").text

    found = re.findall(r"<b>One person, again</b></td><td>([^<]+)</td>", page)
    assert found == ["Officer Orderly"]


def test_pages_of_reading_follow_each_other(kit: DeskKit) -> None:
    sam = kit.person("sam")
    for minutes in range(60):
        read(kit, "wing", "person_viewed", sam.id, kit.clock.time - timedelta(minutes=minutes))
    client = kit.signed_in("dpo")

    first = client.get("/reading?staff=staff-wing").text
    more = re.search(r'href="([^"]+)" rel="next"', first)
    assert more is not None
    second = client.get(more[1].replace("&amp;", "&")).text

    assert (first.count("<td>Sam</td>"), second.count("<td>Sam</td>")) == (50, 10)


def test_everything_that_is_read_has_words_on_the_page(kit: DeskKit) -> None:
    sources = (Path(bot.__file__).parent).rglob("*.py")
    actions = {found for each in sources for found in re.findall(r'"(\w+_viewed)"', each.read_text("utf-8"))}

    assert len(actions) > 10
    assert [each for each in sorted(actions) if not kit.product.desk_texts.has(f"read_{each}")] == []


def test_it_is_the_home_of_the_data_protection_officer_and_of_nobody_else(kit: DeskKit) -> None:
    homes = {who: kit.signed_in(who).get("/").headers["location"] for who in ("dpo", "safer", "admin")}

    assert homes["dpo"] == "/reading"
    assert "/reading" not in (homes["safer"], homes["admin"])
    assert kit.signed_in("safer").get("/reading").status_code == 403


def test_an_account_of_some_wings_does_not_see_the_reading_of_all(kit: DeskKit) -> None:
    with kit.product.database.writing() as work:
        work.session.execute(sa.update(t.staff).where(t.staff.c.username == "dpo").values(wings=["A"]))

    assert kit.signed_in("dpo").get("/reading").status_code == 403


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("dpo", "/reading?number=%00A1&staff=%00&day=%00"),
        ("safer", "/safety?number=%00A1&reviewer=%00x&wing=%00"),
        ("safer", "/reviews?reviewer=%00x&state=%00"),
    ],
)
def test_what_no_database_can_hold_is_no_filter(kit: DeskKit, who: str, address: str) -> None:
    client = kit.signed_in(who)
    refuse_nul(kit.product.database.engine)

    assert client.get(address).status_code in (200, 400)
