"""Every sentence of a prison's file that people in prison read, with the key under which it stands."""

from collections.abc import Iterator

from bot.directory.model import Service
from bot.prison import Prison


def people_read(prison: Prison) -> Iterator[tuple[str, str]]:
    """Keys are those of the file: "local.visits", "services.library.reach.0.say"."""
    for topic, text in prison.local.items():
        yield f"local.{topic}", text
    for key, text in services_read(prison):
        yield f"services.{key}", text
    for role, steps in prison.help.steps.items():
        for at, text in enumerate(steps):
            yield f"supporters.steps.{role}.{at}", text


def services_read(prison: Prison) -> Iterator[tuple[str, str]]:
    for service in prison.services.values():
        for key, text in sentences_of(service):
            yield f"{service.id}.{key}", text


def sentences_of(service: Service) -> Iterator[tuple[str, str]]:
    yield "title", service.title
    if service.place:
        yield "place", service.place
    for at, reach in enumerate(service.reach):
        if reach.name:
            yield f"reach.{at}.name", reach.name
        if reach.say:
            yield f"reach.{at}.say", reach.say
    if service.who.team:
        yield "who.team", service.who.team
    if service.note:
        yield "note", service.note
