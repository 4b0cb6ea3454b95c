"""The one gate to the outside: our processes talk to loopback and to the hosts of their settings only.

It stands below every library, as an audit hook of Python's own sockets, so that a client which nobody
thought of, a redirect to another host or a proxy in the environment is refused as well. Only the database
driver, which is not Python, opens its connection beside it: its address is a setting.
"""

import ipaddress
import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from bot.notices.addresses import BadAddress, named
from bot.settings import Settings

_LOOKS_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
_CONNECTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


class OutgoingRefused(socket.gaierror):
    """A host that no setting names. To every library it is a name that leads nowhere."""


def listed(settings: Settings) -> frozenset[str]:
    """Every host that the settings name, in small letters."""
    issuers = (settings.oidc_issuer, settings.people_oidc_issuer)
    addresses = (settings.notify_webhook, *issuers, *_apprise(settings))
    hosts = (settings.notify_smtp_host, settings.host, *settings.outgoing_hosts.split(","))
    found = {_host(address) for address in addresses} | {host.strip().lower() for host in hosts}
    # The database's driver looks its host up by itself, and some of its parts do so in Python.
    return frozenset(found | {_host(settings.database_url)}) - {"", "0.0.0.0", "::"}  # noqa: S104 - not bound


class Gate:
    """Says of each look-up and each connection whether it may be. Remembers to what the listed names led."""

    def __init__(self, hosts: Iterable[str], look_up: Callable[[str], Iterable[str]] | None = None) -> None:
        self._hosts = frozenset(hosts)
        self._look_up = look_up or _addresses
        self._known: set[str] = set()

    def check_name(self, host: object) -> None:
        """Raises OutgoingRefused."""
        name = _text(host)
        if name in ("", "localhost") or name in self._hosts:
            return
        self.check_address(name)

    def check_address(self, host: object) -> None:
        """Raises OutgoingRefused, also for a name: connecting by name is looking it up."""
        name = _text(host)
        try:
            address = ipaddress.ip_address(name.partition("%")[0])
        except ValueError:
            if name in self._hosts or name in ("", "localhost"):
                return
            raise OutgoingRefused("this host is not listed in the settings") from None
        if address.is_loopback or str(address) in self._hosts or str(address) in self._known:
            return
        # A name may lead elsewhere than a moment ago.
        for listed_name in self._hosts:
            with suppress(OSError):
                self._known.update(self._look_up(listed_name))
        if str(address) not in self._known:
            raise OutgoingRefused("this address is not listed in the settings")

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event in _LOOKS_UP:
            self.check_name(args[0])
        elif event in _CONNECTS:
            where = args[1]
            # A socket of this machine has a path; without an address it goes where it was connected to.
            if isinstance(where, tuple) and where and args[0].family in (socket.AF_INET, socket.AF_INET6):
                self.check_address(where[0])


def close_all_but(settings: Settings) -> Settings:
    """From now on this process calls nobody who is not listed. There is no way back: so Python made it."""
    # Its sockets are not Python's, and would go past the gate: servers take Python's own loop without it.
    sys.modules["uvloop"] = None  # type: ignore[assignment]
    sys.addaudithook(Gate(listed(settings)))
    return settings


def _apprise(settings: Settings) -> list[str]:
    try:
        return list(named(settings.notify_apprise).values())
    except BadAddress:
        return []


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _text(host: object) -> str:
    if isinstance(host, bytes | bytearray):
        return bytes(host).decode("ascii", "replace").lower()
    return str(host or "").lower()


def _addresses(name: str) -> list[str]:
    return [str(each[4][0]) for each in socket.getaddrinfo(name, None)]
