"""The channels that settings and prison's file name: made, or refused in one sentence without a secret."""

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import Product, build
from bot.content import BadContent
from bot.notices.apprise_address import AppriseAddress
from bot.notices.build import channels_of
from bot.notices.mail import Mail
from bot.notices.model import NotDelivered, Outgoing, Why
from bot.notices.routes import Route
from bot.notices.trial import try_channels
from bot.notices.webhook import Webhook
from bot.prison_file import load_prison
from bot.settings import ROOT, BadSettings, Settings, load_settings
from tests.support.builders import NOW
from tests.support.outside import PASSWORD, USER, Manner, Postbox, mail_server, web_server

SECRET = "k" * 32
_MADE_UP = "kP3vR8mZ1qT6wY9bN4cH7jL2xD5gF0sA"
STRONG = (_MADE_UP, _MADE_UP[::-1], _MADE_UP.swapcase(), _MADE_UP.swapcase()[::-1])
MAIL = {
    "notify_mail_to": "night=night@oakmoor.test safer=safer@oakmoor.test,safer2@oakmoor.test",
    "notify_mail_from": "signpost@oakmoor.test",
    "notify_smtp_host": "127.0.0.1",
}


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither this machine's environment nor its .env."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SIGNPOST_{name.upper()}", raising=False)


@pytest.fixture(scope="module")
def whole() -> Product:
    return build(load_settings(database_url="sqlite://", secret_key="s" * 40, seal_keys="k" * 40))


def _with(whole: Product, routes: dict[str, Route] | None = None, **settings: Any) -> Product:
    prison = replace(load_prison(ROOT / "content", "oakmoor"), notices=routes or {})
    return replace(whole, settings=load_settings(**settings), prison=prison)


def test_without_a_setting_nothing_leaves_the_house(whole: Product) -> None:
    assert channels_of(_with(whole)) == ()


def test_each_kind_is_made_with_its_own_route(whole: Product) -> None:
    routes = {"safer": Route(roles=frozenset({"safer_custody"}), place=True)}

    channels = channels_of(
        _with(
            whole,
            routes,
            notify_webhook="https://alerts.oakmoor.test/hook",
            notify_secret=SECRET,
            notify_apprise="pager=json://127.0.0.1/pager",
            **MAIL,
        )
    )

    assert [(type(one), one.name) for one in channels] == [
        (Webhook, "webhook"),
        (Mail, "night"),
        (Mail, "safer"),
        (AppriseAddress, "pager"),
    ]
    assert channels[2].route == routes["safer"]
    assert channels[1].route == Route()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"notify_mail_to": "night=n@oakmoor.test"}, "SIGNPOST_NOTIFY_MAIL_FROM"),
        ({"notify_smtp_host": "mail.oakmoor.test"}, "SIGNPOST_NOTIFY_MAIL_TO"),
        ({**MAIL, "notify_smtp_user": "someone"}, "SIGNPOST_NOTIFY_SMTP_PASSWORD"),
        ({**MAIL, "notify_smtp_password": "hunter2"}, "SIGNPOST_NOTIFY_SMTP_USER"),
        ({**MAIL, "notify_smtp_security": "none"}, "SIGNPOST_NOTIFY_SMTP_SECURITY"),
        ({**MAIL, "notify_smtp_port": "0"}, "SIGNPOST_NOTIFY_SMTP_PORT"),
        ({**MAIL, "notify_mail_to": "night@oakmoor.test"}, "SIGNPOST_NOTIFY_MAIL_TO: entry 1"),
        ({**MAIL, "notify_mail_to": "night=nobody"}, "SIGNPOST_NOTIFY_MAIL_TO: holds"),
        ({**MAIL, "notify_mail_to": "a=x@y.test a=z@y.test"}, "is taken"),
        ({**MAIL, "notify_mail_from": "a@b.test\nBcc: c@d.test"}, "SIGNPOST_NOTIFY_MAIL_FROM"),
        ({"notify_apprise": "Pager=json://hunter2@host"}, "SIGNPOST_NOTIFY_APPRISE: entry 1"),
        ({"notify_apprise": "webhook=json://hunter2@host"}, "is taken"),
        ({"notify_webhook": "ftp://host/hunter2", "notify_secret": SECRET}, "SIGNPOST_NOTIFY_WEBHOOK"),
        ({"notify_webhook": "https://host/hunter2"}, "SIGNPOST_NOTIFY_SECRET"),
        ({"notify_desk_url": "desk"}, "SIGNPOST_NOTIFY_DESK_URL"),
        ({"notify_seconds": "0"}, "SIGNPOST_NOTIFY_SECONDS"),
    ],
)
def test_half_a_channel_is_refused_in_one_sentence_without_its_secret(
    settings: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadSettings, match=says) as refused:
        load_settings(**settings)

    assert "\n" not in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"notify_desk_url": ""}, "SIGNPOST_NOTIFY_DESK_URL"),
        ({"notify_webhook": "http://alerts.oakmoor.test/"}, "https"),
        ({"notify_desk_url": "http://desk.oakmoor.test"}, "https"),
    ],
)
def test_production_wants_safe_addresses_and_links(more: dict[str, Any], says: str) -> None:
    good = {
        "mode": "production",
        **dict(zip(("secret_key", "rasa_token", "seal_keys", "log_key"), STRONG, strict=True)),
        "hosts": "desk.oakmoor.test",
        "secure_cookies": True,
        "notify_webhook": "https://alerts.oakmoor.test/",
        "notify_secret": SECRET,
        "notify_desk_url": "https://desk.oakmoor.test",
    }
    assert load_settings(**good)

    with pytest.raises(BadSettings, match=says):
        load_settings(**good | more)


@pytest.mark.parametrize("address", ["carrierpigeon://hunter2", "json://", "no address hunter2"])
def test_an_address_that_apprise_does_not_know_is_refused_by_its_name_alone(
    whole: Product, address: str
) -> None:
    product = _with(whole)
    settings = product.settings.model_copy(update={"notify_apprise": f"pager={address.replace(' ', '_')}"})

    with pytest.raises(BadSettings, match="'pager'") as refused:
        channels_of(replace(product, settings=settings))

    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("routes", "says"),
    [
        ({"nigth": Route()}, "'nigth', a channel that no setting names"),
        ({"webhook": Route(place=True)}, "by e-mail only"),
        ({"night": Route(requests=True)}, "webhook only"),
    ],
)
def test_a_route_that_cannot_be_kept_is_refused(whole: Product, routes: dict[str, Route], says: str) -> None:
    product = _with(whole, routes, notify_webhook="https://a.test/", notify_secret=SECRET, **MAIL)

    with pytest.raises(BadSettings, match=says):
        channels_of(product)


def test_a_name_that_two_channels_share_is_refused(whole: Product) -> None:
    with pytest.raises(BadSettings, match="'night' is taken"):
        channels_of(_with(whole, notify_apprise="night=json://127.0.0.1/", **MAIL))


def test_an_authority_that_cannot_be_read_is_refused(whole: Product, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")

    for path in ("nowhere.pem", str(tmp_path / "ca.pem")):
        with pytest.raises(BadSettings, match="SIGNPOST_NOTIFY_SMTP_CA"):
            channels_of(_with(whole, notify_smtp_ca=path, **MAIL))


NOTICES = """
notices:
  night: {levels: [emergency, urgent], roles: [orderly], place: true}
  webhook: {requests: true}
  governor: {levels: [], reports: true}
"""


def _prison(tmp_path: Path, notices: str) -> dict[str, Route]:
    content = tmp_path / "content"
    (content / "prisons").mkdir(parents=True)
    for name in ("taxonomy.yml", "languages.yml"):
        (content / name).symlink_to(ROOT / "content" / name)
    text = (ROOT / "content/prisons/oakmoor.yml").read_text("utf-8")
    (content / "prisons/oakmoor.yml").write_text(text + notices)
    return dict(load_prison(content, "oakmoor").notices)


def test_the_prisons_file_says_which_alerts_go_where(tmp_path: Path) -> None:
    routes = _prison(tmp_path, NOTICES)

    night = routes["night"]
    assert night.wants_alert("emergency", "orderly")
    assert not night.wants_alert("concern", "orderly")
    assert not night.wants_alert("emergency", "wing")
    assert night.place
    assert routes["webhook"] == Route(requests=True)
    assert routes["governor"].reports
    assert not routes["governor"].wants_alert("emergency", "manager")
    assert not night.reports


@pytest.mark.parametrize(
    "line",
    [
        "night: {levels: [grave]}",
        "night: {levels: []}",
        "night: {roles: [admin]}",
        "night: {roles: []}",
        "night: {place: often}",
        "night: {reports: monthly}",
        "night: {levels: [], reports: false}",
        "night: {address: x}",
        "Night: {}",
        "night: all",
    ],
)
def test_a_route_with_a_slip_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadContent, match=r"oakmoor\.yml"):
        _prison(tmp_path, f"\nnotices:\n  {line}\n")


def test_any_further_channel_gets_words_through_apprise(whole: Product, outgoing: Outgoing) -> None:
    manner = Manner()
    with web_server(manner) as address:
        product = _with(whole, notify_apprise=f"pager={address.replace('http', 'json')}")
        (pager,) = channels_of(product)

        pager.deliver(outgoing, NOW)
        pager.deliver(outgoing, NOW)

    said = json.loads(manner.got[0][1])
    assert said["title"].endswith(": Emergency")
    assert "/alerts/a1b2" in said["message"]
    # The library would sleep five seconds between two.
    assert manner.at[1] - manner.at[0] < 2


def test_a_service_that_says_no_is_a_failure_and_nothing_of_it_reaches_the_log(
    whole: Product, outgoing: Outgoing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with web_server(Manner(status=500)) as address:
        secret = address.replace("http://", "json://user:hunter2@")
        (pager,) = channels_of(_with(whole, notify_apprise=f"pager={secret}"))

        with pytest.raises(NotDelivered) as failed:
            pager.deliver(outgoing, NOW)

    assert failed.value.why is Why.NOT_TAKEN
    assert "hunter2" not in caplog.text + repr(pager) + repr(load_settings(notify_apprise=f"pager={secret}"))


def test_a_trial_says_of_each_channel_what_happened(whole: Product, certificate: Path) -> None:
    postbox, manner = Postbox(), Manner(status=503)
    with mail_server(postbox, certificate) as port, web_server(manner) as address:
        product = _with(
            whole,
            notify_webhook=address,
            notify_secret=SECRET,
            notify_mail_to="night=night@oakmoor.test",
            notify_mail_from="signpost@oakmoor.test",
            notify_smtp_host="127.0.0.1",
            notify_smtp_port=port,
            notify_smtp_user=USER,
            notify_smtp_password=PASSWORD,
            notify_smtp_ca=str(certificate),
        )

        trials = list(try_channels(product))

    assert [(one.channel, one.delivered) for one in trials] == [("webhook", False), ("night", True)]
    assert "not now" in trials[0].words
    assert "503" in trials[0].words
    assert json.loads(manner.got[0][1])["topic"] == "test"
    assert "a test" in postbox.messages[0]["Subject"]
    assert "Nobody is in danger" in str(postbox.messages[0].get_payload())
