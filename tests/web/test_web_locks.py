"""Locks that both apps have: headers on every answer, forms of one's own, no open door between the two."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message

from bot.people.rights import Right, rights_of
from bot.web.access import TABLE, App, Need, Rule
from bot.web.forms import ExpiredForm, FormTokens
from tests.support.desk import ACCOUNTS, DeskKit, make_kit
from tests.support.filling import fill_every_table
from tests.support.strangers import FIELDS, add_an_answer, addresses, fill, snapshot
from tests.support.tablet_app import PIN, Browser, World, opened

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# Unclosed names, other spellings, other ways to write a slash or a dot, and what a proxy might leave.
TRICKS = (
    *(
        "//",
        "/board/",
        "/BOARD",
        "/board;x=1",
        "/board%00",
        "/board%2f",
        "/./board",
        "/x/../board",
        "/%2e%2e/board",
    ),
    *(
        "/static/",
        "/static/../web/forms.py",
        "/static/%2e%2e/forms.py",
        "/static/..%2fforms.py",
        "/static//etc/passwd",
    ),
    *(
        "/static/%00",
        "/.env",
        "/.git/config",
        "/docs",
        "/redoc",
        "/openapi.json/",
        "/metrics",
        "/debug",
        "/admin",
    ),
    *(
        "/server-status",
        "/chat/",
        "/CHAT",
        "/help/",
        "/help%0d%0aSet-Cookie:a=b",
        "/\\evil.example",
        "//evil.example",
    ),
)
METHODS = ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "CONNECT", "PROPFIND", "HEAD")


# One of each for the whole file: nothing here is allowed to change anything.
@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path_factory.mktemp("desk"))
    fill(kit)
    yield kit
    kit.product.database.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(tmp_path_factory.mktemp("tablet")) as made:
        fill_every_table(made.product.database)
        add_an_answer(made.product.database)
        yield made


def posts(side: App) -> list[Rule]:
    return [rule for rule in TABLE if rule.app is side and rule.method == "POST"]


def headers_missing(answer: httpx.Response) -> list[str]:
    found = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
    policy = answer.headers.get("content-security-policy", "")
    return found + policy_faults(policy) + (["says its server"] if "server" in answer.headers else [])


def policy_faults(policy: str) -> list[str]:
    """What would let script in, or anything out."""
    parts = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    found = [
        f"no {name}"
        for name in ("script-src", "frame-ancestors", "base-uri", "form-action")
        if name not in parts
    ]
    if parts.get("default-src") != "'none'":
        found.append("default is not none")
    for name, sources in parts.items():
        allowed = {"'self'", "'none'"} | ({"data:"} if name == "img-src" else set())
        found += [f"{name} allows {source}" for source in sources.split() if source not in allowed]
    return found + [f"{name} reports" for name in parts if name.startswith("report")]


def test_every_kind_of_answer_has_every_header(kit: DeskKit, world: World) -> None:
    faults = []
    for client, paths in (
        (
            kit.signed_in("safer"),
            ("/board", "/safety", "/nothing", "/static/desk.css", "/static/no", "/", "/keep-apart"),
        ),
        (kit.signed_in("wing"), ("/content", "/reports", "/api/board", "/healthz")),
        (kit.anybody(), ("/board", "/sign-in", "/openapi.json")),
        (
            _sam(world),
            ("/chat", "/requests", "/supporter", "/nothing", "/static/tablet.css", "/api/messages"),
        ),
        (world.browser(), ("/help", "/chat", "/enrol", "/healthz", "/openapi.json")),
    ):
        for path in paths:
            answer = client.get(path)
            faults += [f"{path} {answer.status_code}: {each}" for each in headers_missing(answer)]
            wanted = "public, max-age=3600" if path.startswith("/static/") else "no-store"
            faults += [] if answer.headers["cache-control"] == wanted else [f"{path}: may be kept"]

    assert faults == []


def test_a_failure_and_a_body_beyond_reason_have_every_header_too(world: World) -> None:
    sam = _sam(world)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    long = sam.post("/chat", content=b"text=" + b"a" * 300_000, headers=kind)
    world.database.fails_reading = True
    broken, down = sam.get("/healthz"), sam.get("/chat")

    world.database.fails_reading = False
    assert [long.status_code, broken.status_code, down.status_code] == [413, 500, 503]
    assert [headers_missing(answer) for answer in (long, broken, down)] == [[], [], []]


@pytest.mark.parametrize("method", METHODS)
def test_a_method_that_no_page_has_does_nothing(kit: DeskKit, world: World, method: str) -> None:
    for database, client, paths in (
        (
            kit.product.database,
            kit.signed_in("safer"),
            ("/board", "/sign-out", "/safety", "/healthz", "/static/desk.css"),
        ),
        (world.product.database, _sam(world), ("/chat", "/ask/staff", "/sign-out", "/help", "/healthz")),
    ):
        before = snapshot(database)
        answers = [client.request(method, path) for path in paths]
        assert snapshot(database) == before
        # HEAD is GET without the page, also for a form that GET does not have.
        allowed = (200, 303, 307, 403, 404, 405) if method == "HEAD" else (403, 404, 405)
        assert [a.status_code for a in answers if a.status_code not in allowed] == []
        assert [headers_missing(answer) for answer in answers] == [[]] * len(answers)
        assert not any("allow-origin" in name for answer in answers for name in answer.headers)


@pytest.mark.parametrize("path", TRICKS)
async def test_no_spelling_of_an_address_opens_anything(kit: DeskKit, world: World, path: str) -> None:
    for app in (kit.app, world.app):
        answer = await _raw(app, path)
        assert answer.status_code in (303, 400, 401, 403, 404, 405), path
        assert headers_missing(answer) == []
        assert "set-cookie" not in answer.headers or "a=b" not in answer.headers["set-cookie"]
        assert answer.headers.get("location", "/").startswith("/")
        assert not answer.headers.get("location", "/").startswith("//")
        assert "class FormTokens" not in answer.text
        assert "root:" not in answer.text


async def _raw(app: ASGIApp, path: str) -> httpx.Response:
    """The path as it is: a client would tidy it."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "query_string": b"",
        "headers": [(b"host", b"desk")],
        "client": ("127.0.0.1", 1),
        "server": ("desk", 80),
        "root_path": "",
    }
    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return httpx.Response(sent[0]["status"], headers=sent[0]["headers"], content=body)


def test_neither_app_answers_for_the_other(kit: DeskKit, world: World) -> None:
    desk = {rule.path for rule in TABLE if rule.app is App.DESK}
    tablet = {rule.path for rule in TABLE if rule.app is App.TABLET}
    staff, sam = kit.signed_in("safer"), _sam(world)

    on_tablet = [
        sam.get(_plain(path)).status_code for path in desk - tablet if not path.startswith("/requests/")
    ]
    on_desk = [
        staff.get(_plain(path)).status_code for path in tablet - desk if not path.startswith("/requests/")
    ]

    assert set(on_tablet) == {404}
    assert set(on_desk) == {404}


def test_the_cookies_of_one_app_open_nothing_in_the_other(kit: DeskKit, world: World) -> None:
    """Browsers send cookies to every port of a host."""
    staff, sam = kit.signed_in("safer"), _sam(world)
    at_tablet, at_desk = world.browser(), kit.anybody()
    for cookie in staff.cookies.jar:
        at_tablet.cookies.set(cookie.name, str(cookie.value))
    for cookie in sam.cookies.jar:
        at_desk.cookies.set(cookie.name, str(cookie.value))

    assert at_tablet.get("/chat").headers["location"] == "/enrol"
    assert at_desk.get("/board").headers["location"] == "/sign-in"


# Signing out is never refused; the strict cookie is proof enough.
@pytest.mark.parametrize(
    "rule", [rule for rule in posts(App.TABLET) if rule.path != "/sign-out"], ids=lambda rule: rule.path
)
def test_no_form_of_the_tablet_does_anything_without_its_own_token(world: World, rule: Rule) -> None:
    browser = _who(world, rule)
    address = addresses(_with_words(rule), world.product.database)[0].path
    # As it would be made for the session of somebody else.
    other = world.app.state.parts.tokens.make("another session")
    ours = browser.token(
        {"/enrol": "/enrol", "/sign-in": "/sign-in", "/language": "/sign-in"}.get(rule.path, "/requests")
    )
    forged = FormTokens("x" * 40, "tablet").make("anybody")
    desk_s = FormTokens("s" * 40, "desk").make("anybody")
    before = snapshot(world.product.database)

    answers = [
        _send(browser, address, token)
        for token in ("", "forged", other, forged, desk_s, ours[:-1], ours + "x")
    ]

    assert snapshot(world.product.database) == before
    assert not [a.status_code for a in answers if a.status_code >= 500]
    refused = [a for a in answers if a.status_code in (400, 403, 409) or a.status_code == 303]
    assert len(refused) == len(answers)


@pytest.mark.parametrize("rule", posts(App.DESK), ids=lambda rule: rule.path)
def test_no_form_of_the_desk_does_anything_without_its_own_token(kit: DeskKit, rule: Rule) -> None:
    role = next((r for r in ACCOUNTS if rule.need in rights_of([ACCOUNTS[r][0]])), "safer")
    client = kit.signed_in(role) if isinstance(rule.need, Right) or rule.need is Need.STAFF else kit.anybody()
    address = addresses(_with_words(rule), kit.product.database)[0].path
    other = kit.token("orderly" if role != "orderly" else "wing")
    forged = FormTokens("x" * 40, "desk").make("anybody")
    before = snapshot(kit.product.database)

    answers = [_send(client, address, token, "token") for token in ("", "forged", other, forged, other[:-1])]

    assert snapshot(kit.product.database) == before
    assert {answer.status_code for answer in answers} <= {403}


def test_a_form_of_yesterday_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, now = FormTokens("s" * 40, "desk"), time.time()
    with monkeypatch.context() as yesterday:
        yesterday.setattr(time, "time", lambda: now - 25 * 3600)
        old = tokens.make("owner")

    with pytest.raises(ExpiredForm):
        tokens.key(old, "owner")
    assert tokens.key(tokens.make("owner"), "owner")


def test_where_a_redirect_leads_is_never_said_by_the_address(world: World, kit: DeskKit) -> None:
    world.later(seconds=7)
    browser = world.enrolled()
    token = browser.token("/sign-in")
    evil = (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:1",
        "/chat/../..//evil.example",
    )

    tablet = [
        browser.post("/language", data={"form": token, "back": back, "language": "en"}) for back in evil
    ]
    request = addresses(_rule("/requests/{request_id}/{change}"), kit.product.database)[0].path
    desk = [kit.post("wing", request, back=back, wing=back) for back in evil]
    desk += [kit.post("wing", "/board/view", view="large", back=back) for back in evil]

    for answer in (*tablet, *desk):
        assert re.match(r"/(?![/\\])", answer.headers.get("location", "/")), answer.headers
        assert "evil" not in answer.headers.get("location", "").partition("?")[0]


def test_only_the_hosts_of_the_settings_are_answered(tmp_path: Path) -> None:
    kit = make_kit(tmp_path, hosts="desk.oakmoor.example, 10.0.0.5")
    client = kit.anybody()

    known = [
        client.get("/healthz", headers={"host": host})
        for host in ("DESK.oakmoor.example:443", "10.0.0.5", "127.0.0.1:8020")
    ]
    unknown = [
        client.get("/healthz", headers={"host": host})
        for host in ("evil.example", "desk.oakmoor.example.evil.example", "", "10.0.0.5.evil")
    ]

    assert [answer.status_code for answer in known] == [200] * 3
    assert [answer.status_code for answer in unknown] == [421] * 4
    assert [headers_missing(answer) for answer in unknown] == [[]] * 4


def test_https_is_asked_for_where_the_pages_are_served_over_it(tmp_path: Path) -> None:
    safe = make_kit(tmp_path, secure_cookies=True).anybody().get("/sign-in")

    assert safe.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    for cookie in safe.headers.get_list("set-cookie"):
        assert {"secure", "httponly", "samesite=strict", "path=/"} <= {
            p.strip().lower() for p in cookie.split(";")
        }
        assert "domain=" not in cookie.lower()


def _send(client: TestClient, path: str, token: str, name: str = "form") -> httpx.Response:
    if path.startswith("/api/"):
        return client.post(path, json={"text": "hello", name: token})
    return client.post(path, data={**FIELDS, name: token})


def _sam(world: World) -> Browser:
    return _who(world, Rule(App.TABLET, "GET", "/chat", Need.PERSON))


def _who(world: World, rule: Rule) -> Browser:
    if rule.need is Need.NOBODY:
        return world.browser()
    # Codes are slowed, as they should be.
    world.later(seconds=7)
    browser = world.enrolled()
    if rule.need is not Need.TABLET:
        number = "LEE1" if rule.need is Need.SUPPORTER else "SAM1"
        assert browser.submit("/sign-in", number=number, pin=PIN).status_code == 303
    return browser


def _rule(path: str) -> Rule:
    return next(
        rule for rule in TABLE if rule.path == path and rule.app is App.DESK and rule.method == "POST"
    )


def _with_words(rule: Rule) -> Rule:
    path = rule.path.replace("{kind}/{key}", "answers/visits").replace("{topic}", "visits")
    return Rule(rule.app, rule.method, path.replace("{service}", "kit_change"), rule.need)


def _plain(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "x", path)
