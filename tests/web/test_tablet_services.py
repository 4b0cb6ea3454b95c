"""Who and where: the list of services, a page for each, and the services under an answer."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.bootstrap import build
from bot.demo import PEOPLE, PIN, places_in, seed
from bot.directory.model import ICONS, Hours
from bot.people import tablets
from bot.people.model import PeerRole
from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.web.tablet.app import create_app
from tests.support.builders import NOW
from tests.support.tablet_app import DANGER, Browser, FakeAssistant, FakeJudge, World, opened

ICON_FILE = Path(__file__).resolve().parents[2] / "bot" / "web" / "static" / "icons.svg"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


def with_prison(world: World, **changes: object) -> World:
    """The same world in a prison that differs where the test says so."""
    prison = replace(world.product.prison, **changes)  # type: ignore[arg-type]
    world.product = replace(world.product, prison=prison)
    world.app = create_app(world.product, world.judge, world.assistant)
    return world


def sam(world: World) -> Browser:
    return world.signed_in(world.add("sam"))


def test_every_service_is_on_the_list_and_has_a_page(world: World) -> None:
    browser = sam(world)
    listed = browser.get("/services").text

    for service in world.product.prison.services.values():
        assert f'href="/services/{service.id}"' in listed
        page = browser.get(f"/services/{service.id}")
        assert page.status_code == 200
        assert service.title in page.text


def test_services_stand_under_headings_that_can_be_jumped_to(world: World) -> None:
    page = sam(world).get("/services").text

    for group in world.product.taxonomy.groups:
        assert f'href="#{group}"' in page
        assert f'id="{group}"' in page


def test_the_list_says_in_words_and_a_picture_what_is_open(world: World) -> None:
    # Monday 23 November 2026, ten in the morning.
    page = sam(world).get("/services").text

    healthcare = _card(page, "healthcare")
    assert "Open now, until 12:00" in healthcare
    assert "#state-open" in healthcare
    kit = _card(page, "kit_change")
    assert "Shut now. Opens tomorrow at 14:15" in kit
    assert "#state-shut" in kit
    courses = _card(page, "programmes")
    assert "The times are not listed. Ask: Programmes team" in courses
    assert "#state-ask" in courses


def test_only_what_is_open_can_be_asked_for(world: World) -> None:
    page = sam(world).get("/services?show=open").text

    assert 'href="/services/healthcare"' in page
    assert 'href="/services/kit_change"' not in page
    assert 'href="/services/programmes"' not in page


def test_at_night_the_list_of_what_is_open_is_short_and_never_without_help(world: World) -> None:
    world.time[0] = NOW.replace(hour=3)

    page = sam(world).get("/services?show=open").text

    found = set(re.findall(r'href="/services/([a-z_]+)"', page))
    assert found == {"first_night_centre", "listeners_room", "samaritans_phone"}


def test_a_bank_holiday_is_said_and_its_times_hold(world: World) -> None:
    world.time[0] = datetime(2026, 12, 28, 10, 0, tzinfo=UTC)
    browser = sam(world)

    page = browser.get("/services").text

    assert "Today is a bank holiday." in page
    assert "Shut now. Opens tomorrow at 8:30" in _card(page, "mental_health_team")
    assert "Open now, until 11:15" in _card(page, "gym")
    assert "Today is a bank holiday." in browser.get("/services/gym").text
    assert "Today is a bank holiday." in browser.get("/topics/gym_exercise").text


def test_a_service_page_says_where_when_how_and_who(world: World) -> None:
    page = sam(world).get("/services/healthcare").text

    assert "The ground floor of B wing, past the gate." in page
    assert "Monday to Friday" in page
    assert "8:00 to 12:00 and 13:30 to 17:00" in page
    assert "As on Sunday" in page
    assert "Put in an app: Healthcare." in page
    assert "Ask staff to ring a nurse if it cannot wait." in page
    assert "Nurses and doctors" in page
    assert "Polski" in page
    assert "Very ill? Press your cell bell now." in page
    assert "Staff checked this on 22/11/2026." in page


def test_a_service_page_leads_to_its_people_and_topics(world: World) -> None:
    page = sam(world).get("/services/healthcare").text

    assert 'href="/ask/peer?role=health_champion"' in page
    assert 'href="/topics/doctor_nurse"' in page
    assert 'href="/services"' in page


def test_a_listener_is_asked_for_in_the_way_of_listeners(world: World) -> None:
    page = sam(world).get("/services/listeners_room").text

    assert page.count('action="/ask/listener"') == 1  # beside the help card
    assert page.count('href="/ask/listener"') == 1
    assert "role=listener" not in page


def test_where_the_file_is_silent_the_page_says_whom_to_ask(world: World) -> None:
    page = sam(world).get("/services/programmes").text

    assert "The place is not listed. Ask: Programmes team" in page
    assert "The times are not listed. Ask: Programmes team" in page
    assert "Open now" not in page


def test_what_is_past_its_review_date_says_so(world: World) -> None:
    old = {
        name: replace(service, reviewed=date(2025, 1, 1), review_by=date(2026, 11, 22))
        for name, service in world.product.prison.services.items()
    }

    page = sam(with_prison(world, services=old)).get("/services/healthcare").text

    assert "This may be out of date. Ask: A health champion" in page
    assert "Staff checked this" not in page


def test_an_answer_shows_its_services_and_how_they_stand(world: World) -> None:
    browser = sam(world)

    assert "Open now, until 12:00" in _card(browser.get("/topics/doctor_nurse").text, "healthcare")
    assert 'href="/services/' not in browser.get("/topics/pregnancy_baby").text


def test_the_service_that_a_topic_is_most_about_comes_first(world: World) -> None:
    page = sam(world).get("/topics/children_family").text

    assert re.findall(r'href="/services/([a-z_]+)"', page)[0] == "family_worker"


def test_the_way_there_is_on_every_page(world: World) -> None:
    browser = sam(world)

    for path in ("/chat", "/topics", "/ask", "/requests", "/services/library"):
        assert '<a href="/services"' in browser.get(path).text
    assert 'class="tile" href="/services"' in browser.get("/chat").text


def test_there_is_no_box_that_nobody_screens(world: World) -> None:
    browser = sam(world)

    for path in ("/services", "/services/healthcare"):
        assert not re.search(r"<textarea|<input(?![^>]*type=\"hidden\")", browser.get(path).text)


def test_a_prison_without_a_list_says_so(world: World) -> None:
    browser = sam(with_prison(world, services={}))

    assert "There is no list here yet. Please ask staff." in browser.get("/services").text
    assert browser.get("/topics/doctor_nurse").status_code == 200


def test_when_nothing_is_open_the_list_says_so(world: World) -> None:
    only = {"gym": world.product.prison.services["gym"]}
    with_prison(world, services=only)
    world.time[0] = NOW.replace(hour=3)

    page = sam(world).get("/services?show=open").text

    assert "Nothing on this list is open now." in page
    assert 'href="/services"' in page


@pytest.mark.parametrize(
    "path", ["/services/nothing", "/services/../etc", "/services/%3Cscript%3E", "/services/"]
)
def test_a_service_that_is_not_there_is_said_in_plain_words(world: World, path: str) -> None:
    answer = sam(world).get(path)

    assert answer.status_code == 404
    assert "There is nothing here." in answer.text


def test_an_odd_wish_shows_the_whole_list(world: World) -> None:
    browser = sam(world)

    assert 'href="/services/kit_change"' in browser.get("/services?show=nonsense").text
    assert browser.get("/services?show=" + "x" * 50).status_code == 400


def test_the_pages_speak_the_persons_language(world: World) -> None:
    browser = sam(world)
    browser.submit("/language", page="/chat", language="ar", back="/services")

    listed, page = browser.get("/services").text, browser.get("/services/healthcare").text

    assert 'dir="rtl"' in listed
    assert "مفتوح الآن" in _card(listed, "healthcare")
    assert "الاثنين إلى الجمعة" in page


def test_every_picture_of_a_service_is_drawn(world: World) -> None:
    browser = world.signed_in(world.add("lee", PeerRole.LISTENER))
    drawn = set(re.findall(r'<symbol id="([^"]+)"', ICON_FILE.read_text("utf-8")))
    pages = [browser.get("/services").text]
    pages += [browser.get(f"/services/{name}").text for name in world.product.prison.services]

    used = set(re.findall(r"icons\.svg\?v=\w+#([\w-]+)", "".join(pages)))

    assert used | ICONS <= drawn


@pytest.mark.parametrize("prison_id", ["oakmoor", "fernhill", "larkmere"])
def test_the_product_starts_in_each_demonstration_prison(tmp_path: Path, prison_id: str) -> None:
    browser, product = _started(tmp_path, prison_id)

    assert "(demonstration)" in product.prison.name
    for path in (
        "/chat",
        "/topics",
        "/services",
        "/ask/peer",
        *(f"/services/{name}" for name in product.prison.services),
    ):
        assert browser.get(path).status_code == 200
    asked = set(re.findall(r"/ask/peer\?role=([a-z_]+)", browser.get("/ask/peer").text))
    assert asked == {role.value for role in product.prison.peer_roles} - {"listener"}


@pytest.mark.parametrize("prison_id", ["fernhill", "larkmere"])
def test_helpers_whom_a_prison_does_not_have_are_not_offered(tmp_path: Path, prison_id: str) -> None:
    browser, product = _started(tmp_path, prison_id)
    absent = {role.value for role in PeerRole} - {role.value for role in product.prison.peer_roles}

    pages = [browser.get(f"/topics/{topic}").text for topic in product.taxonomy.topics]
    offered = set(re.findall(r"/ask/peer\?role=([a-z_]+)", "".join(pages)))

    assert absent
    assert offered & absent == set()
    assert all(browser.get(f"/ask/peer?role={role}").status_code == 404 for role in absent)


@pytest.mark.parametrize("prison_id", ["oakmoor", "fernhill", "larkmere"])
@pytest.mark.parametrize("now", [NOW, NOW + timedelta(hours=17)])
def test_each_demonstration_prison_offers_a_listener_by_day_and_by_night_as_its_file_says(
    tmp_path: Path, prison_id: str, now: datetime
) -> None:
    browser, product = _started(tmp_path, prison_id, now)

    browser.say(DANGER)
    pages = [browser.get(path).text for path in ("/chat", "/ask", "/services", "/topics/about_listeners")]

    assert PeerRole.LISTENER in product.prison.peer_roles
    assert product.prison.services["listeners_room"].hours == Hours(always=True)
    assert all('action="/ask/listener" id="at-once"' in page for page in pages)
    assert 'class="way" href="/ask/listener"' in pages[1]
    assert "You can also ask for a Listener." in pages[0]
    assert ">Ask for a Listener<" in pages[0].split('id="replies"')[1]


def _started(folder: Path, prison_id: str, now: datetime = NOW):  # type: ignore[no-untyped-def]
    """As `signpost run` prepares it, with Sam signed in on a tablet of Sam's own place."""
    settings = Settings(  # type: ignore[call-arg]
        _env_file=None,
        prison=prison_id,
        secret_key="s" * 40,
        seal_keys="k" * 40,
        log_key="l" * 40,
        rasa_token="t" * 40,
        database_url=f"sqlite:///{folder / 'signpost.db'}",
    )
    product = build(settings, now=lambda: now)
    assert isinstance(product.database, Database)
    upgrade(product.database.engine)
    assert seed(product)
    assert not seed(product)
    app = create_app(product, FakeJudge(), FakeAssistant())
    browser = Browser(app, follow_redirects=False, raise_server_exceptions=False)
    with product.database.writing() as work:
        code = tablets.make_code(work, prison_id, places_in(product.prison)[0], "officer", now=now)
    assert browser.submit("/enrol", code=code).status_code == 303
    signed = browser.submit("/sign-in", number=PEOPLE[0].number, pin=PIN)
    assert (signed.status_code, signed.headers["location"]) == (303, "/welcome")
    assert browser.submit("/welcome").status_code == 303
    return browser, product


def _card(page: str, service: str) -> str:
    found = re.search(rf'<li><a class="service" href="/services/{service}">.*?</li>', page, re.DOTALL)
    assert found, f"no card of {service}"
    return found[0]
