"""Reads a prison's file whole, or refuses it with file and line."""

from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.content import Located, read_yaml
from bot.directory.model import MIDNIGHT, Hours, PartOfUk, Service, Spans
from bot.directory.reading import Known, read_service
from bot.directory.spans import read_hours, read_spans
from bot.fields import Fields, Under, read_review
from bot.help_rules_file import read_rules
from bot.notices.routes import read_routes
from bot.people.model import PeerRole, StaffRole
from bot.prison import CHECKS, OPEN, Prison, TimeOfDay
from bot.queue.model import Kind, Urgency
from bot.queue.rules import PLAIN_RULES
from bot.retention import PLAIN
from bot.retention_file import read_retention
from bot.review_rules_file import read_reviews
from bot.safety.model import Level
from bot.safety.reviewing import PLAIN_REVIEWS
from bot.taxonomy import load_taxonomy

_Made = TypeVar("_Made")

_RAISED = (Urgency.RAISED, Urgency.URGENT, Urgency.EMERGENCY)
_KEYS = (
    *("id", "name", "kind", "owner", "reviewed", "review_by", "timezone", "bank_holidays", "wings", "day"),
    *("deadlines", "alerts", "chain", "peer_roles", "could_not_reasons", "languages", "local", "services"),
    *("checks", "notices", "peer_hours", "supporters", "retention", "reviews"),
)


def load_prison(content_dir: Path, prison_id: str) -> Prison:
    """Raises BadContent with file and line: a prison half understood is worse than none."""
    file = read_yaml(content_dir / "prisons" / f"{prison_id}.yml")
    prison = _prison(file, frozenset(load_taxonomy(content_dir).topics), load_language_names(content_dir))
    if prison.id != prison_id:
        raise file.refuse("id", "is not the file's name")
    return prison


def load_language_names(content_dir: Path) -> dict[str, str]:
    """Each language that a service's people may speak, in its own words."""
    file = read_yaml(content_dir / "languages.yml")
    return {code: Fields(file.data, file).text(code) for code in file.data}


def known_in(prison: Prison, topics: frozenset[str]) -> Known:
    """What a service of this prison may name: for reading one that staff have changed."""
    return Known(topics, frozenset(prison.language_names), frozenset(prison.peer_roles))


def _prison(file: Located, topics: frozenset[str], names: dict[str, str]) -> Prison:
    fields = Fields(file.data, file)
    fields.only(*_KEYS)
    peer_roles = fields.members("peer_roles", PeerRole, "peer role")
    reviewed, review_by = read_review(fields)
    known = Known(topics, frozenset(names), frozenset(peer_roles))
    chain = _some(fields, "chain", fields.members("chain", StaffRole, "staff role"))
    return Prison(
        id=fields.text("id"),
        name=fields.text("name"),
        kind=fields.text("kind"),
        owner=fields.text("owner"),
        reviewed=reviewed,
        review_by=review_by,
        zone=_zone(fields),
        bank_holidays=_part_of_uk(fields),
        wings=_wings(fields.inside("wings")),
        day=_day(fields.inside("day")),
        waits=_waits(fields.inside("deadlines")),
        urgent_waits={each: _minutes(fields.inside("deadlines"), each.name.lower()) for each in _RAISED},
        alerts=_alerts(fields.inside("alerts")),
        checks=_checks(fields.inside("checks")) if "checks" in fields.data else dict(CHECKS),
        chain=chain,
        peer_roles=peer_roles,
        could_not_reasons=_some(fields, "could_not_reasons", fields.texts("could_not_reasons")),
        languages=_some(fields, "languages", fields.texts_among("languages", names, "language")),
        language_names=names,
        local=_local(fields, topics),
        services=_services(fields, known),
        notices=read_routes(fields.inside("notices"), chain) if fields.has("notices") else {},
        peer_hours=_peer_hours(fields.inside("peer_hours"), peer_roles)
        if "peer_hours" in fields.data
        else {},
        help=read_rules(fields.inside("supporters")) if "supporters" in fields.data else PLAIN_RULES,
        retention=read_retention(fields.inside("retention")) if "retention" in fields.data else PLAIN,
        reviews=read_reviews(fields.inside("reviews")) if "reviews" in fields.data else PLAIN_REVIEWS,
    )


def _zone(fields: Fields) -> ZoneInfo:
    name = fields.text("timezone")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise fields.refuse("timezone", f"{name!r} is no time zone") from error


def _part_of_uk(fields: Fields) -> PartOfUk:
    name = fields.text("bank_holidays")
    if name not in set(PartOfUk):
        raise fields.refuse("bank_holidays", f"{name!r} is no part of the UK: {', '.join(PartOfUk)}")
    return PartOfUk(name)


def _wings(wings: Fields) -> dict[str, tuple[str, ...]]:
    return {wing: _some(wings, wing, wings.texts(wing)) for wing in wings.data}


def _day(day: Fields) -> dict[str, dict[TimeOfDay, Spans]]:
    day.only("weekday", "weekend")
    return {name: _plan(day.inside(name)) for name in ("weekday", "weekend")}


def _plan(plan: Fields) -> dict[TimeOfDay, Spans]:
    plan.only(*OPEN)
    found = {part: read_spans(plan, part) for part in OPEN}
    for part, spans in found.items():
        if spans and spans[-1][1] == MIDNIGHT:
            raise plan.refuse(
                f"{part}.{len(spans) - 1}", "the part before midnight is night: end it before 24:00"
            )
    for at, (start, end) in enumerate(found[TimeOfDay.EVENING]):
        if any(start < until and begin < end for begin, until in found[TimeOfDay.UNLOCKED]):
            raise plan.refuse(f"{TimeOfDay.EVENING}.{at}", "overlaps the hours that are unlocked")
    return found


def _waits(waits: Fields) -> dict[Kind, dict[TimeOfDay, timedelta]]:
    waits.only(*Kind, *(urgency.name.lower() for urgency in _RAISED))
    found = {}
    for kind in Kind:
        parts = waits.inside(kind)
        parts.only(*TimeOfDay)
        found[kind] = {part: _minutes(parts, part) for part in TimeOfDay}
    return found


def _alerts(alerts: Fields) -> dict[Level, timedelta]:
    levels = [level for level in Level if level is not Level.NONE]
    alerts.only(*(level.value for level in levels))
    return {level: timedelta(seconds=_positive(alerts, level.value)) for level in levels}


def _checks(checks: Fields) -> dict[Level, timedelta]:
    """In minutes; a level that is left out has its time from the product."""
    levels = {level.value: level for level in CHECKS}
    checks.only(*levels)
    return {**CHECKS, **{levels[name]: _minutes(checks, name) for name in checks.data}}


def _minutes(fields: Fields, key: str) -> timedelta:
    return timedelta(minutes=_positive(fields, key))


def _positive(fields: Fields, key: str) -> int:
    """Without this a deadline of nothing would be missed at every tick."""
    number: int = fields.need(key, int)
    if not 0 < number <= 100_000:
        raise fields.refuse(key, "a deadline must be longer than nothing, and no more than 100,000")
    return number


def _some(fields: Fields, key: str, found: tuple[_Made, ...]) -> tuple[_Made, ...]:
    if not found:
        raise fields.refuse(key, "needs one at least")
    return found


def _peer_hours(peer_hours: Fields, peer_roles: tuple[PeerRole, ...]) -> dict[PeerRole, Hours]:
    """When a role may be asked for, with the keys of a service's times."""
    found = {}
    for name in peer_hours.data:
        if name not in peer_roles:
            raise peer_hours.refuse(str(name), "is no peer role that is on offer in this prison")
        role = peer_hours.inside(name)
        role.only("hours", "bank_holidays")
        hours = read_hours(role)
        if hours is None:
            raise role.refuse("hours", "is missing")
        found[PeerRole(name)] = hours
    return found


def _local(fields: Fields, topics: frozenset[str]) -> dict[str, str]:
    """One sentence or two on how a thing is done here; a topic that is not there is not known."""
    local = fields.inside("local")
    for topic in local.data:
        if topic not in topics:
            raise local.refuse(str(topic), "is no topic that is known here")
    return {topic: local.text(topic) for topic in local.data}


def _services(fields: Fields, known: Known) -> dict[str, Service]:
    services = fields.inside("services")
    found = {}
    for service_id in services.data:
        place = Under(fields.place, f"services.{service_id}")
        found[service_id] = read_service(str(service_id), services.need(service_id, dict), place, known)
    return found
