"""The gate to the outside: a process reaches loopback and the hosts of its settings, and nobody else."""

import inspect
import re
import socket
import subprocess
import sys
import textwrap
from typing import Any

import pytest
from apprise.plugins import N_MGR

from bot.outgoing import Gate, OutgoingRefused, listed
from bot.settings import ROOT, load_settings

# In a process of its own: what Python is told once to watch cannot be taken away again.
_TRIES = """
    import asyncio, smtplib, socket, urllib.request
    import httpx, uvicorn
    from bot.outgoing import OutgoingRefused, close_all_but
    from bot.settings import load_settings

    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    close_all_but(load_settings(outgoing_hosts="listed.invalid"))
    socket.create_connection(("127.0.0.1", port)).close()

    def reached(call):
        try:
            call()
        except OutgoingRefused as error:
            return "refused"
        except httpx.ConnectError as error:
            return "refused" if "not listed" in f"{error} {root(error)}" else "tried"
        except Exception as error:
            return "refused" if "not listed" in str(error) else "tried"
        return "reached"

    def root(error):
        while error.__cause__ or error.__context__:
            error = error.__cause__ or error.__context__
        return error

    def send():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.sendto(b"x", ("203.0.113.9", 53))

    def in_the_servers_loop():
        with asyncio.Runner(loop_factory=uvicorn.Config("no:app").get_loop_factory()) as runner:
            runner.run(asyncio.wait_for(asyncio.open_connection("203.0.113.9", 80), 1))

    calls = {
        "the loop of our servers": in_the_servers_loop,
        "httpx by name": lambda: httpx.get("http://outside.invalid/"),
        "httpx by number": lambda: httpx.get("http://203.0.113.9/", timeout=1),
        "a proxy": lambda: httpx.get("http://listed.invalid/", proxy="http://203.0.113.9:3128", timeout=1),
        "urllib": lambda: urllib.request.urlopen("http://outside.invalid/", timeout=1),
        "mail": lambda: smtplib.SMTP("outside.invalid", 25, timeout=1),
        "a look-up": lambda: socket.getaddrinfo("secret-words.outside.invalid", 80),
        "six": lambda: socket.create_connection(("2001:db8::1", 80), timeout=1),
        "a datagram": send,
        "listed": lambda: httpx.get("https://listed.invalid/", timeout=1),
    }
    print({name: reached(call) for name, call in calls.items()})
"""


def test_a_process_reaches_nobody_who_is_not_listed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_TRIES)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr[-2_000:]
    found: dict[str, str] = eval(done.stdout.strip().splitlines()[-1])
    # The listed one does not exist; that nobody stood in its way is what counts.
    assert found.pop("listed") == "tried"
    assert set(found.values()) == {"refused"}, found


def test_a_name_that_is_listed_leads_where_it_leads_now() -> None:
    gate = Gate({"hook.example"}, look_up=lambda name: ["192.0.2.7"])

    gate.check_name("hook.example")
    gate.check_name(b"HOOK.example")
    gate.check_address("192.0.2.7")
    for other in (
        "192.0.2.8",
        "hook.example.evil.example",
        "169.254.169.254",
        "0.0.0.0",
        "::ffff:203.0.113.9",
    ):
        with pytest.raises(OutgoingRefused) as refused:
            gate.check_name(other)
        assert other not in str(refused.value)


@pytest.mark.parametrize("where", ["127.0.0.1", "127.9.9.9", "::1", "localhost", ""])
def test_this_machine_is_always_reached(where: str) -> None:
    Gate(frozenset()).check_name(where)


def test_a_socket_of_this_machine_is_no_call_outside(tmp_path: Any) -> None:
    gate = Gate(frozenset())
    with socket.socket(socket.AF_UNIX) as line:
        gate("socket.connect", (line, str(tmp_path / "x")))


def test_every_host_of_the_settings_is_listed() -> None:
    secret = "kP3vR8mZ1qT6wY9bN4cH7jL2xD5gF0sA"
    settings = load_settings(
        notify_webhook="https://hook.example/x",
        notify_secret=secret,
        notify_mail_to="night=a@b.example",
        notify_mail_from="s@b.example",
        notify_smtp_host="Mail.example",
        notify_apprise="chat=json://chat.example/x",
        database_url="postgresql://signpost@rows.example/signpost",
        oidc_issuer="https://staff.example/x",
        oidc_client_id="signpost",
        oidc_client_secret=secret,
        oidc_groups="g=wing",
        outgoing_hosts="one.example, two.example",
    )

    assert listed(settings) == {
        *(
            "hook.example",
            "mail.example",
            "chat.example",
            "rows.example",
            "staff.example",
            "one.example",
            "two.example",
        ),
        "127.0.0.1",
    }


def test_both_providers_of_the_settings_are_listed() -> None:
    given: dict[str, Any] = {"oidc_client_id": "a", "oidc_client_secret": "b", "oidc_groups": "officers=wing"}
    given |= {"people_oidc_client_id": "a", "people_oidc_client_secret": "b", "people_agency": "OKI"}

    settings = load_settings(
        oidc_issuer="https://work.test/realm", people_oidc_issuer="https://home.test:8443", **given
    )

    assert {"work.test", "home.test"} <= listed(settings)


def test_the_hosts_that_the_documents_name_for_apprise_are_those_that_it_calls() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)://` \| (.+) \|$", text, re.MULTILINE)

    assert len(rows) >= 9
    for scheme, told in rows:
        source = inspect.getsource(inspect.getmodule(N_MGR[scheme]))  # type: ignore[arg-type]
        for host in re.findall(r"`([a-z.]+)`", told):
            assert f"//{host}/" in source, (scheme, host)
        assert listed(load_settings(outgoing_hosts=f" {host.upper()} , other.test")) >= {host, "other.test"}


def test_a_channel_of_apprise_whose_host_is_in_no_setting_is_refused() -> None:
    settings = {
        "notify_apprise": "pager=pagerduty://integration@apikey",
        "notify_desk_url": "https://desk.test",
    }

    without = Gate(listed(load_settings(**settings)), look_up=lambda name: [])
    told = Gate(listed(load_settings(**settings, outgoing_hosts="events.pagerduty.com")))

    with pytest.raises(OutgoingRefused):
        without.check_name("events.pagerduty.com")
    told.check_name("events.pagerduty.com")
