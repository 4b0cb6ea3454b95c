"""Which peer roles may be asked for at an hour: by the prison's file, and in words where one may not."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from bot.content import Texts, load_texts
from bot.directory import helpers
from bot.directory.model import Hours
from bot.people.model import PeerRole
from bot.prison import Prison
from bot.prison_file import load_prison
from bot.queue.model import Kind
from bot.settings import ROOT

PRISONS = ("oakmoor", "fernhill", "larkmere")
MORNING = ((time(8), time(12)),)
# Monday to Friday from eight to twelve, and not on a bank holiday.
MORNINGS = Hours(week=(MORNING,) * 5 + ((), ()))
# Mondays, ten in the morning and three at night.
DAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return load_texts(ROOT / "content" / "messages")


@pytest.fixture(scope="module")
def prison() -> Prison:
    return load_prison(ROOT / "content", "oakmoor")


def with_hours(prison: Prison, role: PeerRole, hours: Hours = MORNINGS) -> Prison:
    return replace(prison, peer_hours={role: hours})


def without(prison: Prison, *roles: PeerRole) -> Prison:
    return replace(prison, peer_roles=tuple(role for role in prison.peer_roles if role not in roles))


def with_listener_service(prison: Prison, hours: Hours | None) -> Prison:
    """The service that says "you can ask here" has these hours."""
    room = replace(prison.services["listeners_room"], hours=hours)
    return replace(prison, services={**prison.services, "listeners_room": room})


@pytest.mark.parametrize("prison_id", PRISONS)
@pytest.mark.parametrize("now", [DAY, NIGHT, datetime(2026, 12, 25, 23, tzinfo=UTC)])
def test_each_demonstration_prison_offers_its_own_roles_at_every_hour(prison_id: str, now: datetime) -> None:
    prison = load_prison(ROOT / "content", prison_id)

    assert helpers.offered(prison, now) == prison.peer_roles
    assert {role for role in PeerRole if prison.offers(role, now)} == set(prison.peer_roles)


@pytest.mark.parametrize("role", list(PeerRole))
def test_a_role_that_the_file_does_not_name_is_never_offered(prison: Prison, role: PeerRole) -> None:
    lacking = without(prison, role)

    assert not lacking.offers(role, DAY)
    assert lacking.offers_from(role, DAY) is None
    kind = Kind.LISTENER if role is PeerRole.LISTENER else Kind.PEER
    assert not lacking.may_ask(kind, role.value, DAY)


@pytest.mark.parametrize("role", list(PeerRole))
@pytest.mark.parametrize(
    ("when", "offered"),
    [
        ("2026-11-23T07:59", False),
        ("2026-11-23T08:00", True),
        ("2026-11-23T11:59", True),
        ("2026-11-23T12:00", False),
        ("2026-11-28T09:00", False),
        # Christmas Day, a Friday.
        ("2026-12-25T09:00", False),
        # Summer: nine by the clock on the wall is eight in UTC.
        ("2026-07-06T07:00", True),
        ("2026-07-06T11:00", False),
    ],
)
def test_a_role_with_hours_is_offered_in_them_only(
    prison: Prison, role: PeerRole, when: str, offered: bool
) -> None:
    now = datetime.fromisoformat(when).replace(tzinfo=UTC)

    assert with_hours(prison, role).offers(role, now) is offered


def test_a_listener_has_the_hours_of_the_service_that_says_you_can_ask_here(prison: Prison) -> None:
    mornings = with_listener_service(prison, MORNINGS)

    assert mornings.offers(PeerRole.LISTENER, DAY)
    assert not mornings.offers(PeerRole.LISTENER, NIGHT)


def test_hours_of_its_own_go_before_those_of_the_service(prison: Prison) -> None:
    mornings = with_listener_service(prison, MORNINGS)

    assert with_hours(mornings, PeerRole.LISTENER, Hours(always=True)).offers(PeerRole.LISTENER, NIGHT)


@pytest.mark.parametrize("services", [{}, {"listeners_room": None}])
def test_a_listener_whose_hours_nobody_wrote_down_is_offered_day_and_night(
    prison: Prison, services: dict[str, None]
) -> None:
    silent = with_listener_service(prison, None) if services else replace(prison, services={})

    assert silent.offers(PeerRole.LISTENER, NIGHT)


def test_a_desk_that_is_shut_keeps_nobody_from_asking_for_its_worker(prison: Prison) -> None:
    assert prison.offers(PeerRole.PID, NIGHT)


@pytest.mark.parametrize("kind", [Kind.STAFF, Kind.SOMEONE])
def test_staff_and_somebody_to_talk_to_may_always_be_asked_for(prison: Prison, kind: Kind) -> None:
    assert without(prison, *PeerRole).may_ask(kind, "", NIGHT)


def test_a_peer_of_no_named_role_is_any_but_a_listener(prison: Prison) -> None:
    others = [role for role in PeerRole if role is not PeerRole.LISTENER]

    assert prison.may_ask(Kind.PEER, "", NIGHT)
    assert not without(prison, *others).may_ask(Kind.PEER, "", DAY)


@pytest.mark.parametrize("role", ["king", "LISTENER", "listener"])
def test_a_peer_role_that_is_none_may_never_be_asked_for(prison: Prison, role: str) -> None:
    assert not prison.may_ask(Kind.PEER, role, DAY)


def test_it_says_that_the_prison_has_none_and_who_else_listens(texts: Texts, prison: Prison) -> None:
    lacking = without(prison, PeerRole.LISTENER)

    assert helpers.instead(texts, lacking, (PeerRole.LISTENER,), "en", DAY) == (
        "Not in this prison: A Listener.",
        "You can ring Samaritans free from the phone.",
        "You can ask any officer for the chaplain.",
        "I can ask staff to see you.",
    )


def test_a_chaplain_is_named_only_where_there_is_one(texts: Texts, prison: Prison) -> None:
    services = {name: each for name, each in prison.services.items() if "faith" not in each.topics}
    lacking = replace(without(prison, PeerRole.LISTENER), services=services)

    said = helpers.instead(texts, lacking, (PeerRole.LISTENER,), "en", DAY)

    assert not any("chaplain" in line for line in said)
    assert helpers.who_else(lacking, DAY) == "danger_someone"
    assert helpers.who_else(without(prison, PeerRole.LISTENER), DAY) == "danger_chaplain"


@pytest.mark.parametrize(
    ("now", "when"),
    [
        (NIGHT, "You can ask from 8:00 today."),
        (datetime(2026, 11, 23, 13, tzinfo=UTC), "You can ask from 8:00 on Tuesday."),
        (datetime(2026, 11, 27, 13, tzinfo=UTC), "You can ask from 8:00 on Monday."),
    ],
)
def test_it_says_from_when_a_role_may_be_asked_for(
    texts: Texts, prison: Prison, now: datetime, when: str
) -> None:
    mornings = with_hours(prison, PeerRole.PID)

    said = helpers.instead(texts, mornings, (PeerRole.PID,), "en", now)

    assert said == ("Not at this hour: An information desk worker.", when)


def test_more_than_a_week_ahead_no_day_is_named(texts: Texts, prison: Prison) -> None:
    """Fridays only, and both Friday Christmas Day and Friday New Year's Day are bank holidays."""
    fridays = Hours(week=((), (), (), (), MORNING, (), ()))
    rare = with_hours(prison, PeerRole.PID, fridays)

    said = helpers.instead(texts, rare, (PeerRole.PID,), "en", datetime(2026, 12, 18, 13, tzinfo=UTC))

    assert rare.offers_from(PeerRole.PID, datetime(2026, 12, 18, 13, tzinfo=UTC)).date() == date(2027, 1, 8)  # type: ignore[union-attr]
    assert said == ("Not at this hour: An information desk worker.",)


def test_a_text_that_names_helpers_says_which_of_them_are_lacking(texts: Texts, prison: Prison) -> None:
    lacking = without(prison, PeerRole.BUDDY, PeerRole.INSIDER)
    text = "Ask an Insider, a buddy or a health champion."

    assert helpers.not_offered_in(texts, prison, text, "en", DAY) == ""
    assert helpers.not_offered_in(texts, lacking, text, "en", DAY) == (
        "Not in this prison: An Insider, for new people; A buddy, for help in the day."
    )
    assert helpers.not_offered_in(texts, lacking, "Ask staff to listen.", "en", DAY) == ""


@pytest.mark.parametrize("language", ["en", "cy", "ar", "pl", "ro", "sq"])
def test_it_is_said_in_every_language(texts: Texts, prison: Prison, language: str) -> None:
    lacking = without(prison, PeerRole.LISTENER)
    later = with_hours(prison, PeerRole.LISTENER)

    said = [
        *helpers.instead(texts, lacking, (PeerRole.LISTENER,), language, DAY),
        *helpers.instead(texts, later, (PeerRole.LISTENER,), language, NIGHT),
    ]

    assert len(said) == 9
    assert not any("{" in line for line in said)
    english = set(texts.languages["en"].messages.values())
    assert language == "en" or not english & set(said)
