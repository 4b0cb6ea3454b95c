"""The second step at the desk's door, in the app as it is shipped."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyotp
import pytest
from fastapi.testclient import TestClient

from tests.support.desk import DeskKit, make_kit, sign_in, token_in


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path, second_step="required")
    yield kit
    kit.product.database.close()


def _secret(page: str) -> str:
    found = re.search(r'<code class="letters">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    return found[1].replace(" ", "")


def _send(client: TestClient, path: str, code: str) -> httpx.Response:
    return client.post(path, data={"token": token_in(client.get(path).text), "code": code})


def _set_up(kit: DeskKit, username: str = "wing") -> tuple[TestClient, str, list[str]]:
    client = kit.anybody()
    sign_in(client, username)
    secret = _secret(client.get("/sign-in/set-up").text)
    shown = _send(client, "/sign-in/set-up", pyotp.TOTP(secret).at(kit.clock.time))
    return client, secret, re.findall(r"<li><code>([^<]+)</code>", shown.text)


def test_where_it_is_required_an_account_sets_one_up_before_it_gets_in(kit: DeskKit) -> None:
    client = kit.anybody()

    answer = sign_in(client, "wing")

    assert answer.headers["location"] == "/sign-in/set-up"
    assert client.get("/board").headers["location"] == "/sign-in"
    page = client.get("/sign-in/set-up").text
    assert 'src="data:image/svg+xml' in page
    assert "<script>" not in page


def test_after_setting_it_up_the_codes_for_paper_are_shown_once(kit: DeskKit) -> None:
    client, _, recovery = _set_up(kit)

    assert len(recovery) == 10
    assert client.get("/board").status_code == 200
    assert client.get("/sign-in/set-up").headers["location"] == "/sign-in"


def test_the_next_time_a_code_is_asked_for(kit: DeskKit) -> None:
    _, secret, _ = _set_up(kit)
    kit.clock.move(minutes=5)
    client = kit.anybody()

    first = sign_in(client, "wing")
    without = client.get("/board")
    wrong = _send(client, "/sign-in/code", "000000")
    right = _send(client, "/sign-in/code", pyotp.TOTP(secret).at(kit.clock.time))

    assert first.headers["location"] == "/sign-in/code"
    assert without.headers["location"] == "/sign-in"
    assert wrong.status_code == 401
    assert "not right, or it was used before" in wrong.text
    assert right.headers["location"] == "/board"


def test_a_code_that_somebody_read_over_a_shoulder_is_worth_nothing(kit: DeskKit) -> None:
    _, secret, _ = _set_up(kit)
    kit.clock.move(minutes=5)
    code = pyotp.TOTP(secret).at(kit.clock.time)
    own, thief = kit.anybody(), kit.anybody()
    sign_in(own, "wing")
    sign_in(thief, "wing")

    assert _send(own, "/sign-in/code", code).status_code == 303
    assert _send(thief, "/sign-in/code", code).status_code == 401


def test_five_wrong_codes_end_the_half_sign_in(kit: DeskKit) -> None:
    _set_up(kit)
    client = kit.anybody()
    sign_in(client, "wing")

    answers = [_send(client, "/sign-in/code", "000000") for _ in range(4)]
    last = _send(client, "/sign-in/code", "000000")

    assert {answer.status_code for answer in answers} == {401}
    assert last.headers["location"] == "/sign-in?said=codes"
    assert "wrong too often" in client.get(last.headers["location"]).text
    assert client.get("/sign-in/code").headers["location"] == "/sign-in"


def test_codes_cannot_be_tried_faster_by_giving_the_password_again(kit: DeskKit) -> None:
    _set_up(kit)
    statuses = []
    for _ in range(12):
        client = kit.anybody()
        answer = sign_in(client, "wing")
        if answer.status_code == 303:
            answer = _send(client, "/sign-in/code", "000000")
        statuses.append(answer.status_code)

    assert statuses[-1] == 429


def test_a_half_sign_in_runs_out(kit: DeskKit) -> None:
    _set_up(kit)
    client = kit.anybody()
    sign_in(client, "wing")

    kit.clock.move(minutes=11)

    assert client.get("/sign-in/code").headers["location"] == "/sign-in"


def test_the_half_cookie_opens_no_page_as_a_session(kit: DeskKit) -> None:
    client = kit.anybody()
    sign_in(client, "wing")

    client.cookies.set("signpost_desk", client.cookies["signpost_desk_half"])

    assert client.get("/board").headers["location"] == "/sign-in"


def test_a_half_form_of_another_browser_is_refused(kit: DeskKit) -> None:
    _set_up(kit)
    own, other = kit.anybody(), kit.anybody()
    sign_in(own, "wing")
    sign_in(other, "wing")
    token = token_in(own.get("/sign-in/code").text)

    answer = other.post("/sign-in/code", data={"token": token, "code": "000000"})

    assert answer.status_code == 403


def test_a_recovery_code_gets_in_once(kit: DeskKit) -> None:
    _, _, recovery = _set_up(kit)
    first, second = kit.anybody(), kit.anybody()
    sign_in(first, "wing")
    sign_in(second, "wing")

    assert _send(first, "/sign-in/code", recovery[0]).status_code == 303
    assert _send(second, "/sign-in/code", recovery[0]).status_code == 401


@pytest.mark.parametrize(
    ("settings", "required"),
    [
        ({}, False),
        ({"second_step": "required"}, True),
        ({"second_step": "own_choice"}, False),
    ],
)
def test_a_setting_says_whether_it_is_required(
    tmp_path: Path, settings: dict[str, str], required: bool
) -> None:
    kit = make_kit(tmp_path, **settings)

    answer = sign_in(kit.anybody(), "wing")

    assert (answer.headers["location"] == "/sign-in/set-up") is required
    kit.product.database.close()


def test_production_requires_it_by_itself(tmp_path: Path) -> None:
    keys = {name: secrets.token_urlsafe(48) for name in ("secret_key", "rasa_token", "seal_keys", "log_key")}
    kit = make_kit(tmp_path, mode="production", secure_cookies=True, hosts="testserver", **keys)
    client = kit.anybody()
    client.base_url = "https://testserver"

    answer = sign_in(client, "wing")

    assert answer.headers["location"] == "/sign-in/set-up"
    assert all(name.startswith("__Host-") for name in client.cookies)
    kit.product.database.close()
