"""Makes the channels that the settings name, each with its route, or refuses to start in one sentence."""

import ssl
from collections.abc import Mapping
from pathlib import Path

from bot.bootstrap import Product
from bot.notices.addresses import WEBHOOK, mailboxes, named
from bot.notices.apprise_address import AppriseAddress, UnknownScheme, service_for
from bot.notices.letter import Writer
from bot.notices.mail import Mail, Security, Server
from bot.notices.model import Channel
from bot.notices.routes import EVERYTHING, Route
from bot.notices.webhook import Webhook
from bot.settings import BadSettings, Mode, Settings


def channels_of(product: Product) -> tuple[Channel, ...]:
    """In the order in which the settings stand, as load_settings gave them. Raises BadSettings."""
    settings, routes = product.settings, product.prison.notices
    writer = Writer(product.desk_texts, product.prison.name, product.prison.zone, _desk_url(settings))
    mails, others = named(settings.notify_mail_to), named(settings.notify_apprise)
    names = ([WEBHOOK] if settings.notify_webhook else []) + [*mails, *others]
    _check_names(product.prison.id, names, routes)
    _check_switches(product.prison.id, routes, frozenset(mails))
    channels: list[Channel] = []
    if settings.notify_webhook:
        route = routes.get(WEBHOOK, EVERYTHING)
        secret, seconds = settings.notify_secret, settings.notify_seconds
        channels.append(Webhook(WEBHOOK, route, settings.notify_webhook, secret, writer, seconds))
    if mails:
        server = _server(settings)
        for name, to in mails.items():
            route = routes.get(name, EVERYTHING)
            channels.append(Mail(name, route, server, mailboxes(to), writer, settings.notify_seconds))
    for name, address in others.items():
        try:
            service = service_for(address, settings.notify_seconds)
        except UnknownScheme as error:
            raise BadSettings(
                f"SIGNPOST_NOTIFY_APPRISE: the address of {name!r} begins with a scheme that is not known, "
                "or cannot be read"
            ) from error
        channels.append(AppriseAddress(name, routes.get(name, EVERYTHING), service, writer))
    return tuple(channels)


def _check_names(prison_id: str, names: list[str], routes: Mapping[str, Route]) -> None:
    twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
    if twice is not None:
        raise BadSettings(f"SIGNPOST_NOTIFY_APPRISE: the name {twice!r} is taken by an e-mail channel")
    unknown = next((name for name in routes if name not in names), None)
    if unknown is not None:
        raise BadSettings(
            f"content/prisons/{prison_id}.yml: notices sends to {unknown!r}, a channel that no setting names"
        )


def _check_switches(prison_id: str, routes: Mapping[str, Route], mails: frozenset[str]) -> None:
    file = f"content/prisons/{prison_id}.yml: notices.{{}}"
    for name, route in routes.items():
        if route.place and name not in mails:
            raise BadSettings(f"{file.format(name)}: the place of an alert may go by e-mail only")
        if route.heads and name not in mails:
            raise BadSettings(f"{file.format(name)}: signed heads of the logs may go by e-mail only")
        if route.requests and name != WEBHOOK:
            raise BadSettings(f"{file.format(name)}: requests may go to the webhook only")


def _server(settings: Settings) -> Server:
    authority = Path(settings.notify_smtp_ca) if settings.notify_smtp_ca else None
    server = Server(
        settings.notify_smtp_host,
        settings.notify_smtp_port,
        Security(settings.notify_smtp_security),
        settings.notify_mail_from,
        settings.notify_smtp_user,
        settings.notify_smtp_password,
        authority,
    )
    try:
        server.context()
    except (OSError, ssl.SSLError) as error:
        raise BadSettings("SIGNPOST_NOTIFY_SMTP_CA: no certificates can be read from that file") from error
    return server


def _desk_url(settings: Settings) -> str:
    if settings.notify_desk_url:
        return settings.notify_desk_url.rstrip("/")
    return f"{settings.scheme}://{settings.host}:{settings.desk_port}" if settings.mode is Mode.DEMO else ""
