"""The tablet's guard: every route is in the table, and nobody gets further than the table says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.routing import Mount, Route

from bot.people import tablets
from bot.people.model import PeerRole
from bot.web.access import TABLE, App, Need
from tests.support.builders import PRISON
from tests.support.tablet_app import World, opened


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for route in app.routes:
        if isinstance(route, Mount):
            found.add(("GET", f"{route.path}/{{path:path}}"))
        else:
            assert isinstance(route, Route), "a route of a kind that the guard does not know"
            found |= {(method, route.path) for method in route.methods or () if method != "HEAD"}
    return found


def test_the_table_and_the_routes_are_the_same(world: World) -> None:
    table = {(rule.method, rule.path) for rule in TABLE if rule.app is App.TABLET}

    assert routes_of(world.app) == table


def test_a_route_that_is_not_in_the_table_is_refused(world: World) -> None:
    world.app.get("/secret")(lambda: "told")

    answer = world.signed_in(world.add("sam")).get("/secret")

    assert answer.status_code == 404
    assert "told" not in answer.text


def rows(*needs: Need) -> list[tuple[str, str]]:
    return [
        (rule.method, rule.path.replace("{", "").replace("}", ""))
        for rule in TABLE
        if rule.app is App.TABLET and rule.need in needs
    ]


def test_who_lost_the_way_reads_so_in_the_own_language_and_finds_back(world: World) -> None:
    person = replace(world.add("sam"), language="ar")
    with world.product.database.writing() as work:
        work.persons.save(person)

    answer = world.signed_in(person).get("/nowhere")

    assert answer.status_code == 404
    assert 'lang="ar" dir="rtl"' in answer.text
    assert 'href="/chat"' in answer.text
    assert 'id="at-once"' in answer.text


def test_who_lost_the_way_is_told_so_without_a_database_too(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    world.database.fails_reading = True

    answer = browser.get("/nowhere")

    assert answer.status_code == 404
    assert "There is nothing here." in answer.text


@pytest.mark.parametrize(("method", "path"), rows(Need.TABLET, Need.PERSON, Need.SUPPORTER))
def test_without_a_tablet_every_row_leads_to_enrolment(world: World, method: str, path: str) -> None:
    answer = world.browser().request(method, path)

    if path.startswith("/api/"):
        assert (answer.status_code, answer.json()["go"]) == (401, "/enrol")
    else:
        assert (answer.status_code, answer.headers["location"]) == (303, "/enrol")


@pytest.mark.parametrize(("method", "path"), rows(Need.PERSON, Need.SUPPORTER))
def test_without_a_person_every_row_leads_to_sign_in(world: World, method: str, path: str) -> None:
    answer = world.enrolled().request(method, path)

    # Whoever pressed something is told there that it was not sent.
    where = "/sign-in?said=not_sent" if method == "POST" and path != "/sign-out" else "/sign-in"
    if path.startswith("/api/"):
        assert (answer.status_code, answer.json()["go"]) == (401, where)
    else:
        assert (answer.status_code, answer.headers["location"]) == (303, where)


@pytest.mark.parametrize(("method", "path"), rows(Need.SUPPORTER))
def test_who_is_no_supporter_is_refused_there(world: World, method: str, path: str) -> None:
    answer = world.signed_in(world.add("sam")).request(method, path)

    assert answer.status_code == 403


def test_a_suspended_supporter_is_refused_at_once(world: World) -> None:
    lee = world.add("lee", PeerRole.LISTENER)
    browser = world.signed_in(lee)
    before = browser.get("/supporter").status_code
    with world.product.database.writing() as work:
        supporter = work.supporters.get(lee.id)
        work.supporters.put(
            type(supporter)(lee.id, PRISON, supporter.roles, suspended_at=world.time[0], on_duty=False)
        )

    after = browser.get("/supporter")

    assert (before, after.status_code) == (200, 403)
    assert 'href="/supporter"' not in browser.get("/chat").text


def test_a_forged_session_is_no_session(world: World) -> None:
    browser = world.enrolled()
    browser.cookies.set("signpost_person", "0" * 43)

    assert browser.get("/chat").headers["location"] == "/sign-in"


def test_another_tablets_session_is_no_session(world: World) -> None:
    first = world.signed_in(world.add("sam"))
    second = world.enrolled("A2-15")
    second.cookies.set("signpost_person", first.cookies["signpost_person"])

    assert second.get("/chat").headers["location"] == "/sign-in"
    assert first.get("/chat").status_code == 200


def test_another_sessions_form_is_refused(world: World) -> None:
    token = world.signed_in(world.add("sam")).token()
    ali = world.add("ali")

    answer = world.signed_in(ali, "A2-15").post("/chat", data={"form": token, "text": "hello"})

    assert answer.status_code == 409
    assert world.messages(ali) == []


def test_a_revoked_tablet_opens_nothing(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    device = world.read(lambda work: work.devices.list_of(PRISON))[0]
    with world.product.database.writing() as work:
        tablets.revoke(work, device.id, "officer", prison_id=PRISON, now=world.time[0])

    assert browser.get("/chat").headers["location"] == "/enrol"


def test_a_session_ends_when_idle(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    world.later(minutes=16)

    assert browser.get("/chat").headers["location"] == "/sign-in"


def test_using_a_page_keeps_the_session(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    for _ in range(3):
        world.later(minutes=10)
        assert browser.get("/chat").status_code == 200


def test_a_page_that_looks_for_news_keeps_nobody_signed_in(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    world.later(minutes=10)
    browser.get("/api/messages")
    world.later(minutes=10)

    assert browser.get("/api/messages").status_code == 401


def test_typing_keeps_the_session(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    world.later(minutes=10)
    browser.get("/api/messages?active=1")
    world.later(minutes=10)

    assert browser.get("/api/messages").status_code == 200


def test_a_copied_cookie_is_worthless_after_signing_out(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    copied = browser.cookies["signpost_person"]
    browser.submit("/sign-out", page="/chat")
    browser.cookies.set("signpost_person", copied)

    assert browser.get("/chat").headers["location"] == "/sign-in"


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(world: World) -> None:
    browser = world.enrolled()

    answer = browser.submit("/sign-in", number=world.add("sam").number, pin="2468")

    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie


def test_cookies_are_secure_where_pages_are(tmp_path: Path) -> None:
    with opened(tmp_path, secure_cookies=True) as world:
        browser = world.browser()
        browser.base_url = "https://tablet"  # type: ignore[assignment]
        with world.product.database.writing() as work:
            place = world.product.prison.place("A", "A2", "A2-14")
            code = tablets.make_code(work, PRISON, place, "officer", now=world.time[0])

        answer = browser.submit("/enrol", code=code)

        assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "path", ["/help", "/chat", "/nothing", "/static/base.css", "/api/messages", "/healthz"]
)
def test_every_answer_has_the_security_headers(world: World, path: str) -> None:
    answer = world.browser().get(path)

    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-frame-options"] == "DENY"
    assert "server" not in answer.headers


def test_help_opens_when_the_database_is_gone(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    world.database.fails_reading = True

    helped, chat, health = browser.get("/help"), browser.get("/chat"), browser.get("/healthz")

    assert helped.status_code == 200
    assert chat.status_code == 503
    assert "cell bell" in chat.text
    assert health.status_code == 500


def test_a_page_opens_although_the_idle_time_cannot_be_written(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    world.later(minutes=5)
    world.database.fails_writing = True

    assert browser.get("/chat").status_code == 200


def test_looking_does_not_write_each_time(world: World) -> None:
    browser = world.signed_in(world.add("sam"))
    before = world.time[0]
    world.later(seconds=5)

    browser.get("/chat")

    token = tablets.hash_of(browser.cookies["signpost_person"])
    session = world.read(lambda work: work.person_sessions.find_by_token(token))
    assert session.last_seen_at - before < timedelta(seconds=1)
