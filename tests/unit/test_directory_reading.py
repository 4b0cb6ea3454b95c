"""One service from plain data: read whole, or refused at the key where it is wrong."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.content import BadContent
from bot.directory.model import Reach, Way, Who
from bot.directory.reading import KEYS, read_service
from bot.people.model import PeerRole, StaffRole
from bot.prison_file import load_prison
from bot.settings import ROOT
from tests.support.services import KNOWN, a_service


class Refused(Exception):
    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key}: {why}")
        self.key = key
        self.why = why


class Form:
    """A form says which field; a file says which line."""

    def refuse(self, key: str, why: str) -> Exception:
        return Refused(key, why)

    def goes_on(self, error: Exception) -> bool:
        return False


def read(data: dict[str, Any], service_id: str = "dentist"):  # type: ignore[no-untyped-def]
    return read_service(service_id, data, Form(), KNOWN)


def test_a_service_is_read_whole() -> None:
    service = read(a_service())

    assert (service.id, service.title, service.place) == ("dentist", "Dentist", "Room 2 in healthcare.")
    assert service.topics == ("dentist_optician", "doctor_nurse")
    assert service.reach[0] == Reach(Way.APP, name="Dentist", say="Say where it hurts.")
    assert service.who == Who((PeerRole.HEALTH_CHAMPION,), (StaffRole.WING,), "Dental team")
    assert service.languages == ("en", "pl")
    assert service.review_by == date(2027, 5, 22)


def test_a_day_of_its_own_goes_before_its_group_and_others_are_closed() -> None:
    week = read(a_service()).hours.week

    assert week[0] == ((time(9), time(12)), (time(13, 30), time(16)))
    assert week[1] == ((time(10), time(11)),)
    assert week[2] == week[0]
    assert week[5:] == ((), ())


@pytest.mark.parametrize(
    ("rule", "spans", "taken_from"),
    [
        ("closed", (), None),
        ({"as": "tuesday"}, ((time(10), time(11)),), 1),
        ({"as": "sunday"}, (), 6),
        ({"open": [["10:30", "11:30"]]}, ((time(10, 30), time(11, 30)),), None),
    ],
)
def test_a_service_says_what_it_does_on_a_bank_holiday(
    rule: object, spans: object, taken_from: int | None
) -> None:
    hours = read(a_service(bank_holidays=rule)).hours

    assert (hours.holiday, hours.holiday_as) == (spans, taken_from)


@pytest.mark.parametrize("key", ["place", "hours", "languages", "note"])
def test_what_is_not_known_may_be_left_out(key: str) -> None:
    data = a_service()
    del data[key]
    if key == "hours":
        del data["bank_holidays"]

    assert not getattr(read(data), key)


def test_a_service_can_be_always_open() -> None:
    data = a_service(hours="always")
    del data["bank_holidays"]

    assert read(data).hours.always


Damage = Callable[[dict[str, Any]], object]
_DAMAGES: dict[str, tuple[str, Damage]] = {
    "a key that nobody knows": ("colour", lambda d: d.update(colour="red")),
    "a key of a way that it does not have": ("reach.0.number", lambda d: d["reach"][0].update(number="1")),
    "a topic that is none": ("topics.1", lambda d: d.update(topics=["doctor_nurse", "teeth"])),
    "a topic twice": ("topics.1", lambda d: d.update(topics=["doctor_nurse", "doctor_nurse"])),
    "no topic": ("topics", lambda d: d.update(topics=[])),
    "a picture that nobody drew": ("icon", lambda d: d.update(icon="tooth")),
    "an empty title": ("title", lambda d: d.update(title="  ")),
    "a title that is a number": ("title", lambda d: d.update(title=3)),
    "a title without end": ("title", lambda d: d.update(title="x" * 61)),
    "a title of two lines": ("title", lambda d: d.update(title="Den\ntist")),
    "HTML": ("place", lambda d: d.update(place="<b>Room 2</b>")),
    "a mark of a template": ("note", lambda d: d.update(note="Hello {name}")),
    "a letter that cannot be seen": ("note", lambda d: d.update(note="Bring\u200bit")),
    "a placeholder": ("place", lambda d: d.update(place="[room]")),
    "a place without words": ("place", lambda d: d.update(place=None)),
    "hours as a text": ("hours", lambda d: d.update(hours="9 to 5")),
    "a day that is none": ("hours.someday", lambda d: d["hours"].update(someday=[])),
    "never open": ("hours", lambda d: d.update(hours={"weekday": []})),
    "a span backwards": ("hours.weekday.0", lambda d: d["hours"].update(weekday=[["12:00", "09:00"]])),
    "a span of nothing": ("hours.weekday.0", lambda d: d["hours"].update(weekday=[["09:00", "09:00"]])),
    "a span past midnight": ("hours.friday.0", lambda d: d["hours"].update(friday=[["22:00", "02:00"]])),
    "a span to the midnight before": (
        "hours.friday.0",
        lambda d: d["hours"].update(friday=[["22:00", "00:00"]]),
    ),
    "a span that begins where the day ends": (
        "hours.friday.0",
        lambda d: d["hours"].update(friday=[["24:00", "24:00"]]),
    ),
    "spans that overlap": (
        "hours.friday.1",
        lambda d: d["hours"].update(friday=[["09:00", "12:00"], ["11:00", "13:00"]]),
    ),
    "spans that touch": (
        "hours.friday.1",
        lambda d: d["hours"].update(friday=[["09:00", "12:00"], ["12:00", "13:00"]]),
    ),
    "spans out of order": (
        "hours.friday.1",
        lambda d: d["hours"].update(friday=[["13:00", "14:00"], ["09:00", "12:00"]]),
    ),
    "a time without quotes": ("hours.weekday.0", lambda d: d["hours"].update(weekday=[[540, 720]])),
    "a time in words": ("hours.weekday.0", lambda d: d["hours"].update(weekday=[["nine", "12:00"]])),
    "a time without a nought": ("hours.weekday.0", lambda d: d["hours"].update(weekday=[["9:00", "12:00"]])),
    "half a span": ("hours.weekday.0", lambda d: d["hours"].update(weekday=[["09:00"]])),
    "a span as a text": ("hours.weekday.0", lambda d: d["hours"].update(weekday=["09:00-12:00"])),
    "spans as a text": ("hours.weekday", lambda d: d["hours"].update(weekday="09:00-12:00")),
    "nothing on bank holidays": ("bank_holidays", lambda d: d.pop("bank_holidays")),
    "bank holidays in words": ("bank_holidays", lambda d: d.update(bank_holidays="shut")),
    "bank holidays as a day that is none": (
        "bank_holidays.as",
        lambda d: d.update(bank_holidays={"as": "holiday"}),
    ),
    "bank holidays in two ways": (
        "bank_holidays",
        lambda d: d.update(bank_holidays={"as": "sunday", "open": []}),
    ),
    "bank holidays without hours": ("bank_holidays", lambda d: d.pop("hours")),
    "bank holidays of what never shuts": ("bank_holidays", lambda d: d.update(hours="always")),
    "no way to reach it": ("reach", lambda d: d.update(reach=[])),
    "a way that is a text": ("reach.0", lambda d: d.update(reach=["app"])),
    "a way that is none": ("reach.0.way", lambda d: d["reach"][0].update(way="pigeon")),
    "an app without a name": ("reach.0.name", lambda d: d["reach"][0].pop("name")),
    "an extension that is no number": ("reach.2.number", lambda d: d["reach"][2].update(number="abc")),
    "an extension without quotes": ("reach.2.number", lambda d: d["reach"][2].update(number=4100)),
    "a tablet that asks for whom there is not": (
        "reach.1.ask",
        lambda d: d["reach"][1].update(ask="veterans_rep"),
    ),
    "nobody answers": ("who.team", lambda d: d.update(who={})),
    "no word on who": ("who", lambda d: d.pop("who")),
    "a peer role that is none": ("who.peer_roles.0", lambda d: d["who"].update(peer_roles=["plumber"])),
    "a peer role that is not on offer": ("who.peer_roles.0", lambda d: d["who"].update(peer_roles=["buddy"])),
    "a staff role that is none": ("who.staff_roles.0", lambda d: d["who"].update(staff_roles=["governor"])),
    "staff who answer nobody": ("who.staff_roles.0", lambda d: d["who"].update(staff_roles=["admin"])),
    "a language that is none": ("languages.1", lambda d: d.update(languages=["en", "xx"])),
    "no owner": ("owner", lambda d: d.pop("owner")),
    "no day of review": ("reviewed", lambda d: d.pop("reviewed")),
    "no day of the next review": ("review_by", lambda d: d.pop("review_by")),
    "a day in words": ("review_by", lambda d: d.update(review_by="in May")),
    "a day with a time": ("review_by", lambda d: d.update(review_by=datetime(2027, 5, 22, 9, tzinfo=UTC))),
    "a next review before the last": ("review_by", lambda d: d.update(review_by=date(2026, 11, 21))),
}


@pytest.mark.parametrize("damage", list(_DAMAGES))
def test_a_bad_service_is_refused_at_its_field(damage: str) -> None:
    key, do = _DAMAGES[damage]
    data = a_service()
    do(data)

    with pytest.raises(Refused) as refused:
        read(data)

    assert refused.value.key == key


@pytest.mark.parametrize("damage", list(_DAMAGES))
def test_a_bad_service_in_a_file_is_refused_with_file_and_line(tmp_path: Path, damage: str) -> None:
    key, do = _DAMAGES[damage]
    data = a_service(icon="doctor_nurse")
    do(data)

    with pytest.raises(BadContent) as refused:
        _load_with(tmp_path, {"dentist": data})

    line = _lines(tmp_path)[refused.value.line - 1]
    assert str(refused.value).startswith(f"prisons/oakmoor.yml:{refused.value.line}: services.dentist.")
    inner = [part for part in key.split(".") if not part.isdigit()]
    # A key that is missing is said on the line of what it should stand in.
    assert any(part in line for part in ("dentist:", "hours:", "who:", "- ", *inner))


def test_a_wrong_time_is_refused_on_its_own_line(tmp_path: Path) -> None:
    data = a_service()
    data["hours"]["tuesday"] = [["10:00", "11:00"], ["17:00", "16:00"]]

    with pytest.raises(BadContent) as refused:
        _load_with(tmp_path, {"dentist": data})

    line = refused.value.line
    assert _lines(tmp_path)[line - 1 : line + 1] == ["      - - '17:00'", "        - '16:00'"]


def test_a_service_that_stands_twice_is_refused_on_the_second_line(tmp_path: Path) -> None:
    with pytest.raises(BadContent, match="twice") as refused:
        _load_with(tmp_path, {"dentist": a_service(), "other": a_service()}, rename=("other:", "dentist:"))

    assert _lines(tmp_path)[refused.value.line - 1] == "  dentist:"
    assert _lines(tmp_path)[: refused.value.line - 1].count("  dentist:") == 1


@pytest.mark.parametrize("service_id", ["Dentist", "den tist", "../x", "1st", ""])
def test_an_id_that_could_be_no_address_is_refused(service_id: str) -> None:
    with pytest.raises(Refused, match="is no id"):
        read(a_service(), service_id)


def test_no_key_of_a_service_is_without_a_test() -> None:
    assert set(a_service()) == set(KEYS)


def _load_with(folder: Path, services: dict[str, Any], rename: tuple[str, str] = ("", "")) -> None:
    data = yaml.safe_load((ROOT / "content" / "prisons" / "oakmoor.yml").read_text("utf-8"))
    # The same helpers as in KNOWN.
    data |= {"services": services, "local": {}, "peer_roles": ["listener", "health_champion"]}
    for name in ("taxonomy.yml", "languages.yml"):
        shutil.copy(ROOT / "content" / name, folder / name)
    (folder / "prisons").mkdir()
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    if rename[0]:
        text = text.replace(*rename)
    (folder / "prisons" / "oakmoor.yml").write_text(text, "utf-8")
    load_prison(folder, "oakmoor")


def _lines(folder: Path) -> list[str]:
    return (folder / "prisons" / "oakmoor.yml").read_text("utf-8").splitlines()
