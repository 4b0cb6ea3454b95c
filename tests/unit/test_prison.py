"""A prison's file: its day, its deadlines, its chain, and how a bad one is refused."""

import copy
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.content import BadContent
from bot.prison import Prison, TimeOfDay
from bot.prison_file import load_prison
from bot.queue.model import Kind, Urgency
from bot.safety.model import Level
from bot.safety.reviewing import PLAIN_REVIEWS
from bot.settings import ROOT

OAKMOOR = ROOT / "content" / "prisons" / "oakmoor.yml"


@pytest.fixture(scope="module")
def prison() -> Prison:
    return load_prison(ROOT / "content", "oakmoor")


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        # A Monday in winter: local time is UTC.
        ("2026-11-23T07:59", TimeOfDay.NIGHT),
        ("2026-11-23T08:00", TimeOfDay.UNLOCKED),
        ("2026-11-23T12:00", TimeOfDay.NIGHT),
        ("2026-11-23T16:59", TimeOfDay.UNLOCKED),
        ("2026-11-23T17:00", TimeOfDay.EVENING),
        ("2026-11-23T19:00", TimeOfDay.NIGHT),
        # A Saturday.
        ("2026-11-28T08:30", TimeOfDay.NIGHT),
        ("2026-11-28T09:00", TimeOfDay.UNLOCKED),
        ("2026-11-28T17:30", TimeOfDay.NIGHT),
        # A Monday in summer: local time is one hour ahead.
        ("2026-07-06T07:00", TimeOfDay.UNLOCKED),
        ("2026-07-06T16:30", TimeOfDay.EVENING),
        # Friday evening in UTC is Saturday there: 23:30 is 00:30, at night either way.
        ("2026-07-03T23:30", TimeOfDay.NIGHT),
        # The Sundays on which the clocks change.
        ("2026-03-29T08:00", TimeOfDay.UNLOCKED),
        ("2026-03-28T08:00", TimeOfDay.NIGHT),
        ("2026-10-25T08:30", TimeOfDay.NIGHT),
        ("2026-10-24T08:30", TimeOfDay.UNLOCKED),
        # Monday 28 December is a bank holiday, and goes like a weekend; the Tuesday does not.
        ("2026-12-28T08:30", TimeOfDay.NIGHT),
        ("2026-12-28T09:30", TimeOfDay.UNLOCKED),
        ("2026-12-28T17:30", TimeOfDay.NIGHT),
        ("2026-12-29T08:30", TimeOfDay.UNLOCKED),
    ],
)
def test_the_time_of_day_is_the_prisons_own(prison: Prison, when: str, expected: TimeOfDay) -> None:
    assert prison.time_of_day(datetime.fromisoformat(when).replace(tzinfo=UTC)) is expected


DAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 23, tzinfo=UTC)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("when", [DAY, NIGHT])
def test_the_more_urgent_never_waits_longer(prison: Prison, kind: Kind, when: datetime) -> None:
    waits = [prison.allowance(kind, urgency, when) for urgency in Urgency]

    assert waits == sorted(waits, reverse=True)
    assert waits[-1] <= timedelta(minutes=2)


def test_a_listener_may_take_longer_at_night(prison: Prison) -> None:
    assert prison.allowance(Kind.LISTENER, Urgency.NORMAL, DAY) == timedelta(minutes=60)
    assert prison.allowance(Kind.LISTENER, Urgency.NORMAL, NIGHT) == timedelta(minutes=90)


def test_a_graver_alert_climbs_sooner(prison: Prison) -> None:
    allowances = [prison.alert_allowance(level) for level in (Level.EMERGENCY, Level.URGENT, Level.CONCERN)]

    assert allowances == sorted(allowances)
    assert allowances[0] == timedelta(minutes=1)


def test_a_late_review_goes_to_the_next_role_of_the_chain_that_may_review(prison: Prison) -> None:
    assert [prison.next_reviewer(current) for current in ("", "safer_custody", "manager")] == ["manager"] * 3


def test_without_rules_reviews_have_those_of_the_product(tmp_path: Path) -> None:
    data = yaml.load(OAKMOOR.read_text("utf-8"), yaml.CSafeLoader)
    del data["reviews"]

    assert _load(tmp_path, yaml.safe_dump(data)).reviews == PLAIN_REVIEWS


@pytest.mark.parametrize("prison_id", ["oakmoor", "fernhill", "larkmere"])
def test_a_graver_alert_is_checked_sooner(prison_id: str) -> None:
    prison = load_prison(ROOT / "content", prison_id)

    allowances = [prison.check_allowance(level) for level in (Level.EMERGENCY, Level.URGENT, Level.CONCERN)]

    assert allowances == sorted(allowances)
    assert allowances[0] <= timedelta(minutes=15)


@pytest.mark.parametrize(
    ("given", "minutes"), [(None, [10, 60, 480]), ({}, [10, 60, 480]), ({"urgent": 20}, [10, 20, 480])]
)
def test_a_time_for_the_check_that_the_file_leaves_out_is_the_products_own(
    tmp_path: Path, given: dict[str, int] | None, minutes: list[int]
) -> None:
    data = yaml.load(OAKMOOR.read_text("utf-8"), yaml.CSafeLoader)
    data |= {"checks": given}
    if given is None:
        del data["checks"]

    prison = _load(tmp_path, yaml.safe_dump(data))

    levels = (Level.EMERGENCY, Level.URGENT, Level.CONCERN)
    assert [prison.check_allowance(level) for level in levels] == [timedelta(minutes=n) for n in minutes]


def test_the_chain_begins_above_the_wing_and_ends_with_its_last(prison: Prison) -> None:
    roles = [""]
    for _ in range(5):
        roles.append(prison.next_role(roles[-1]))

    assert roles[1:] == ["orderly", "safer_custody", "manager", "manager", "manager"]
    assert prison.next_role("a role that was renamed") == "orderly"


def test_a_place_is_one_that_the_prison_has(prison: Prison) -> None:
    assert prison.place("A", "A2", " a2-14 ").cell == "A2-14"


@pytest.mark.parametrize(
    ("wing", "landing", "cell"),
    [
        ("C", "C1", "1"),
        ("A", "B1", "1"),
        ("A", "A1", ""),
        ("A", "A1", "  "),
        ("A", "A1", "x" * 17),
        ("", "", "1"),
    ],
)
def test_a_place_that_the_prison_does_not_have_is_refused(
    prison: Prison, wing: str, landing: str, cell: str
) -> None:
    with pytest.raises(ValueError, match="unknown place"):
        prison.place(wing, landing, cell)


Damage = Callable[[dict[str, Any]], object]
_DAMAGES: dict[str, tuple[str, Damage]] = {
    "another id than the file": ("id", lambda d: d.update(id="elsewhere")),
    "no name": ("name", lambda d: d.pop("name")),
    "no such zone": ("timezone", lambda d: d.update(timezone="Mars/Base")),
    "a folder of zones": ("timezone", lambda d: d.update(timezone="Europe")),
    "no zone at all": ("timezone", lambda d: d.update(timezone=None)),
    "no time for a review": ("reviews.hours.urgent", lambda d: d["reviews"]["hours"].update(urgent=0)),
    "a level that is none": ("reviews.hours.grave", lambda d: d["reviews"]["hours"].update(grave=1)),
    "more than all twice": (
        "reviews.second_look_percent",
        lambda d: d["reviews"].update(second_look_percent=101),
    ),
    "a rule of reviews that is none": ("reviews.often", lambda d: d["reviews"].update(often=1)),
    "wings as a list": ("wings", lambda d: d.update(wings=["A"])),
    "no weekend": ("day", lambda d: d["day"].pop("weekend")),
    "a part of the day that is none": ("day", lambda d: d["day"]["weekday"].update(lunch=[])),
    "a span that ends before it begins": (
        "day",
        lambda d: d["day"]["weekday"].update(unlocked=[["12:00", "08:00"]]),
    ),
    "a time without quotes": ("day", lambda d: d["day"]["weekday"].update(unlocked=[[480, 720]])),
    "spans that overlap": (
        "day.weekday.unlocked.1",
        lambda d: d["day"]["weekday"].update(unlocked=[["08:00", "12:00"], ["11:00", "14:00"]]),
    ),
    "an evening before the day is over": (
        "day.weekday.evening.0",
        lambda d: d["day"]["weekday"].update(evening=[["16:00", "19:00"]]),
    ),
    "an evening that ends with the day": (
        "day.weekday.evening.0",
        lambda d: d["day"]["weekday"].update(evening=[["20:00", "24:00"]]),
    ),
    "no evening": ("day.weekday.evening", lambda d: d["day"]["weekday"].pop("evening")),
    "hours of the night": ("day.weekday.night", lambda d: d["day"]["weekday"].update(night=[])),
    "no bank holidays": ("bank_holidays", lambda d: d.pop("bank_holidays")),
    "a part of the UK that is none": ("bank_holidays", lambda d: d.update(bank_holidays="england")),
    "a key that nobody knows": ("colour", lambda d: d.update(colour="red")),
    "no day of review": ("reviewed", lambda d: d.pop("reviewed")),
    "a review that is due before it was": ("review_by", lambda d: d.update(review_by=d["reviewed"])),
    "a wing without landings": ("wings.A", lambda d: d["wings"].update(A=[])),
    "a landing that is a number": ("wings.A.0", lambda d: d["wings"].update(A=[1])),
    "no deadline for a kind": ("deadlines", lambda d: d["deadlines"].pop("listener")),
    "no deadline at night": ("deadlines", lambda d: d["deadlines"]["peer"].pop("night")),
    "no deadline for urgent": ("deadlines", lambda d: d["deadlines"].pop("urgent")),
    "a deadline in words": ("deadlines", lambda d: d["deadlines"].update(raised="soon")),
    "a deadline of nothing": ("deadlines", lambda d: d["deadlines"].update(emergency=0)),
    "an alert that never climbs": ("alerts", lambda d: d["alerts"].pop("urgent")),
    "an alert before its time": ("alerts", lambda d: d["alerts"].update(urgent=-1)),
    "a check at a level that is none": ("checks.none", lambda d: d["checks"].update(none=5)),
    "a check in words": ("checks.urgent", lambda d: d["checks"].update(urgent="soon")),
    "a check of no time": ("checks.urgent", lambda d: d["checks"].update(urgent=0)),
    "checks as a list": ("checks", lambda d: d.update(checks=[5])),
    "a role that is none": ("chain", lambda d: d.update(chain=["governor"])),
    "nobody in the chain": ("chain", lambda d: d.update(chain=[])),
    "a peer role that is none": ("peer_roles", lambda d: d.update(peer_roles=["plumber"])),
    "hours of a role that is not on offer": (
        "peer_hours.plumber",
        lambda d: d.update(peer_hours={"plumber": {"hours": "always"}}),
    ),
    "a role without its hours": ("peer_hours.pid.hours", lambda d: d.update(peer_hours={"pid": {}})),
    "hours of a role that never come": (
        "peer_hours.pid.hours",
        lambda d: d.update(peer_hours={"pid": {"hours": {}, "bank_holidays": "closed"}}),
    ),
    "a role without its bank holidays": (
        "peer_hours.pid.bank_holidays",
        lambda d: d.update(peer_hours={"pid": {"hours": {"weekday": [["08:00", "12:00"]]}}}),
    ),
    "a role's hours as a list": ("peer_hours", lambda d: d.update(peer_hours=["pid"])),
    "no reasons": ("could_not_reasons", lambda d: d.update(could_not_reasons=[])),
    "no languages": ("languages", lambda d: d.pop("languages")),
    "a language that nobody named": ("languages.0", lambda d: d.update(languages=["xx"])),
    "local words as a list": ("local", lambda d: d.update(local=["Here: ask"])),
    "local words on no topic": ("local.sports", lambda d: d["local"].update(sports="Here: ask")),
    "HTML in local words": ("local.visits", lambda d: d["local"].update(visits="<b>Here</b>")),
    "a template mark in local words": ("local.visits", lambda d: d["local"].update(visits="Here: {x}")),
    "a placeholder in local words": ("local.visits", lambda d: d["local"].update(visits="Here: TBC")),
    "no services": ("services", lambda d: d.pop("services")),
    "services as a list": ("services", lambda d: d.update(services=[])),
}


@pytest.mark.parametrize("damage", list(_DAMAGES))
def test_a_bad_file_is_refused_with_file_and_key(tmp_path: Path, damage: str) -> None:
    key, do = _DAMAGES[damage]
    data = copy.deepcopy(yaml.load(OAKMOOR.read_text("utf-8"), yaml.CSafeLoader))
    do(data)

    with pytest.raises(BadContent) as refused:
        _load(tmp_path, yaml.safe_dump(data, sort_keys=False))

    refusal = refused.value
    assert refusal.path.name == "oakmoor.yml"
    assert refusal.why.startswith(key)
    assert str(refusal).startswith(f"prisons/oakmoor.yml:{refusal.line}: ")
    assert "\n" not in str(refusal)


@pytest.mark.parametrize("text", ["", "just words", "- a list", "a: [", "a: \x07", "\udcff"])
def test_what_is_no_prison_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadContent, match=r"oakmoor\.yml:\d"):
        _load(tmp_path, text)


def test_a_prison_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadContent, match=r"nowhere\.yml:1: "):
        load_prison(tmp_path, "nowhere")


def test_the_line_is_the_one_on_which_it_stands(tmp_path: Path) -> None:
    text = OAKMOOR.read_text("utf-8")
    bad = '    evening: [["18:00", "17:00"]]'
    changed = text.replace('    evening: [["17:00", "19:00"]]', bad)

    with pytest.raises(BadContent) as refused:
        _load(tmp_path, changed)

    assert changed.splitlines()[refused.value.line - 1] == bad


def test_a_key_that_is_missing_is_said_where_it_should_stand(tmp_path: Path) -> None:
    text = OAKMOOR.read_text("utf-8").replace("  raised: 30\n", "")

    with pytest.raises(BadContent) as refused:
        _load(tmp_path, text)

    assert refused.value.why == "deadlines.raised: is missing"
    assert text.splitlines()[refused.value.line - 1] == "deadlines:"


def test_a_prison_may_have_nothing_of_its_own_to_say(tmp_path: Path) -> None:
    data = yaml.load(OAKMOOR.read_text("utf-8"), yaml.CSafeLoader)
    data |= {"local": {}, "services": {}}

    silent = _load(tmp_path, yaml.safe_dump(data))

    assert (silent.local, silent.services) == ({}, {})


def _load(folder: Path, text: str) -> Prison:
    for name in ("taxonomy.yml", "languages.yml"):
        shutil.copy(ROOT / "content" / name, folder / name)
    (folder / "prisons").mkdir()
    (folder / "prisons" / "oakmoor.yml").write_bytes(text.encode("utf-8", "surrogateescape"))
    return load_prison(folder, "oakmoor")
