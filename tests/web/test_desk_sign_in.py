"""Signing in at the desk: accounts, waiting after wrong passwords, and how a session ends."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.passwords import Argon2Hasher
from tests.support.desk import PASSWORD, DeskKit, PlainHasher, make_kit, sign_in, token_in


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def test_an_account_with_an_argon2_hash_signs_in_and_lands_on_the_board(tmp_path: Path) -> None:
    kit = make_kit(tmp_path, hasher=Argon2Hasher())

    answer = sign_in(kit.anybody(), "wing")

    assert answer.headers["location"] == "/board"
    kit.product.database.close()


def test_an_administrator_who_may_not_see_the_board_lands_on_the_tablets(kit: DeskKit) -> None:
    answer = sign_in(kit.anybody(), "admin")

    assert answer.headers["location"] == "/tablets"


def test_the_cookie_is_closed_to_scripts_and_other_sites(tmp_path: Path) -> None:
    kit = make_kit(tmp_path, secure_cookies=True)
    client = kit.anybody()
    client.base_url = "https://testserver"

    cookie = next(
        line for line in sign_in(client, "wing").headers.get_list("set-cookie") if "signpost_desk=" in line
    )

    assert all(word in cookie.lower() for word in ("httponly", "samesite=strict", "secure"))
    kit.product.database.close()


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(kit: DeskKit) -> None:
    wrong = sign_in(kit.anybody(), "wing", "guess")
    unknown = sign_in(kit.anybody(), "nobody", "guess")

    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert "do not go together" in wrong.text
    assert "do not go together" in unknown.text


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(kit: DeskKit) -> None:
    for _ in range(5):
        last = sign_in(kit.anybody(), "wing", "guess")

    right = sign_in(kit.anybody(), "wing")

    assert (last.status_code, right.status_code) == (429, 429)
    assert "Wait until 10:01" in right.text
    kit.clock.move(seconds=16)
    assert sign_in(kit.anybody(), "wing").status_code == 303


def test_a_sign_in_form_of_another_browser_is_refused(kit: DeskKit) -> None:
    token = token_in(kit.anybody().get("/sign-in").text)

    answer = kit.anybody().post("/sign-in", data={"token": token, "username": "wing", "password": PASSWORD})

    assert answer.status_code == 403
    assert "signpost_desk=" not in str(answer.headers.get_list("set-cookie"))


def test_signing_out_ends_the_session_for_good(kit: DeskKit) -> None:
    client = kit.signed_in("wing")
    cookie = client.cookies["signpost_desk"]

    kit.post("wing", "/sign-out")

    client.cookies.set("signpost_desk", cookie)
    assert client.get("/board").headers["location"] == "/sign-in"


def test_whoever_signs_in_on_the_same_machine_ends_the_session_before(kit: DeskKit) -> None:
    client = kit.anybody()
    sign_in(client, "wing")
    before = client.cookies["signpost_desk"]

    sign_in(client, "orderly")

    other = kit.anybody()
    other.cookies.set("signpost_desk", before)
    assert other.get("/board").status_code == 303


def test_a_session_that_nobody_uses_ends(kit: DeskKit) -> None:
    client = kit.signed_in("wing")

    kit.clock.move(minutes=kit.product.settings.staff_idle_minutes + 1)

    assert client.get("/api/board").status_code == 401


def test_an_open_board_keeps_its_session_but_not_past_the_longest_time(kit: DeskKit) -> None:
    client = kit.signed_in("wing")
    alive = []

    for _ in range(26):
        kit.clock.move(minutes=30)
        alive.append(client.get("/api/board").status_code == 200)

    assert alive == [True] * 24 + [False] * 2


def test_an_account_that_was_closed_is_out_at_once(kit: DeskKit) -> None:
    client = kit.signed_in("wing")
    with kit.product.database.writing() as work:
        account = work.staff.get("staff-wing")
        assert account is not None
        work.staff.save(replace(account, active=False))

    assert client.get("/board").headers["location"] == "/sign-in"


def test_an_error_that_nobody_expected_is_a_page_in_words_and_a_log_line_without_any(tmp_path: Path) -> None:
    class Broken(PlainHasher):
        def matches(self, hashed: str | None, secret: str) -> bool:
            raise RuntimeError(f"cannot check {secret}")

    kit = make_kit(tmp_path, hasher=Broken())

    with capture_logs() as lines:
        answer = sign_in(kit.anybody(), "wing", "my secret words")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert answer.headers["content-security-policy"]
    assert [line["error"] for line in lines] == ["RuntimeError"]
    assert "secret words" not in str(lines) + answer.text
    kit.product.database.close()


@pytest.mark.parametrize("address", ["/nothing", "/board/", "/requests/%00", "/requests/a'b", "/docs"])
def test_an_address_with_nothing_behind_it_says_so(kit: DeskKit, address: str) -> None:
    answer = kit.signed_in("wing").get(address)

    assert answer.status_code == 404
    assert "Nothing here" in answer.text


def test_a_form_of_any_size_is_refused_in_words(kit: DeskKit) -> None:
    answer = kit.post("admin", "/people", first_name="x" * 200_000)

    assert answer.status_code == 413
    assert "Nothing was stored" in answer.text


@pytest.mark.parametrize("name", ["\x00", "\ud800", "' OR 1=1 --", "😀", "x" * 5000, ""])
def test_a_hostile_user_name_is_only_a_wrong_one(kit: DeskKit, name: str) -> None:
    client = kit.anybody()
    token = token_in(client.get("/sign-in").text)
    body = f"token={token}&password=x&username=".encode() + name.encode("utf-8", "surrogatepass")

    answer = client.post(
        "/sign-in", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )

    assert answer.status_code in (401, 413)
