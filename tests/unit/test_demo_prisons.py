"""The three demonstration prisons: fictional, complete, of different kinds."""

import re

import pytest

from bot.directory.model import Way
from bot.people.model import PeerRole
from bot.prison import Prison
from bot.prison_file import load_prison
from bot.settings import ROOT
from bot.taxonomy import load_taxonomy

PRISONS = ("oakmoor", "fernhill", "larkmere")


@pytest.fixture(scope="module", params=PRISONS)
def prison(request: pytest.FixtureRequest) -> Prison:
    return load_prison(ROOT / "content", request.param)


def test_all_files_are_known_here() -> None:
    assert {path.stem for path in (ROOT / "content" / "prisons").glob("*.yml")} == set(PRISONS)


def test_a_prison_says_that_it_is_a_demonstration(prison: Prison) -> None:
    text = (ROOT / "content" / "prisons" / f"{prison.id}.yml").read_text("utf-8")

    assert "(demonstration)" in prison.name
    assert text.startswith("# A demonstration prison. Nothing here is a real place")
    assert "invented for the demonstration" in text


def test_only_the_number_that_is_a_fact_can_be_rung(prison: Prison) -> None:
    ways = [reach for service in prison.services.values() for reach in service.reach]

    assert {reach.number for reach in ways if reach.way is Way.FREE_NUMBER} == {"116 123"}
    assert all(re.fullmatch(r"\d{4}", reach.number) for reach in ways if reach.way is Way.EXTENSION)


def test_a_prison_has_services_for_nearly_every_topic(prison: Prison) -> None:
    topics = set(load_taxonomy(ROOT / "content").topics)
    served = {topic for service in prison.services.values() for topic in service.topics}

    assert len(prison.services) >= 25
    assert topics - served <= {"pregnancy_baby"}


def test_every_helper_on_offer_is_found_at_a_service(prison: Prison) -> None:
    named = {role for service in prison.services.values() for role in service.who.peer_roles}

    assert named == set(prison.peer_roles)
    assert PeerRole.LISTENER in named


def test_the_prisons_are_of_different_kinds() -> None:
    prisons = [load_prison(ROOT / "content", name) for name in PRISONS]

    assert len({prison.kind for prison in prisons}) == 3
    assert len({prison.peer_roles for prison in prisons}) == 3
    assert len({str(prison.day) for prison in prisons}) == 3
    assert len({str(prison.waits) for prison in prisons}) == 3
