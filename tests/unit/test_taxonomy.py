"""The names that never change agree with the names in code."""

import pytest

from bot.people.model import PeerRole
from bot.queue.model import Kind
from bot.safety.model import Level, Risk
from bot.settings import ROOT
from bot.taxonomy import Taxonomy, load_taxonomy


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy(ROOT / "content")


def test_risks_and_levels_are_those_of_the_code(taxonomy: Taxonomy) -> None:
    assert taxonomy.risks == tuple(risk.value for risk in Risk)
    assert set(taxonomy.levels) == {level.value for level in Level}


def test_each_kind_of_request_has_an_intent(taxonomy: Taxonomy) -> None:
    assert {f"request_{kind.value}" for kind in Kind} <= set(taxonomy.requests)


def test_no_intent_is_named_twice(taxonomy: Taxonomy) -> None:
    assert len(set(taxonomy.intents)) == len(taxonomy.intents)
    assert len(taxonomy.intents) == len(taxonomy.topics) + len(taxonomy.acts) + len(taxonomy.requests)


def test_a_listener_is_a_peer_role_and_a_kind() -> None:
    assert PeerRole.LISTENER.value == Kind.LISTENER.value
