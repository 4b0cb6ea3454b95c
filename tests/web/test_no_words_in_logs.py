"""Secret words, a name, a cell, a number, a PIN, a password and a code go through every form of both apps.

No log line has them, no address that is led on to, and no page of a failure. The walk is of the table of
routes, so that a new route is walked as soon as it is there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.people.rights import Right, rights_of
from bot.store import tables as t
from bot.store.database import Database
from bot.web.access import TABLE, App, Need, Rule
from tests.support.desk import ACCOUNTS, make_kit
from tests.support.filling import fill_every_table
from tests.support.forms_sent import fields_of, get, post
from tests.support.fuzzing import token_in
from tests.support.openapi import document_of
from tests.support.secret_words import NUMBER, WORDS, echoed, fitting, odd, told
from tests.support.strangers import NAME, add_an_answer, addresses, fill
from tests.support.tablet_app import PIN, World, opened

_SKIP = {"/board/feed", "/static/{path:path}", "/openapi.json", "/sign-out"}
_TYPED = {"odd": odd, "fitting": fitting}
ROUNDS = [("odd", ""), ("fitting", ""), ("fitting", "writing"), ("fitting", "reading")]


def _walk(side: App) -> list[Rule]:
    return [rule for rule in TABLE if rule.app is side and rule.path not in _SKIP]


@contextmanager
def _breaking(database: Database, method: str) -> Iterator[None]:
    """The store fails with an error that holds what was typed, as those of a database do."""
    with pytest.MonkeyPatch.context() as patch:

        @contextmanager
        def fails() -> Iterator[Any]:
            with original() as work:
                yield work
                raise sa.exc.StatementError("failed", f"INSERT {WORDS}", {"text": WORDS}, OSError(WORDS))

        original = getattr(database, method)
        patch.setattr(database, method, fails)
        yield


@pytest.mark.parametrize(("typed", "broken"), ROUNDS)
def test_no_route_of_the_desk_gives_away_what_was_sent(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], typed: str, broken: str
) -> None:
    kit, given_away = make_kit(tmp_path), []
    fill(kit)
    document = document_of(kit.app, {})
    for number, rule in enumerate(_walk(App.DESK)):
        # Of its own, because a page may show what was stored before.
        words = f"{WORDS}{number}x {NUMBER}{number}x"
        role = next((r for r in ACCOUNTS if rule.need in rights_of([ACCOUNTS[r][0]])), "safer")
        client = kit.signed_in(role) if isinstance(rule.need, Right) else kit.anybody()
        path = rule.path.replace("{kind}/{key}", "answers/visits")
        address = addresses(type(rule)(rule.app, rule.method, path, rule.need), kit.product.database)[0].path
        fields = fields_of(document, rule.path, rule.method)
        where = client.get("/").headers["location"] if isinstance(rule.need, Right) else "/sign-in"
        token = token_in(client.get(where).text)
        with _breaking(kit.product.database, broken) if broken else _whole():
            if rule.method == "GET":
                answer = get(client, address, fields.query or ("q",), words)
            else:
                answer = post(client, address, _TYPED[typed](fields, words), {"token": token})
        given_away += [(rule.method, rule.path, answer.status_code, word) for word in echoed(answer, words)]

    out = capfd.readouterr()
    assert told(out.out + out.err) == []
    assert given_away == []
    assert ("desk.failed" if broken else "desk.signed_in") in out.out + out.err


@pytest.mark.parametrize(("typed", "broken"), ROUNDS)
def test_no_route_of_the_tablet_gives_away_what_was_sent(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], typed: str, broken: str
) -> None:
    given_away = []
    with opened(tmp_path) as world:
        people, document = _people(world), document_of(world.app, {})
        for number, rule in enumerate(_walk(App.TABLET)):
            words = f"{WORDS}{number}x {NUMBER}{number}x"
            browser, path = people[rule.need], rule.path.replace("{topic}", "visits")
            path = path.replace("{service}", "kit_change").replace("{role}", "listener")
            named = type(rule)(rule.app, rule.method, path, rule.need)
            address = addresses(named, world.product.database)[0].path
            fields = fields_of(document, rule.path, rule.method)
            token = token_in(browser.get("/enrol" if rule.need is Need.NOBODY else "/requests").text)
            sent = _TYPED[typed](fields, words)
            with _breaking(world.product.database, broken) if broken else _whole():  # type: ignore[arg-type]
                if rule.method == "GET":
                    answer = get(browser, address, fields.query or ("q",), words)
                elif fields.json:
                    answer = browser.post(address, json=sent | {"form": token})
                else:
                    answer = post(browser, address, sent, {"form": token})
            given_away += [
                (rule.method, rule.path, answer.status_code, word) for word in echoed(answer, words)
            ]
            world.later(seconds=5)

    out = capfd.readouterr()
    assert told(out.out + out.err) == []
    assert given_away == []


def _people(world: World) -> dict[Need | Right, Any]:
    fill_every_table(world.product.database)
    add_an_answer(world.product.database)
    with world.product.database.writing() as work:
        work.session.execute(sa.update(t.person).values(first_name=NAME))
    people: dict[Need | Right, Any] = {Need.NOBODY: world.browser(), Need.TABLET: world.enrolled()}
    for need, number in ((Need.PERSON, "SAM1"), (Need.SUPPORTER, "LEE1")):
        people[need] = world.enrolled()
        assert people[need].submit("/sign-in", number=number, pin=PIN).status_code == 303
    return people


@contextmanager
def _whole() -> Iterator[None]:
    yield
