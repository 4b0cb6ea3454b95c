"""Whatever is sent to a route of the tablet, by whoever may call it: an answer in words, and no failure."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.web.access import TABLE, App, Need
from tests.support.filling import fill_every_table
from tests.support.fuzzing import Fuzz, operations_of
from tests.support.openapi import document_of
from tests.support.strangers import add_an_answer, known_ids
from tests.support.tablet_app import PIN, Browser, World, opened

_RULES = [rule for rule in TABLE if rule.app is App.TABLET]
_NOT_HERE = {"/openapi.json", "/static/{path:path}"}
_PAGES = {"/enrol": "/enrol", "/sign-in": "/sign-in", "/language": "/sign-in"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        fill_every_table(made.product.database)
        add_an_answer(made.product.database)
        yield made


def test_no_route_fails_whatever_it_is_sent(world: World) -> None:
    document = document_of(world.app, known_ids(world.product.database, [rule.path for rule in _RULES]))
    statuses: dict[int, int] = {}
    faults: list[str] = []
    count = 0

    for operation in operations_of(document):
        needs = {r.need for r in _RULES if (r.path, r.method) == (operation.path, operation.method.upper())}
        browser = _browser(world, next(iter(needs)))
        fuzz = Fuzz(browser, _PAGES.get(operation.path, "/requests"), "form", tries=6)
        faults += fuzz.run(operation)
        count += 1
        world.later(minutes=1)
        for status, times in fuzz.answers.items():
            statuses[status] = statuses.get(status, 0) + times

    print(f"{count} operations, {statuses}")
    assert faults == []
    assert count == len([rule for rule in _RULES if rule.path not in _NOT_HERE])
    # It got past the tokens: deeds were done, and pages were shown.
    assert statuses[200] > 60
    assert statuses[303] > 60


def _browser(world: World, need: object) -> Browser:
    if need is Need.NOBODY:
        return world.browser()
    browser = world.enrolled()
    if need is not Need.TABLET:
        number = "LEE1" if need is Need.SUPPORTER else "SAM1"
        assert browser.submit("/sign-in", number=number, pin=PIN).status_code == 303
    return browser
