"""Text that breaks what was not made for it, in every field and address: it stays text, nothing fails."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
import pytest
from fastapi import FastAPI

from bot.people.rights import Right, rights_of
from bot.web.access import TABLE, App, Need, Rule
from tests.support.desk import ACCOUNTS, DeskKit, make_kit
from tests.support.filling import fill_every_table
from tests.support.forms_sent import Fields, fields_of, get, one_at_a_time, post
from tests.support.fuzzing import faults_of
from tests.support.hostile import TEXTS, bytes_of, unescaped, watched
from tests.support.openapi import document_of
from tests.support.strangers import add_an_answer, addresses, fill
from tests.support.tablet_app import PIN, Browser, World, opened

_TOKEN = re.compile(r'name="(?:token|form)" value="([^"]+)"')
_SKIP = {"/board/feed", "/static/{path:path}", "/openapi.json"}
DESK = [rule for rule in TABLE if rule.app is App.DESK and rule.path not in _SKIP]
TABLET = [rule for rule in TABLE if rule.app is App.TABLET and rule.path not in _SKIP]


_DOCUMENTS: dict[App, dict[str, Any]] = {}


def name_of(rule: Rule) -> str:
    return f"{rule.method} {rule.path}"


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path_factory.mktemp("hostile"))
    fill(kit)
    for name in ACCOUNTS:
        # Before anything hostile: whoever tries wrong names from one address has to wait.
        kit.signed_in(name)
    yield kit
    kit.product.database.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        fill_every_table(made.product.database)
        add_an_answer(made.product.database)
        yield made


def fields_in(app: FastAPI, rule: Rule) -> Fields:
    """Of a route; the document is the same for every app of one side, so it is made once."""
    if rule.app not in _DOCUMENTS:
        _DOCUMENTS[rule.app] = document_of(app, {})
    return fields_of(_DOCUMENTS[rule.app], rule.path, rule.method)


def typings(fields: Fields, name: str) -> list[dict[str, str]]:
    """In all fields at once; what breaks a parser or a store also in each alone, the others being right."""
    every = list(one_at_a_time(fields, TEXTS[name]))
    return every if name in ("nul", "half a pair", "number", "date") else every[-1:]


def wrong_with(answer: httpx.Response, text: str) -> list[str]:
    return [*faults_of(answer), *(f"raw {raw}" for raw in unescaped(answer.text) if raw in text)]


@pytest.mark.parametrize("rule", DESK, ids=name_of)
def test_no_field_of_the_desk_is_broken_by_text(kit: DeskKit, rule: Rule) -> None:
    role = next((r for r in ACCOUNTS if rule.need in rights_of([ACCOUNTS[r][0]])), "safer")
    client = kit.signed_in(role) if isinstance(rule.need, Right) else kit.anybody()
    page = client.get("/").headers["location"] if isinstance(rule.need, Right) else "/sign-in"
    address = addresses(_with_content(rule), kit.product.database)[0].path
    fields = fields_in(kit.app, rule)
    token = {"token": _TOKEN.search(client.get(page).text)[1]}  # type: ignore[index]
    faults: list[str] = []

    with watched(kit.product.database.engine) as unstorable:
        for name, text in TEXTS.items():
            if rule.method == "GET" and not fields.query and name != "markup":
                answers = []
            elif rule.method == "GET":
                answers = [get(client, address, fields.query, text)]
            else:
                answers = [post(client, address, typed, token) for typed in typings(fields, name)]
            answers += [client.request(rule.method, path) for path in _broken(rule, text)]
            faults += [f"{name}: {each}" for answer in answers for each in wrong_with(answer, text)]

    assert faults == []
    assert unstorable == []


@pytest.mark.parametrize("rule", TABLET, ids=name_of)
def test_no_field_of_the_tablet_is_broken_by_text(world: World, rule: Rule) -> None:
    browser = _browser(world, rule)
    known = _with_content(rule)
    address = addresses(known, world.product.database)[0].path
    fields = fields_in(world.app, rule)
    faults: list[str] = []

    with watched(world.database._database.engine) as unstorable:
        for name, text in TEXTS.items():
            answers = _answers(world, browser, rule, address, fields, name)
            answers += [browser.request(rule.method, path) for path in _broken(rule, text)]
            faults += [f"{name}: {each}" for answer in answers for each in wrong_with(answer, text)]

    assert faults == []
    assert unstorable == []


def _answers(world, browser, rule, address, fields, name) -> list[httpx.Response]:  # type: ignore[no-untyped-def]
    if rule.method == "GET":
        return [get(browser, address, fields.query, TEXTS[name])]
    found = []
    for typed in typings(fields, name):
        token = _token(browser, rule)
        if fields.json:
            found.append(browser.post(address, json={**typed, "form": token}) if _is_text(typed) else None)
        else:
            found.append(post(browser, address, typed, {"form": token}))
        # A flood would be slowed: this is about the words.
        world.later(seconds=30)
    return [answer for answer in found if answer is not None]


def _is_text(typed: dict[str, str]) -> bool:
    return not any("\ud800" <= char <= "\udfff" for value in typed.values() for char in value)


def _browser(world: World, rule: Rule) -> Browser:
    """Lee, a Listener, where one is asked for; else Sam; before sign-in nobody."""
    if rule.need is Need.NOBODY:
        return world.browser()
    browser = world.enrolled()
    if rule.need is not Need.TABLET:
        number = "LEE1" if rule.need is Need.SUPPORTER else "SAM1"
        assert browser.submit("/sign-in", number=number, pin=PIN).status_code == 303
    return browser


def _token(browser: Browser, rule: Rule) -> str:
    page = {"/enrol": "/enrol", "/sign-in": "/sign-in", "/language": "/sign-in"}.get(rule.path, "/requests")
    found = _TOKEN.search(browser.get(page).text)
    # After signing out there is none; then the form is refused, in words.
    return found[1] if found else "none"


def _with_content(rule: Rule) -> Rule:
    path = rule.path.replace("{kind}/{key}", "answers/visits").replace("{topic}", "visits")
    path = path.replace("{service}", "kit_change").replace("/ask/{kind}", "/ask/staff")
    return Rule(rule.app, rule.method, path.replace("/apply/{role}", "/apply/listener"), rule.need)


def _broken(rule: Rule, text: str) -> list[str]:
    """The address with the text where a name stands."""
    if "{" not in rule.path:
        return []
    value = quote_from_bytes(bytes_of(text[:300]), safe="") or "%20"
    return [re.sub(r"\{[^}]+\}", value.replace("\\", r"\\"), rule.path)]
