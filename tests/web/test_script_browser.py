"""Script in whatever anybody may type, on every page that shows it, in a real browser: it stays text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.testclient import TestClient

from bot.people import tablets
from bot.people.rights import Right, rights_of
from bot.safety.model import Level, Reason, Risk, Verdict
from bot.store import tables as t
from bot.web.access import TABLE, App, Need, Rule
from bot.web.assistant import Said
from bot.web.desk.app import create_app as desk_app
from bot.web.tablet.app import create_app as tablet_app
from tests.support.desk import ACCOUNTS, PRISON, DeskKit, make_kit, serving
from tests.support.editions import an_answer_body, an_edition
from tests.support.forms_sent import Fields, fields_of, one_at_a_time, post
from tests.support.fuzzing import token_in
from tests.support.hostile import LINK, MARK, SCRIPT
from tests.support.openapi import document_of
from tests.support.strangers import add_an_answer, addresses, fill
from tests.support.tablet_app import PIN, FakeAssistant, FakeJudge
from tests.support.tablet_app import Browser as Tablet

# Short enough for a name or a cell.
SHORT = f"{MARK}<img src=x onerror={MARK}=1>"
_RAN = f"window.{MARK} !== undefined"
_INJECTED = (
    "document.querySelectorAll('img[src=x], svg[onload], [onerror], [onmouseover], script:not([src])').length"
)
# No page: a stream, a file, or what a browser keeps to itself.
_NO_PAGE = ("/board/feed", "/static/", "/openapi.json", "/healthz", "/api/", ".pdf", ".csv", ".zip", ".yml")
_ENDS = ("sign-out", "revoke", "suspend", "/move", "off_duty", "withdraw", "cancel", "remove", "dismiss")


@dataclass
class Seen:
    """What went wrong while pages were open, and on how many the payload stood as text."""

    faults: list[str] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)

    def visit(self, page: Page, address: str, rule: Rule) -> None:
        answer = page.goto(address, wait_until="load")
        if answer is None or answer.status >= 500:
            self.faults.append(f"{address}: {answer and answer.status}")
        if page.evaluate(_RAN):
            self.faults.append(f"{address}: script ran")
        if page.evaluate(_INJECTED):
            self.faults.append(f"{address}: something was injected")
        if MARK in page.inner_text("body"):
            self.shown.add(rule.path)

    def watch(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda line: self._console(page, line.text))
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("request", self._request)
        return page

    def _console(self, page: Page, text: str) -> None:
        if "Content Security Policy" in text or "Refused to" in text:
            self.faults.append(f"{page.url}: {text}")

    def _request(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if not url.startswith(("http://127.0.0.1", "data:")):
            self.faults.append(f"asked outside: {url}")


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    # The prison's file is written by staff too.
    product = replace(kit.product, prison=replace(kit.product.prison, name=SCRIPT))
    kit = DeskKit(product, desk_app(product), kit.clock)
    fill(kit)
    add_an_answer(kit.product.database)
    yield kit
    kit.product.database.close()


def test_nothing_that_was_typed_runs_on_any_page(browser: Browser, kit: DeskKit) -> None:
    seen = Seen()
    tablet = tablet_app(kit.product, FakeJudge(), FakeAssistant(says=(Said(SCRIPT),)))
    _type_on_the_tablet(kit, tablet)
    _type_at_the_desk(kit)
    _in_every_name(kit)

    with serving(kit.app) as desk:
        roles = {role for rule in _pages(App.DESK) if (role := _role_of(rule))}
        staff = {role: _browser_page(browser, seen, desk, kit.signed_in(role)) for role in roles}
        staff[""] = _browser_page(browser, seen, desk, kit.anybody())
        _visit_all(kit, seen, App.DESK, desk, lambda rule: staff[_role_of(rule)])
    with serving(tablet) as front:
        needs = {rule.need: rule for rule in _pages(App.TABLET)}
        people = {n: _browser_page(browser, seen, front, _tablet(kit, tablet, r)) for n, r in needs.items()}
        _visit_all(kit, seen, App.TABLET, front, lambda rule: people[rule.need])

    assert seen.faults == []
    # Where people's words are shown, they were there, as text.
    assert {
        "/chat",
        "/board",
        "/alerts/{record_id}",
        "/safety/{record_id}",
        "/requests/{request_id}",
    } <= seen.shown
    assert {"/people/{person_id}", "/not-understood", "/coordinator", "/topics/{topic}"} <= seen.shown


@pytest.mark.parametrize("text", [SCRIPT, LINK])
def test_nothing_in_an_address_runs(browser: Browser, kit: DeskKit, text: str) -> None:
    seen = Seen()
    document = document_of(kit.app, {})
    with serving(kit.app) as desk:
        pages = {
            role: _browser_page(browser, seen, desk, kit.signed_in(role))
            for role in ("safer", "admin", "manager")
        }
        for rule in _pages(App.DESK):
            names = fields_of(document, rule.path, "GET").query
            role = _role_of(rule) or "safer"
            if not names or role not in pages:
                continue
            address = addresses(_with_content(rule), kit.product.database)[0].path
            query = "&".join(f"{name}={quote(text, safe='')}" for name in names)
            seen.visit(pages[role], f"{desk}{address}?{query}", rule)
        for path in ("/nothing/", "/requests/", "/content/services/"):
            seen.visit(
                pages["safer"], f"{desk}{path}{quote(text, safe='')}", Rule(App.DESK, "GET", path, Need.STAFF)
            )

    assert seen.faults == []


def _visit_all(kit: DeskKit, seen: Seen, side: App, front: str, page_of: Callable[[Rule], Page]) -> None:
    for rule in _pages(side):
        for address in addresses(_with_content(rule), kit.product.database):
            seen.visit(page_of(rule), f"{front}{address.path}", rule)


def _pages(side: App) -> list[Rule]:
    return [
        rule
        for rule in TABLE
        if rule.app is side and rule.method == "GET" and not any(part in rule.path for part in _NO_PAGE)
    ]


def _role_of(rule: Rule) -> str:
    return next((role for role in ACCOUNTS if rule.need in rights_of([ACCOUNTS[role][0]])), "")


def _browser_page(browser: Browser, seen: Seen, address: str, client: TestClient) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies(
        [{"name": c.name, "value": c.value or "", "url": address} for c in client.cookies.jar]
    )
    return seen.watch(context)


def _tablet(kit: DeskKit, app: FastAPI, rule: Rule) -> Tablet:
    browser = Tablet(app, follow_redirects=False)
    if rule.need is Need.NOBODY:
        return browser
    with kit.product.database.writing() as work:
        place = kit.product.prison.place("A", "A1", "A1-01")
        code = tablets.make_code(work, PRISON, place, "officer", now=kit.clock.time)
    # Codes are slowed, as they should be.
    kit.clock.move(seconds=7)
    assert browser.submit("/enrol", code=code).status_code == 303
    if rule.need is not Need.TABLET:
        number = "LEE1" if rule.need is Need.SUPPORTER else "SAM1"
        assert browser.submit("/sign-in", number=number, pin=PIN).status_code == 303
    return browser


def _type_on_the_tablet(kit: DeskKit, app: FastAPI) -> None:
    """In each field of each form, by Sam and by Lee; and something that alerts."""
    verdict = Verdict(
        Level.EMERGENCY,
        (Risk.SUICIDE,),
        (Reason(Risk.SUICIDE, Level.EMERGENCY, SCRIPT, "head"),),
        "en",
        "test",
    )
    with kit.product.database.reading() as work:
        sam = work.persons.get("sam")
    kit.judged(sam, f"{SCRIPT} cant go on", verdict)
    document, browsers = document_of(app, {}), {}
    for rule in TABLE:
        if rule.app is not App.TABLET or rule.method != "POST" or rule.path in ("/enrol", "/sign-in"):
            continue
        if any(part in rule.path for part in _ENDS):
            continue
        if rule.need not in browsers:
            browsers[rule.need] = _tablet(kit, app, rule)
        browser = browsers[rule.need]
        address = addresses(_with_content(rule), kit.product.database)[0].path
        fields = fields_of(document, rule.path, "POST")
        page = "/sign-in" if rule.need is Need.TABLET else "/requests"
        for typed in _typed(fields):
            token = {"form": token_in(browser.get(page).text)}
            if fields.json:
                browser.post(address, json={**typed, **token})
            else:
                post(browser, address, typed, token)


def _type_at_the_desk(kit: DeskKit) -> None:
    document = document_of(kit.app, {})
    for rule in TABLE:
        if rule.app is not App.DESK or rule.method != "POST" or not isinstance(rule.need, Right):
            continue
        if any(part in rule.path for part in _ENDS):
            continue
        role = _role_of(rule)
        token = {"token": kit.token(role)}
        fields = fields_of(document, rule.path, "POST")
        for address in addresses(_with_content(rule), kit.product.database):
            if not address.path.endswith(_ENDS):
                for typed in _typed(fields):
                    post(kit.signed_in(role), address.path, typed, token)
    # The form refuses markup in an answer; here one got in all the same.
    body = an_answer_body(title=SHORT, short=SHORT, more=SCRIPT, steps=[SHORT], who=SCRIPT, where=SHORT)
    with kit.product.database.writing() as work:
        work.editions.add(an_edition(version=9, body=body, at=kit.clock.time))


def _typed(fields: Fields) -> list[dict[str, str]]:
    return [*list(one_at_a_time(fields, SCRIPT))[-1:], *one_at_a_time(fields, SHORT)]


def _in_every_name(kit: DeskKit) -> None:
    """Names and cells are checked where they are typed; here they are not, as after a mistake of ours."""
    with kit.product.database.writing() as work:
        for table in t.metadata.sorted_tables:
            for column in ("first_name", "cell", "text", "note", "offered", "title"):
                if column in table.c and table.name != "device":
                    work.session.execute(sa.update(table).values({column: SHORT}))
        work.session.execute(sa.update(t.staff).values(name=SHORT))
        fresh = {"pin_hash": f"hash of {PIN}", "failed_pins": 0, "wait_until": None, "prison_id": PRISON}
        work.session.execute(sa.update(t.person).values(active=True, welcomed_at=kit.clock.time, **fresh))
        work.session.execute(sa.update(t.supporter).values(suspended_at=None))


def _with_content(rule: Rule) -> Rule:
    path = rule.path.replace("{kind}/{key}", "answers/visits").replace("{topic}", "visits")
    path = path.replace("{service}", "kit_change").replace("{role}", "listener")
    return Rule(rule.app, rule.method, path, rule.need)
