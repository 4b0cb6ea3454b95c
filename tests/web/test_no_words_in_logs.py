"""Secret words, a name, a cell and a number go through every form of both apps: no log line has them."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.people.rights import Right, rights_of
from bot.store import tables as t
from bot.web.access import TABLE, App, Need
from tests.support.desk import ACCOUNTS, make_kit
from tests.support.filling import fill_every_table
from tests.support.forms_sent import fields_of, get, post
from tests.support.fuzzing import token_in
from tests.support.openapi import document_of
from tests.support.strangers import CELL, NAME, add_an_answer, addresses, fill
from tests.support.tablet_app import PIN, opened

WORDS, NUMBER = "zanzibarwhisper", "ZQ9876XY"
_SKIP = {"/board/feed", "/static/{path:path}", "/openapi.json", "/sign-out"}


def told(said: str) -> list[str]:
    """Lines with anything in them that is nobody's business."""
    secret = (WORDS, NAME, CELL, NUMBER, "Traceback")
    return [line[:200] for line in said.splitlines() if any(word in line for word in secret)]


def test_no_route_of_the_desk_logs_what_was_sent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    kit = make_kit(tmp_path)
    fill(kit)
    document = document_of(kit.app, {})
    for rule in TABLE:
        if rule.app is not App.DESK or rule.path in _SKIP:
            continue
        role = next((r for r in ACCOUNTS if rule.need in rights_of([ACCOUNTS[r][0]])), "safer")
        client = kit.signed_in(role) if isinstance(rule.need, Right) else kit.anybody()
        path = rule.path.replace("{kind}/{key}", "answers/visits")
        address = addresses(type(rule)(rule.app, rule.method, path, rule.need), kit.product.database)[0].path
        fields = fields_of(document, rule.path, rule.method)
        if rule.method == "GET":
            get(client, address, fields.query or ("q",), f"{WORDS} {NUMBER}")
            continue
        where = client.get("/").headers["location"] if isinstance(rule.need, Right) else "/sign-in"
        token = token_in(client.get(where).text)
        post(client, address, dict.fromkeys(fields.form, f"{WORDS} {NUMBER}"), {"token": token})

    out = capfd.readouterr()
    assert told(out.out + out.err) == []
    assert "desk.signed_in" in out.out + out.err


@pytest.mark.parametrize("broken", [False, True], ids=["whole", "nothing can be stored"])
def test_no_route_of_the_tablet_logs_what_was_sent(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], broken: bool
) -> None:
    with opened(tmp_path) as world:
        fill_every_table(world.product.database)
        add_an_answer(world.product.database)
        with world.product.database.writing() as work:
            work.session.execute(sa.update(t.person).values(first_name=NAME))
        people = {Need.NOBODY: world.browser(), Need.TABLET: world.enrolled()}
        for need, number in ((Need.PERSON, "SAM1"), (Need.SUPPORTER, "LEE1")):
            people[need] = world.enrolled()
            assert people[need].submit("/sign-in", number=number, pin=PIN).status_code == 303
        document = document_of(world.app, {})
        for rule in TABLE:
            if rule.app is not App.TABLET or rule.path in _SKIP:
                continue
            browser, path = people[rule.need], rule.path.replace("{topic}", "visits")
            path = path.replace("{service}", "kit_change").replace("{role}", "listener")
            address = addresses(type(rule)(rule.app, rule.method, path, rule.need), world.product.database)[
                0
            ].path
            fields = fields_of(document, rule.path, rule.method)
            token = token_in(browser.get("/enrol" if rule.need is Need.NOBODY else "/requests").text)
            world.database.fails_writing = broken
            if rule.method == "GET":
                get(browser, address, fields.query or ("q",), f"{WORDS} {NUMBER}")
            elif fields.json:
                browser.post(address, json=dict.fromkeys(fields.form, f"{WORDS} {NUMBER}") | {"form": token})
            else:
                post(browser, address, dict.fromkeys(fields.form, f"{WORDS} {NUMBER}"), {"form": token})
            world.database.fails_writing = False
            world.later(seconds=5)

    out = capfd.readouterr()
    assert told(out.out + out.err) == []
