"""What staff publish shows on the tablet within seconds, without a restart, and stays when a part fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.editions import adding, service
from bot.editions.bodies import body_of
from bot.editions.model import ContentKind, Piece
from bot.editions.service import Proposal
from tests.support.builders import NOW, PRISON, a_staff_member
from tests.support.tablet_app import Browser, World, opened


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Looks for what was published at every page."""
    with opened(tmp_path, content_seconds=0) as made:
        yield made


def publish(world: World, kind: ContentKind, key: str, based_on: int = 0, **changes: object) -> None:
    piece, rules = Piece(PRISON, kind, key), world.product.live.rules
    with world.product.database.writing() as work:
        if work.staff.get("officer") is None:
            work.staff.add(a_staff_member())
        proposal = Proposal(piece, {**rules.file_body(piece), **changes}, based_on)
        service.publish(work, rules, proposal, "officer", now=NOW)


def sam(world: World) -> Browser:
    return world.signed_in(world.add("sam"))


def test_a_published_answer_shows_on_its_page_and_wherever_its_title_stands(world: World) -> None:
    browser = sam(world)
    before = browser.get("/topics/visits").text
    book = world.product.answers
    related = next(topic for topic in sorted(book.topics()) if "visits" in book.get(topic).related)

    publish(world, ContentKind.ANSWER, "visits", title="Seeing your people", simpler="Ask your wing.")

    after = browser.get("/topics/visits").text
    assert "Seeing your people" not in before
    assert "Seeing your people" in after
    assert "Ask your wing." in after
    assert "Seeing your people" in browser.get("/topics").text
    assert "Seeing your people" in browser.get(f"/topics/{related}").text


def test_a_published_service_shows_in_the_list_on_its_page_and_under_its_topic(world: World) -> None:
    browser = sam(world)

    publish(world, ContentKind.SERVICE, "kit_change", title="Clean kit", note="Bring your bag.")

    assert "Clean kit" in browser.get("/services").text
    assert "Bring your bag." in browser.get("/services/kit_change").text
    assert "Clean kit" in browser.get("/topics/kit_laundry").text


def test_a_service_that_was_added_shows_in_the_list_on_its_page_and_under_its_topic(world: World) -> None:
    browser = sam(world)
    rules = world.product.live.rules
    body = {**body_of(rules.services["dentist"]), "title": "Eye tests"}
    with world.product.database.writing() as work:
        work.staff.add(a_staff_member())
        adding.add(work, rules, body, "officer", service.publish, now=NOW)

    listed = browser.get("/services").text

    assert listed.index("Dentist and eye tests") < listed.index('href="/services/eye_tests"')
    assert "Eye tests" in browser.get("/services/eye_tests").text
    assert 'href="/services/eye_tests"' in browser.get("/topics/dentist_optician").text


def test_a_service_that_was_taken_away_shows_nowhere_and_comes_back(world: World) -> None:
    browser, piece = sam(world), Piece(PRISON, ContentKind.SERVICE, "kit_change")
    with world.product.database.writing() as work:
        work.staff.add(a_staff_member())
        service.remove(work, world.product.live.rules, piece, 0, "officer", now=NOW)

    pages = [browser.get(path) for path in ("/services", "/topics/kit_laundry", "/services/kit_change")]
    with world.product.database.writing() as work:
        service.go_back(work, world.product.live.rules, piece, 0, 1, "officer", now=NOW)

    assert [page.status_code for page in pages] == [200, 200, 404]
    assert all("/services/kit_change" not in page.text for page in pages)
    assert "There is nothing here." in pages[2].text
    assert "Kit change" in browser.get("/services").text


def test_a_sentence_of_the_prisons_own_shows_on_its_topics_page_and_can_be_taken_away(world: World) -> None:
    browser, piece = sam(world), Piece(PRISON, ContentKind.LOCAL, "visits")
    publish(world, ContentKind.LOCAL, "visits", text="Here: book on the new kiosk.")
    published = browser.get("/topics/visits").text
    with world.product.database.writing() as work:
        service.remove(work, world.product.live.rules, piece, 1, "officer", now=NOW)

    gone = browser.get("/topics/visits").text

    assert "Here: book on the new kiosk." in published
    assert "Here:" not in gone
    assert "Ask staff how it is done here." in gone


def test_going_back_shows_too(world: World) -> None:
    browser = sam(world)
    publish(world, ContentKind.ANSWER, "visits", title="Seeing your people")
    piece = Piece(PRISON, ContentKind.ANSWER, "visits")
    with world.product.database.writing() as work:
        service.go_back(work, world.product.live.rules, piece, 0, 1, "officer", now=NOW)

    assert "Seeing your people" not in browser.get("/topics/visits").text


def test_when_the_database_cannot_be_read_the_last_good_content_stays(world: World) -> None:
    browser = sam(world)
    publish(world, ContentKind.ANSWER, "visits", title="Seeing your people")
    assert "Seeing your people" in browser.get("/topics/visits").text

    world.database.fails_reading = True
    title = world.product.answers.get("visits").title
    world.database.fails_reading = False

    assert title == "Seeing your people"
