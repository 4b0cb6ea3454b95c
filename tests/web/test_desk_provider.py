"""Single sign-on of staff, against a real provider that runs in the test."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from bot.people.lock_model import Lock
from bot.store.lock_tables import provider_start
from tests.support.desk import Clock, DeskKit, make_kit, sign_in
from tests.support.provider import agree, here, provider, query_of

GROUPS = "wing-officers=wing@A safer=safer_custody"
PEOPLE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("sub-wing", {"preferred_username": "wing@prison.test", "name": "Kit", "groups": ["wing-officers"]}),
    ("sub-safer", {"preferred_username": "safer", "name": "Lou", "groups": ["safer", "others"]}),
    ("sub-none", {"preferred_username": "manager", "name": "Max", "groups": ["cooks"]}),
    ("sub-far", {"preferred_username": "safer@other.test", "name": "Far", "groups": ["safer"]}),
    ("sub-new", {"preferred_username": "new", "name": "Nia", "groups": "safer"}),
)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider(*PEOPLE) as address:
        yield address


def _kit(folder: Path, issuer: str, **settings: Any) -> DeskKit:
    clock = Clock(datetime.now(UTC))
    given = {"oidc_issuer": issuer, "oidc_client_id": "signpost", "oidc_client_secret": "given"}
    given |= {"oidc_groups": GROUPS, "oidc_domains": "else.test, Prison.test"}
    return make_kit(folder, clock=clock, **given, **settings)


@pytest.fixture
def kit(tmp_path: Path, issuer: str) -> Iterator[DeskKit]:
    kit = _kit(tmp_path, issuer)
    yield kit
    kit.product.database.close()


def _there(client: TestClient) -> str:
    answer = client.get("/sign-in/provider")
    assert answer.status_code == 303
    return answer.headers["location"]


def _come_back(client: TestClient, subject: str, **changed: str) -> Any:
    return client.get(here(agree(_there(client), subject, **changed)))


def _is_in(client: TestClient) -> bool:
    return client.get("/account").status_code == 200


def test_the_way_there_has_all_that_makes_it_safe(kit: DeskKit, issuer: str) -> None:
    client = kit.anybody()

    answer = client.get("/sign-in/provider")

    query = query_of(answer.headers["location"])
    assert answer.headers["location"].startswith(f"{issuer}/oauth2/authorize?")
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert min(len(query[name]) for name in ("state", "nonce", "code_challenge")) >= 32
    assert "given" not in answer.headers["location"]
    assert "samesite=lax" in answer.headers["set-cookie"].lower()


def test_staff_sign_in_with_the_provider_and_have_the_rights_of_their_groups(kit: DeskKit) -> None:
    client = kit.anybody()

    answer = _come_back(client, "sub-wing")

    # First that this account is now opened by that one at the provider.
    assert 'http-equiv="refresh" content="0; url=/account"' in answer.text
    assert client.get("/board").status_code == 200
    with kit.product.database.reading() as work:
        account = work.staff.get("staff-wing")
    assert account is not None
    assert account.wings == ("A",)
    own = client.get("/account").text
    assert "Single sign-on" in own
    assert "now opens this account" in own


def test_who_begins_very_often_has_to_wait_and_the_store_stays_empty(kit: DeskKit) -> None:
    statuses = [kit.anybody().get("/sign-in/provider").status_code for _ in range(70)]
    with kit.product.database.reading() as work:
        rows = work.session.scalar(sa.select(sa.func.count()).select_from(provider_start))

    assert statuses == [303] * 60 + [429] * 10
    assert rows == 60


def test_the_same_human_has_the_same_account_under_another_user_name(kit: DeskKit) -> None:
    _come_back(kit.anybody(), "sub-wing")
    with kit.product.database.writing() as work:
        account = work.staff.get("staff-wing")
        assert account is not None
        work.staff.save(replace(account, username="renamed"))

    client = kit.anybody()
    _come_back(client, "sub-wing")

    assert "renamed" in client.get("/account").text


def test_roles_are_taken_anew_at_each_sign_in_and_older_sessions_end(kit: DeskKit) -> None:
    first, second = kit.anybody(), kit.anybody()
    _come_back(first, "sub-wing")
    with kit.product.database.writing() as work:
        account = work.staff.get("staff-wing")
        assert account is not None
        work.staff.save(replace(account, wings=("B",)))
    assert _is_in(first)

    _come_back(second, "sub-wing")

    assert _is_in(second)
    assert not _is_in(first)


def test_who_is_in_no_group_that_counts_is_refused_in_words(kit: DeskKit) -> None:
    client = kit.anybody()

    answer = _come_back(client, "sub-none")

    assert answer.status_code == 403
    assert "in no group that has a role" in answer.text
    assert not _is_in(client)


def test_an_account_must_exist_unless_the_setting_says_otherwise(
    kit: DeskKit, tmp_path: Path, issuer: str
) -> None:
    refused = _come_back(kit.anybody(), "sub-new")
    (tmp_path / "other").mkdir()
    other = _kit(tmp_path / "other", issuer, oidc_accounts="make")
    client = other.anybody()
    made = _come_back(client, "sub-new")

    assert (refused.status_code, made.status_code) == (403, 200)
    assert "no account for you" in refused.text
    assert "Nia" in client.get("/account").text
    other.product.database.close()


def test_a_closed_account_stays_closed(kit: DeskKit) -> None:
    with kit.product.database.writing() as work:
        account = work.staff.get("staff-wing")
        assert account is not None
        work.staff.save(replace(account, active=False))

    assert _come_back(kit.anybody(), "sub-wing").status_code == 403


def test_a_user_name_at_the_provider_never_takes_an_account_that_is_tied_or_for_emergencies(
    kit: DeskKit,
) -> None:
    with kit.product.database.writing() as work:
        work.locks.put(Lock("staff-wing", emergency=True))
        work.locks.put(Lock("staff-safer", issuer="https://other.test", subject="somebody"))

    assert _come_back(kit.anybody(), "sub-wing").status_code == 403
    assert _come_back(kit.anybody(), "sub-safer").status_code == 403


def _is_refused(kit: DeskKit, client: TestClient, address: str) -> bool:
    answer = client.get(address)
    return answer.status_code == 403 and "does not hold" in answer.text and not _is_in(client)


def test_a_forged_state_is_refused(kit: DeskKit) -> None:
    client = kit.anybody()
    code = query_of(agree(_there(client), "sub-wing"))["code"]

    assert _is_refused(kit, client, f"/sign-in/provider/back?code={code}&state={'x' * 43}")
    assert _is_refused(kit, client, f"/sign-in/provider/back?code={code}")


def test_a_way_that_another_browser_began_is_refused(kit: DeskKit) -> None:
    """Else a stranger could sign somebody in to the stranger's own account."""
    mine, stranger = kit.anybody(), kit.anybody()
    address = here(agree(_there(stranger), "sub-safer"))
    _there(mine)

    assert _is_refused(kit, mine, address)


def test_a_code_and_a_state_count_once(kit: DeskKit) -> None:
    client = kit.anybody()
    address = here(agree(_there(client), "sub-wing"))
    client.get(address)
    client.cookies.delete("signpost_desk")

    assert _is_refused(kit, client, address)


def test_a_code_that_was_used_is_refused_under_a_new_state_too(kit: DeskKit) -> None:
    client = kit.anybody()
    used = here(agree(_there(client), "sub-wing"))
    client.get(used)
    client.cookies.delete("signpost_desk")
    fresh = query_of(_there(client))["state"]

    assert _is_refused(kit, client, f"/sign-in/provider/back?code={query_of(used)['code']}&state={fresh}")


def test_a_token_for_another_sign_in_is_refused(kit: DeskKit) -> None:
    client = kit.anybody()
    address = here(agree(_there(client), "sub-wing", nonce="of another sign-in"))

    assert _is_refused(kit, client, address)


def test_a_code_for_another_program_is_refused(kit: DeskKit) -> None:
    client = kit.anybody()
    address = here(agree(_there(client), "sub-wing", client_id="other"))

    assert _is_refused(kit, client, address)


def test_an_expired_token_is_refused(tmp_path: Path) -> None:
    with provider(*PEOPLE, lives=1) as issuer:
        kit = _kit(tmp_path, issuer)
        client = kit.anybody()
        address = here(agree(_there(client), "sub-wing"))
        kit.clock.move(minutes=5)

        assert _is_refused(kit, client, address)
        kit.product.database.close()


def test_a_way_that_took_too_long_is_refused(kit: DeskKit) -> None:
    client = kit.anybody()
    address = here(agree(_there(client), "sub-wing"))

    kit.clock.move(minutes=11)

    assert _is_refused(kit, client, address)


@pytest.mark.parametrize(
    "query", ["", "?error=access_denied&state=x", "?code=x", "?code=&state=", "?state=x&code=y"]
)
def test_whatever_else_comes_back_signs_nobody_in(kit: DeskKit, query: str) -> None:
    assert _is_refused(kit, kit.anybody(), f"/sign-in/provider/back{query}")


def test_a_provider_that_is_down_says_so_and_names_the_other_way(tmp_path: Path) -> None:
    kit = _kit(tmp_path, "http://localhost:9", oidc_seconds=1)

    answer = kit.anybody().get("/sign-in/provider")

    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert "emergency account" in answer.text
    kit.product.database.close()


def test_only_emergency_accounts_have_a_password_then(kit: DeskKit) -> None:
    with kit.product.database.writing() as work:
        work.locks.put(Lock("staff-orderly", emergency=True))

    assert sign_in(kit.anybody(), "wing").status_code == 401
    assert sign_in(kit.anybody(), "orderly").status_code == 303
    assert "work account" in kit.anybody().get("/sign-in").text


def test_without_a_provider_its_pages_are_not_there(tmp_path: Path) -> None:
    kit = make_kit(tmp_path)

    assert kit.anybody().get("/sign-in/provider").status_code == 404
    assert kit.anybody().get("/sign-in/provider/back?code=x&state=y").status_code == 404
    kit.product.database.close()


def test_the_same_name_of_another_domain_gets_nobodys_account(
    kit: DeskKit, tmp_path: Path, issuer: str
) -> None:
    stranger = kit.anybody()

    refused = _come_back(stranger, "sub-far")

    assert refused.status_code == 403
    assert not _is_in(stranger)
    with kit.product.database.writing() as work:
        assert work.locks.get("staff-safer").subject == ""
    assert _is_in_after(kit, "sub-safer")


def test_where_the_first_sign_in_makes_accounts_it_makes_one_under_another_name(
    tmp_path: Path, issuer: str
) -> None:
    kit = _kit(tmp_path, issuer, oidc_accounts="make")

    assert _is_in_after(kit, "sub-far")

    with kit.product.database.writing() as work:
        made = next(each for each in work.staff.list_of("oakmoor") if each.name == "Far")
        assert made.username.startswith("sso-")
        assert work.locks.get("staff-safer").subject == ""
    kit.product.database.close()


def _is_in_after(kit: DeskKit, subject: str) -> bool:
    client = kit.anybody()
    _come_back(client, subject)
    return _is_in(client)
