"""Whatever is sent to a route of the desk, by whoever may call it: an answer in words, and no failure."""

from collections.abc import Iterator

import pytest

from bot.people.rights import Right, rights_of
from bot.web.access import TABLE, App
from tests.support.desk import ACCOUNTS, DeskKit, make_kit, sign_in
from tests.support.fuzzing import Fuzz, operations_of
from tests.support.openapi import document_of
from tests.support.strangers import fill, known_ids

_ALL = {rule.path for rule in TABLE if rule.app is App.DESK}
_ROLES = ("safer", "manager", "admin", "wing", "orderly", "dpo")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path_factory.mktemp("fuzz"))
    fill(kit)
    yield kit
    kit.product.database.close()


def who(path: str, method: str) -> str:
    need = next(r.need for r in TABLE if (r.app, r.path, r.method) == (App.DESK, path, method))
    if not isinstance(need, Right):
        return "safer"
    return next(role for role in _ROLES if need in rights_of([ACCOUNTS[role][0]]))


def test_no_route_fails_whatever_it_is_sent(kit: DeskKit) -> None:
    document = document_of(kit.app, known_ids(kit.product.database, _ALL))
    statuses: dict[int, int] = {}
    faults: list[str] = []
    count = 0

    for operation in operations_of(document):
        role = who(operation.path, operation.method.upper())
        # Wrong tries make wait, as they should: the next one comes when that is over.
        kit.clock.move(minutes=16)
        client = kit.anybody()
        assert sign_in(client, role).status_code == 303
        page = "/sign-in" if operation.path == "/sign-in" else client.get("/").headers["location"]
        fuzz = Fuzz(client, page, "token", tries=5)
        faults += fuzz.run(operation)
        count += 1
        for status, times in fuzz.answers.items():
            statuses[status] = statuses.get(status, 0) + times

    print(f"{count} operations, {statuses}")
    assert faults == []
    assert count == len({(r.path, r.method) for r in TABLE if r.app is App.DESK} - _NOT_HERE)
    # It got past the tokens: deeds were done, and things were found.
    assert statuses[200] > 60
    assert statuses[303] > 60


_NOT_HERE = {("/board/feed", "GET"), ("/openapi.json", "GET"), ("/static/{path:path}", "GET")}
