"""PINs, passwords, and codes that work once: right or wrong, none is in a log or on a page it was sent to."""

import re
from pathlib import Path

import httpx
import pyotp
import pytest
from starlette.testclient import TestClient

from bot.people import tablets
from bot.people.model import Place
from tests.support.builders import PRISON
from tests.support.desk import PASSWORD, make_kit, sign_in, token_in
from tests.support.tablet_app import PIN, opened

WRONG = ("wrong-orrery-kestrel", "908172", "ZZ1Y-77XQ")


def _given_away(secrets: list[str], answers: list[httpx.Response], said: str) -> list[str]:
    pages = [answer.text + answer.headers.get("location", "") for answer in answers]
    return [secret for secret in secrets if secret in said or any(secret in page for page in pages)]


def _send(client: TestClient, page: str, path: str, **fields: str) -> httpx.Response:
    return client.post(path, data={"token": token_in(client.get(page).text), **fields})


def test_passwords_and_codes_of_the_desk(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    kit, new = make_kit(tmp_path, second_step="required"), "eleven-lanterns-orrery"
    client, again, steps = kit.anybody(), kit.anybody(), "/sign-in/set-up"
    answers = [sign_in(client, "wing", WRONG[0]), sign_in(client, "wing")]
    shown = re.search(r'<code class="letters">([A-Z2-7 ]+)</code>', client.get(steps).text)
    assert shown is not None
    secret = shown[1].replace(" ", "")
    code = pyotp.TOTP(secret).at(kit.clock.time)
    answers.append(_send(client, steps, steps, code=WRONG[1]))
    paper = re.findall(r"<li><code>([^<]+)</code>", _send(client, steps, steps, code=code).text)
    answers.append(sign_in(again, "wing"))
    answers += [_send(again, "/sign-in/code", "/sign-in/code", code=each) for each in (*WRONG[1:], paper[0])]
    account = "/account/password"
    answers += [_send(again, "/account", account, old=old, new=new) for old in (WRONG[0], PASSWORD)]

    said = "".join(capfd.readouterr())
    assert [answer.status_code < 400 for answer in answers[-3:]] == [True, False, True]
    assert _given_away([PASSWORD, new, *WRONG, secret, code, *paper], answers, said) == []
    assert "desk.signed_in" in said


def test_pins_and_codes_of_tablets(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with opened(tmp_path) as world:
        sam = world.add("sam")
        with world.product.database.writing() as work:
            code = tablets.make_code(work, PRISON, Place("A", "A2", "A2-14"), "officer", now=world.time[0])
        browser, answers = world.browser(), []
        for tried in (WRONG[2], code):
            answers.append(browser.submit("/enrol", code=tried))
            world.later(seconds=30)
        for tried in (*WRONG[:2], PIN):
            answers.append(browser.submit("/sign-in", number=sam.number, pin=tried))
            world.later(seconds=30)

    said = "".join(capfd.readouterr())
    assert [answer.status_code for answer in answers[1::3]] == [303, 303]
    assert _given_away([PIN, code, *WRONG], answers, said) == []
