"""What is of another prison or another wing is not there: no route shows it, and none changes it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.people.model import StaffRole
from bot.people.rights import Right, rights_of
from bot.web.access import TABLE, App, Rule
from tests.support.desk import ACCOUNTS, DeskKit, make_kit
from tests.support.strangers import (
    FIELDS,
    WORDS_IN,
    addresses,
    fill,
    has_row,
    leaked,
    names_in,
    put_elsewhere,
    row_of,
    snapshot,
)

RULES = [rule for rule in TABLE if rule.app is App.DESK and isinstance(rule.need, Right)]
WITH_ROW = [rule for rule in RULES if has_row(rule.path)]
ROLES = {role: name for name, (role, wings, _) in ACCOUNTS.items() if not wings}
# Lines without anybody's name, cell or wing: whoever teaches the assistant sees those of the whole prison.
# An emergency is everybody's of the prison who may review it.
WHOLE_PRISON = ("/not-understood/", "/danger-examples/", "/emergency/")


# One answer for what is not there, what is another prison's and what somebody else looked at already.
SAME_FOR_NONE = ("/emergency/{emergency_id}/review",)
_TOKENS: dict[tuple[str, str], str] = {}


def name_of(rule: Rule) -> str:
    return f"{rule.method} {rule.path}"


@pytest.fixture(scope="module")
def other_prison(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path_factory.mktemp("prison"))
    fill(kit)
    put_elsewhere(kit.product.database, wing=False)
    yield kit
    kit.product.database.close()


@pytest.fixture(scope="module")
def other_wing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path_factory.mktemp("wing"))
    fill(kit)
    put_elsewhere(kit.product.database, wing=True)
    yield kit
    kit.product.database.close()


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    fill(kit)
    yield kit
    kit.product.database.close()


def faults_of(kit: DeskKit, rule: Rule, username: str) -> list[str]:
    """What an account got out of a stranger's thing, or did to it."""
    found: list[str] = []
    client, before = kit.signed_in(username), snapshot(kit.product.database)
    data = {**FIELDS, "token": token_of(kit, username)} if rule.method == "POST" else None
    for address in addresses(rule, kit.product.database):
        answer = client.request(rule.method, address.path, data=data)
        refused = (403, 404, 409) if rule.path in SAME_FOR_NONE else (403, 404)
        if answer.status_code not in refused:
            found.append(f"{address.path}: {answer.status_code}")
        found += [f"{address.path}: shows {word}" for word in leaked(answer.text)]
    after = snapshot(kit.product.database)
    return found + [f"{rule.path}: changed {table}" for table in before if before[table] != after[table]]


def token_of(kit: DeskKit, username: str) -> str:
    """Of the account's session; it counts for many forms, so the page is opened once."""
    known = (str(kit.product.settings.database_url), username)
    if known not in _TOKENS:
        _TOKENS[known] = kit.token(username)
    return _TOKENS[known]


def test_every_name_in_an_address_is_known_to_these_tests() -> None:
    unknown = [
        f"{name} in {rule.path}"
        for rule in TABLE
        for name in names_in(rule.path)
        if name.endswith("_id") and row_of(rule.path, name) is None
    ]
    wordless = [
        f"{name} in {rule.path}"
        for rule in WITH_ROW
        for name in names_in(rule.path)
        if not name.endswith("_id") and name not in WORDS_IN.get(rule.path, {})
    ]

    assert unknown == [], "say of which table it is the id in tests/support/strangers.py"
    assert wordless == [], "say which words it takes in tests/support/strangers.py"


@pytest.mark.parametrize("rule", WITH_ROW, ids=name_of)
def test_a_thing_of_another_prison_is_not_there(other_prison: DeskKit, rule: Rule) -> None:
    faults = [
        f"{role}: {fault}"
        for role, username in ROLES.items()
        if rule.need in rights_of([role])
        for fault in faults_of(other_prison, rule, username)
    ]

    assert faults == []


@pytest.mark.parametrize(
    "rule", [rule for rule in WITH_ROW if not rule.path.startswith(WHOLE_PRISON)], ids=name_of
)
def test_a_thing_of_another_wing_is_not_there_for_an_account_of_one_wing(
    other_wing: DeskKit, rule: Rule
) -> None:
    faults = [
        f"{role}: {fault}"
        for role in StaffRole
        if rule.need in rights_of([role])
        for fault in faults_of(other_wing, rule, f"a_{role.value}_only")
    ]

    assert faults == []


@pytest.mark.parametrize("rule", WITH_ROW, ids=name_of)
def test_the_same_addresses_lead_to_the_thing_where_it_is_ones_own(kit: DeskKit, rule: Rule) -> None:
    """Without this the tests above would hold for addresses that name nothing."""
    role = next(role for role in ROLES if rule.need in rights_of([role]))
    address = addresses(rule, kit.product.database)[0]

    answer = (
        kit.post(ROLES[role], address.path, **FIELDS)
        if rule.method == "POST"
        else kit.signed_in(ROLES[role]).get(address.path)
    )

    assert answer.status_code in (200, 303, 400, 409), answer.text


@pytest.mark.parametrize("rule", [r for r in RULES if r.method == "GET" and not has_row(r.path)], ids=name_of)
@pytest.mark.parametrize("place", ["other_prison", "other_wing"])
def test_no_list_shows_anything_of_another_prison_or_wing(
    request: pytest.FixtureRequest, rule: Rule, place: str
) -> None:
    if rule.path == "/board/feed" or "{" in rule.path:
        return
    if place == "other_wing" and f"{rule.path}/".startswith(WHOLE_PRISON):
        return
    kit: DeskKit = request.getfixturevalue(place)
    faults = []
    for role in StaffRole:
        if rule.need in rights_of([role]):
            username = ROLES[role] if place == "other_prison" else f"a_{role.value}_only"
            answer = kit.signed_in(username).get(rule.path)
            faults += [f"{role}: {answer.status_code} {word}" for word in leaked(answer.text)]

    assert faults == []
