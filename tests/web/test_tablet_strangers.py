"""Another person's things and another prison's are not there: no route of the tablet shows or changes one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from httpx import Response

from bot.people.model import PeerRole
from bot.store import tables as t
from bot.web.access import TABLE, App, Need, Rule
from tests.support.filling import fill_every_table
from tests.support.strangers import (
    FIELDS,
    NAME,
    WORDS,
    Address,
    add_an_answer,
    addresses,
    has_row,
    put_elsewhere,
    snapshot,
)
from tests.support.tablet_app import Browser, World, opened

RULES = [rule for rule in TABLE if rule.app is App.TABLET and rule.need in (Need.PERSON, Need.SUPPORTER)]
WITH_ROW = [rule for rule in RULES if has_row(rule.path)]
# What a stranger may not even learn of: the words, and the name of whoever did not ask this supporter.
SECRET = (WORDS, NAME)
# What a supporter reads who pressed too late, or cannot take the turn: an offer of others is no different.
ENDED = (*(f"/supporter?said={said}" for said in ("over", "taken", "changed")), "/supporter/rota?said=cannot")


def name_of(rule: Rule) -> str:
    return f"{rule.method} {rule.path}"


@pytest.fixture(params=["another person", "another prison"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        fill_every_table(made.product.database)
        with made.product.database.writing() as work:
            for table in t.metadata.sorted_tables:
                if "first_name" in table.c:
                    work.session.execute(sa.update(table).values(first_name=NAME))
        add_an_answer(made.product.database)
        if request.param == "another prison":
            put_elsewhere(made.product.database, wing=False)
        yield made


def stranger(world: World) -> Browser:
    """A Listener who has nothing to do with any of it, in a cell of another wing."""
    return world.signed_in(world.add("eve", PeerRole.LISTENER, PeerRole.INSIDER), "A3-09")


@pytest.mark.parametrize("rule", WITH_ROW, ids=name_of)
def test_a_strangers_thing_is_neither_shown_nor_changed(world: World, rule: Rule) -> None:
    browser = stranger(world)
    data = {**FIELDS, "form": browser.token("/requests")} if rule.method == "POST" else None
    places = addresses(rule, world.product.database)
    before = snapshot(world.product.database)

    answers = [browser.request(rule.method, address.path, data=data) for address in places]

    after = snapshot(world.product.database)
    assert [table for table in before if before[table] != after[table]] == []
    assert not any(word in answer.text for answer in answers for word in SECRET)
    # Not there, or the very answer that an id gets which names nothing.
    unknown = [browser.request(rule.method, made_up(address.path, places), data=data) for address in places]
    told = [
        (path.path, answer.status_code, answer.headers.get("location"))
        for path, answer, none in zip(places, answers, unknown, strict=True)
        if answer.status_code not in (403, 404) and not _same(answer, none)
    ]
    assert [each for each in told if each[2] not in ENDED] == []


def made_up(path: str, places: list[Address]) -> str:
    """The address with an id that nothing has."""
    rule = places[0].rule
    parts = zip(rule.path.split("/"), path.split("/"), strict=True)
    return "/".join("0" * 32 if name.endswith("_id}") else part for name, part in parts)


def _same(one: Response, other: Response) -> bool:
    return (one.status_code, one.headers.get("location")) == (
        other.status_code,
        other.headers.get("location"),
    )


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.method == "GET"], ids=name_of)
def test_no_page_shows_what_another_person_said_or_asked(world: World, rule: Rule) -> None:
    browser = stranger(world)
    if has_row(rule.path):
        return
    path = (
        rule.path.replace("{topic}", "visits").replace("{service}", "kit_change").replace("{kind}", "staff")
    )

    answer = browser.get(path)

    # Where one's cell is known already, that page leads on.
    assert answer.status_code == (303 if path == "/where" else 200), path
    assert WORDS not in answer.text
    # A supporter may read the first names of those with whom a turn can be changed, and of nobody else.
    assert rule.path in ("/supporter/rota",) or NAME not in answer.text
