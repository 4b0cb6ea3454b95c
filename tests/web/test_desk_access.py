"""Every route of the desk stands in the access table, and the table is kept."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from bot.people.model import StaffRole
from bot.people.rights import Right, rights_of
from bot.web.access import TABLE, App, Need, Rule
from bot.web.desk.guard import path_of
from tests.support.desk import ACCOUNTS, DeskKit, make_kit

RULES = [rule for rule in TABLE if rule.app is App.DESK]
# An open feed does not end: test_desk_feed reads it.
WITH_RIGHT = [rule for rule in RULES if isinstance(rule.need, Right) and rule.path != "/board/feed"]
# The second gives a form of an earlier session back, with what was typed, and does nothing else with it.
_CHECKS = {"checked_form", "kept_form"}
NO_RIGHT = "does not have the right"
ROLES = ("wing", "orderly", "safer", "manager", "admin", "dpo")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path_factory.mktemp("access"))
    yield kit
    kit.product.database.close()


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def name_of(rule: Rule) -> str:
    return f"{rule.method} {rule.path}"


def address_of(rule: Rule) -> str:
    changes = "suspend" if rule.path.startswith("/supporters") else "seen"
    path = rule.path.replace("{change}", changes).replace("{kind}/{key}", "services/kit_change")
    return re.sub(r"\{\w+_id\}", "0" * 32, path)


def test_every_route_of_the_app_is_in_the_table_and_every_row_has_a_route(shared: DeskKit) -> None:
    routes = {
        (method, path_of(route))
        for route in shared.app.routes
        for method in (getattr(route, "methods", None) or {"GET"})
        if method != "HEAD"
    }

    assert routes == {(rule.method, rule.path) for rule in RULES}


@pytest.mark.parametrize("rule", WITH_RIGHT, ids=name_of)
@pytest.mark.parametrize("role", ROLES)
def test_a_route_is_open_to_exactly_the_roles_that_have_its_right(
    shared: DeskKit, rule: Rule, role: str
) -> None:
    client = shared.signed_in(role)

    answer = client.request(rule.method, address_of(rule))

    refused = answer.status_code == 403 and NO_RIGHT in answer.text
    assert refused == (rule.need not in rights_of([ACCOUNTS[role][0]]))


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.need is not Need.NOBODY], ids=name_of)
def test_who_is_not_signed_in_gets_no_further_than_the_sign_in_page(shared: DeskKit, rule: Rule) -> None:
    answer = shared.anybody().request(rule.method, address_of(rule))

    if rule.path.startswith(("/api/", "/board/feed", "/openapi.json")):
        assert answer.status_code == 401
    else:
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.method == "POST"], ids=name_of)
def test_every_form_is_refused_without_its_token_and_with_one_of_another_session(
    shared: DeskKit, rule: Rule
) -> None:
    roles = [role for role in ROLES if rule.need in rights_of([ACCOUNTS[role][0]])] or ["wing"]
    client, other = shared.signed_in(roles[0]), "orderly" if roles[0] == "wing" else "wing"
    tokens = ["", "forged", shared.token(other)]

    answers = [client.post(address_of(rule), data={"token": token}) for token in tokens]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert all("Nothing was changed" in answer.text for answer in answers)


def test_a_route_that_somebody_forgot_to_put_in_the_table_is_refused_even_when_signed_in(
    kit: DeskKit,
) -> None:
    async def forgotten() -> str:
        return "open to all"

    kit.app.add_api_route("/forgotten", forgotten)

    answers = [kit.anybody().get("/forgotten"), kit.signed_in("safer").get("/forgotten")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert not any("open to all" in answer.text for answer in answers)


def test_a_method_that_the_table_does_not_name_is_refused_on_a_path_that_it_does(kit: DeskKit) -> None:
    async def wipe() -> str:
        return "wiped"

    kit.app.add_api_route("/board", wipe, methods=["DELETE"])

    answer = kit.signed_in("wing").delete("/board")

    assert answer.status_code == 403


def test_every_role_of_staff_has_an_account_here() -> None:
    assert {ACCOUNTS[role][0] for role in ROLES} == set(StaffRole)


def test_the_feed_is_closed_to_an_account_that_may_not_see_the_board(shared: DeskKit) -> None:
    assert shared.signed_in("admin").get("/board/feed").status_code == 403


def test_a_made_up_cookie_opens_nothing(shared: DeskKit) -> None:
    client = shared.anybody()
    client.cookies.set("signpost_desk", "x" * 43)

    answer = client.get("/board")

    assert answer.headers["location"] == "/sign-in"


def test_the_description_of_the_json_is_for_staff_and_names_no_page(shared: DeskKit) -> None:
    paths = shared.signed_in("wing").get("/openapi.json").json()["paths"]

    assert set(paths) == {"/api/board"}


def test_health_needs_nobody_and_says_nothing_else(shared: DeskKit) -> None:
    assert shared.anybody().get("/healthz").json() == {"status": "ok"}


def test_every_route_that_changes_something_takes_the_checked_form(shared: DeskKit) -> None:
    posts = [r for r in shared.app.routes if isinstance(r, APIRoute) and "POST" in r.methods]

    unchecked = [
        route.path
        for route in posts
        if not _CHECKS & {item.call.__name__ for item in route.dependant.dependencies if item.call}
    ]

    # Before sign-in there is no session: those forms are bound to cookies of their own.
    assert {path.split("/")[1] for path in unchecked} == {"sign-in"}
