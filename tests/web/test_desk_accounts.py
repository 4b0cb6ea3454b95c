"""Accounts of staff at the desk, the own account, and how sessions end."""

import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pyotp
import pytest
from fastapi.testclient import TestClient

from bot.passwords import Argon2Hasher
from bot.people.tokens import hash_of
from tests.support.desk import PASSWORD, DeskKit, make_kit, sign_in, token_in

NEW = "a horse that counts rain"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def _code_in(page: str) -> str:
    found = re.search(r"<code>([0-9A-Z-]{19})</code>", page)
    assert found is not None
    return found[1]


def _first(
    client: TestClient, username: str, code: str, password: str = NEW, again: str = ""
) -> httpx.Response:
    fields = {"username": username, "code": code, "password": password, "again": again or password}
    return client.post(
        "/sign-in/first", data={"token": token_in(client.get("/sign-in/first").text), **fields}
    )


def _is_in(client: TestClient) -> bool:
    return client.get("/account").status_code == 200


def test_a_new_officer_gets_in_with_a_code_and_a_password_that_nobody_else_knows(kit: DeskKit) -> None:
    page = kit.post("admin", "/accounts", username="kit", name="Kit Marsh", role=["wing"], wing=["A"]).text
    code = _code_in(page)
    client = kit.anybody()

    assert _code_in(page) not in kit.signed_in("admin").get("/accounts").text
    assert _first(client, "kit", code).headers["location"] == "/sign-in?said=password"
    assert sign_in(client, "kit", NEW).headers["location"] == "/board"
    assert _first(kit.anybody(), "kit", code).status_code == 401


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", "", "too short"),
        ("oakmoor-officer1", "", "somebody would try"),
        (NEW, "another horse entirely", "were not the same"),
    ],
)
def test_a_first_password_that_is_refused_leaves_the_code_as_it_was(
    kit: DeskKit, password: str, again: str, words: str
) -> None:
    code = _code_in(kit.post("admin", "/accounts", username="kit", name="Kit", role=["wing"]).text)

    answer = _first(kit.anybody(), "kit", code, password, again)

    assert answer.status_code == 400
    assert words in answer.text
    assert _first(kit.anybody(), "kit", code).status_code == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"username": "wing", "role": ["wing"]}, "has that user name"),
        ({"username": "kit", "role": []}, "cannot be made like this"),
        ({"username": "kit", "role": ["king"]}, "cannot be made like this"),
        ({"username": "kit", "role": ["wing"], "wing": ["Z"]}, "cannot be made like this"),
        ({"username": "kit", "role": ["admin", "manager"]}, "goes with no other role"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_words(
    kit: DeskKit, fields: dict[str, object], words: str
) -> None:
    answer = kit.post("admin", "/accounts", name="Kit", **fields)

    assert answer.status_code == 400
    assert words in answer.text


def test_an_administrator_of_one_wing_neither_sees_nor_changes_other_accounts(kit: DeskKit) -> None:
    assert "Officer Orderly" not in kit.signed_in("a_admin").get("/accounts").text
    assert "Officer A_Wing" in kit.signed_in("a_admin").get("/accounts").text
    assert kit.signed_in("a_admin").get("/accounts/staff-orderly").status_code == 404
    assert kit.post("a_admin", "/accounts/staff-orderly/close").status_code == 404


def test_nobody_administrates_away_what_cannot_be_missed(kit: DeskKit) -> None:
    own = kit.post("admin", "/accounts/staff-admin/roles", role=["safer_custody"])
    last = kit.post("a_admin", "/accounts/staff-admin/close")

    assert "not changed here" in own.text
    assert (own.status_code, last.status_code) == (400, 404)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ("roles", {"role": ["orderly"]}),
        ("roles", {"role": ["wing"], "wing": ["A"]}),
        ("close", {}),
        ("step", {}),
        ("sessions", {}),
        ("password", {}),
        ("emergency", {"on": "yes"}),
    ],
)
def test_what_an_administrator_changes_ends_open_sessions(
    kit: DeskKit, change: str, fields: dict[str, object]
) -> None:
    client = kit.signed_in("wing")
    assert _is_in(client)

    kit.post("admin", f"/accounts/staff-wing/{change}", **fields)

    assert not _is_in(client)


def test_who_was_given_a_new_password_reads_so_at_the_next_sign_in(kit: DeskKit) -> None:
    code = _code_in(kit.post("admin", "/accounts/staff-wing/password").text)
    client = kit.anybody()
    old = sign_in(kit.anybody(), "wing")
    _first(client, "wing", code)

    landed = sign_in(client, "wing", NEW)

    assert old.status_code == 401
    assert landed.headers["location"] == "/account"
    assert "tell safer custody" in client.get("/account").text
    assert "tell safer custody" not in client.get("/account").text


def test_the_own_password_changes_only_with_the_old_one(kit: DeskKit) -> None:
    other = kit.anybody()
    sign_in(other, "wing")
    client = kit.signed_in("wing")
    before = client.cookies["signpost_desk"]

    wrong = kit.post("wing", "/account/password", old="guess", new=NEW)
    weak = kit.post("wing", "/account/password", old=PASSWORD, new="password1234")
    right = kit.post("wing", "/account/password", old=PASSWORD, new=NEW)

    assert (wrong.status_code, weak.status_code, right.status_code) == (400, 400, 303)
    assert client.cookies["signpost_desk"] != before
    assert _is_in(client)
    assert not _is_in(other)
    assert sign_in(kit.anybody(), "wing").status_code == 401
    assert sign_in(kit.anybody(), "wing", NEW).status_code == 303


def test_a_desk_left_open_is_no_place_to_guess_the_password(kit: DeskKit) -> None:
    answers = [kit.post("wing", "/account/password", old=f"guess {at}", new=NEW) for at in range(6)]

    assert answers[-1].status_code == 429


def test_an_account_sees_its_open_sessions_and_ends_the_others(kit: DeskKit) -> None:
    other = kit.anybody()
    sign_in(other, "wing")
    client = kit.signed_in("wing")
    assert client.get("/account").text.count("<td>Password</td>") == 2

    kit.post("wing", "/account/sessions")

    assert _is_in(client)
    assert not _is_in(other)


def test_in_a_demonstration_an_account_turns_its_second_step_on_and_off(kit: DeskKit) -> None:
    client = kit.signed_in("wing")
    page = client.get("/account/second-step").text
    secret = re.search(r'class="letters">([A-Z2-7 ]+)<', page)
    assert secret is not None
    totp = pyotp.TOTP(secret[1].replace(" ", ""))

    stranger = kit.post("wing", "/account/second-step", old="guess", code=totp.at(kit.clock.time))
    wrong = kit.post("wing", "/account/second-step", old=PASSWORD, code="000000")
    shown = kit.post("wing", "/account/second-step", old=PASSWORD, code=totp.at(kit.clock.time))
    asked = sign_in(kit.anybody(), "wing")
    guessed = kit.post("wing", "/account/second-step/off", old="guess")
    off = kit.post("wing", "/account/second-step/off", old=PASSWORD)

    assert (stranger.status_code, wrong.status_code) == (401, 400)
    assert shown.text.count("<li><code>") == 10
    assert asked.headers["location"] == "/sign-in/code"
    assert (guessed.status_code, off.headers["location"]) == (400, "/account?done=off")
    assert sign_in(kit.anybody(), "wing").headers["location"] == "/board"


def test_where_it_is_required_nobody_takes_the_own_second_step_away(tmp_path: Path) -> None:
    kit = make_kit(tmp_path, second_step="own_choice")
    client = kit.signed_in("wing")
    required = replace(
        kit.product, settings=kit.product.settings.model_copy(update={"second_step": "required"})
    )
    kit.app.state.desk = replace(kit.app.state.desk, product=required)

    answer = client.post(
        "/account/second-step/off", data={"token": token_in(client.get("/account").text), "old": PASSWORD}
    )

    assert answer.status_code == 400
    assert "need a second step" in answer.text
    kit.product.database.close()


def test_a_cookie_that_was_in_the_browser_before_does_not_become_a_session(kit: DeskKit) -> None:
    client = kit.anybody()
    client.cookies.set("signpost_desk", "planted" * 6)

    sign_in(client, "wing")

    planted = kit.anybody()
    planted.cookies.set("signpost_desk", "planted" * 6)
    assert not _is_in(planted)
    with kit.product.database.reading() as work:
        assert work.staff.find_session(hash_of("planted" * 6)) is None


def test_a_stolen_cookie_is_worth_nothing_after_sign_out_or_when_time_is_up(kit: DeskKit) -> None:
    client = kit.signed_in("wing")
    thief = kit.anybody()
    thief.cookies.set("signpost_desk", client.cookies["signpost_desk"])
    assert _is_in(thief)

    kit.post("wing", "/sign-out")

    assert not _is_in(thief)


def test_a_session_of_another_prison_is_none_here(kit: DeskKit) -> None:
    client = kit.signed_in("wing")
    with kit.product.database.writing() as work:
        account = work.staff.get("staff-wing")
        assert account is not None
        work.staff.save(replace(account, prison_id="fernhill"))

    assert client.get("/board").headers["location"] == "/sign-in"


def test_a_tablets_cookie_opens_nothing_at_the_desk(kit: DeskKit) -> None:
    client = kit.signed_in("wing")
    token = client.cookies["signpost_desk"]
    other = kit.anybody()
    for name in ("signpost_person", "signpost_tablet"):
        other.cookies.set(name, token)

    assert not _is_in(other)


def test_the_store_holds_no_token_and_no_code_that_could_be_used(kit: DeskKit, tmp_path: Path) -> None:
    code = _code_in(kit.post("admin", "/accounts", username="kit", name="Kit", role=["wing"]).text)
    token = kit.signed_in("admin").cookies["signpost_desk"]

    stored = b"".join(path.read_bytes() for path in tmp_path.glob("desk.db*"))

    assert token.encode() not in stored
    assert code.encode() not in stored


def test_an_unknown_name_and_a_wrong_password_take_the_same_time(tmp_path: Path) -> None:
    kit = make_kit(tmp_path, hasher=Argon2Hasher())
    spans: dict[str, list[float]] = {"wing": [], "nobody": []}
    for at in range(12):
        # An account that is known, one that is not: each from an address of its own, so that none waits.
        for name, taken in spans.items():
            kit.clock.move(hours=2)
            client = TestClient(kit.app, follow_redirects=False, client=(f"10.0.{at}.1", 1))
            token = token_in(client.get("/sign-in").text)
            began = time.perf_counter()
            answer = client.post("/sign-in", data={"token": token, "username": name, "password": "guess"})
            taken.append(time.perf_counter() - began)
            assert answer.status_code == 401

    known, unknown = (statistics.median(each) for each in spans.values())
    assert 0.5 < known / unknown < 2
    kit.product.database.close()
