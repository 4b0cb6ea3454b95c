"""Whether it matters who comes, and what a person reads when nobody can be asked."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.people.model import PeerRole, Person
from bot.queue.model import Request
from tests.support.tablet_app import World, opened


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


def speaking(world: World, language: str, name: str = "ola") -> Person:
    person = replace(world.add(name), language=language)
    with world.product.database.writing() as work:
        work.persons.save(person)
    return person


def latest(world: World, name: str = "ola") -> Request:
    return next(iter(world.read(lambda work: work.requests.of_person(name))))


def test_a_wish_is_offered_where_the_prison_has_it_and_nobody_has_to_answer(world: World) -> None:
    ola = world.signed_in(speaking(world, "pl"))

    page = ola.get("/ask/listener").text
    ola.submit("/ask/listener")

    assert "Ktoś, kto mówi w moim języku" in page
    assert 'name="wish" value="" checked' in page
    assert (latest(world).wish, latest(world).language) == ("", "pl")


def test_the_own_language_is_no_wish_for_who_speaks_english(world: World) -> None:
    assert 'name="wish"' not in world.signed_in(world.add("sam")).get("/ask/listener").text


def test_staff_are_asked_for_without_a_wish(world: World) -> None:
    ola = world.signed_in(speaking(world, "pl"))

    assert 'name="wish"' not in ola.get("/ask/staff").text
    assert ola.submit("/ask/staff", wish="my_language").status_code == 400


def test_who_wishes_for_the_own_language_is_matched_with_who_speaks_it(world: World) -> None:
    lee, mo = world.add("lee", PeerRole.LISTENER), world.add("mo", PeerRole.LISTENER)
    with world.product.database.writing() as work:
        found = work.supporters.get(mo.id)
        assert found is not None
        work.supporters.put(replace(found, languages=("pl",)))
    ola = world.signed_in(speaking(world, "pl"))

    ola.submit("/ask/listener", wish="my_language")

    asked = world.read(lambda work: work.offers.of_request(latest(world).id))
    assert [offer.supporter_id for offer in asked] == ["mo"]
    assert lee.id == "lee"


def test_a_wish_that_the_prison_does_not_have_is_refused(world: World) -> None:
    ola = world.signed_in(speaking(world, "pl"))

    assert ola.submit("/ask/listener", wish="woman").status_code == 400
    assert ola.submit("/ask/listener", wish="nonsense").status_code == 400
    assert world.read(lambda work: list(work.requests.of_person("ola"))) == []


def test_where_nobody_can_be_asked_the_person_reads_what_is_possible_now(world: World) -> None:
    sam = world.signed_in(world.add("sam"))

    answer = sam.submit("/ask/listener")
    page = sam.get(answer.headers["location"]).text

    assert "No helper is free to be asked right now. Your request stays open." in page
    assert "You can ring Samaritans free from the phone." in page
    assert "You can ask any officer for the chaplain." in page
    assert "I can ask staff to see you." in page
    chat = sam.get("/chat").text
    assert "<p>No helper is free to be asked right now. Your request stays open." in chat
    world.add("lee", PeerRole.LISTENER)
    assert "No helper is free" not in sam.get("/requests").text
