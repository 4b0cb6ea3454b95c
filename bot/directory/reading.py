"""Reads one service from plain data, from a file or from a form, and refuses what does not belong."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from bot.directory.model import ICONS, Local, Reach, Service, Way, Who
from bot.directory.spans import read_hours
from bot.fields import Fields, Refusing, read_review
from bot.people.model import PeerRole, StaffRole

_E = TypeVar("_E", bound=StrEnum)

KEYS = (
    "title",
    "icon",
    "topics",
    "place",
    "hours",
    "bank_holidays",
    "reach",
    "who",
    "languages",
    "note",
    "owner",
    "reviewed",
    "review_by",
)
# Whom a tablet can be asked for beside peer roles.
STAFF = "staff"
SOMEONE = "someone"

_ID = re.compile(r"[a-z][a-z0-9_]{1,40}")
_EXTENSION = re.compile(r"\d{3,6}")
_NUMBER = re.compile(r"\d[\d ]{2,14}")
# What each way needs, beside its own name, and what it may have.
_NEEDS = {
    Way.APP: ("name",),
    Way.EXTENSION: ("number",),
    Way.FREE_NUMBER: ("number",),
    Way.OFFICER: (),
    Way.TABLET: ("say",),
    Way.LETTER_BOX: ("say",),
}
# Staff who have a name on the pages; the others sign in at the desk and answer nobody.
_ANSWER = frozenset({StaffRole.WING, StaffRole.ORDERLY, StaffRole.SAFER_CUSTODY, StaffRole.MANAGER})


@dataclass(frozen=True)
class Known:
    """What a service may name: `languages` are named in content, `peer_roles` are on offer in the prison."""

    topics: frozenset[str]
    languages: frozenset[str]
    peer_roles: frozenset[PeerRole]


def read_service(service_id: str, data: Mapping[str, Any], place: Refusing, known: Known) -> Service:
    """Raises what `place.refuse` makes, for a key such as "reach.1.number"; an id that is none is at ""."""
    fields = Fields(data, place)
    if not _ID.fullmatch(service_id):
        raise fields.refuse("", f"{service_id!r} is no id: small letters, digits and _")
    fields.only(*KEYS)
    reviewed, review_by = read_review(fields)
    return Service(
        id=service_id,
        title=fields.part(lambda: fields.text("title", 60), ""),
        icon=fields.part(lambda: _icon(fields, known), ""),
        topics=fields.part(lambda: _topics(fields, known), ()),
        place=fields.part(lambda: fields.text_or_none("place"), ""),
        hours=fields.part(lambda: read_hours(fields), None),
        reach=fields.part(lambda: _ways(fields, known), ()),
        who=fields.part(lambda: _who(fields.inside("who"), known), Who()),
        languages=fields.part(lambda: _languages(fields, known), ()),
        note=fields.part(lambda: fields.text_or_none("note", 300), ""),
        owner=fields.part(lambda: fields.text("owner", 60), ""),
        reviewed=reviewed,
        review_by=review_by,
    )


def read_local(topic: str, data: Mapping[str, Any], place: Refusing, topics: Collection[str]) -> Local:
    """Raises as `read_service` does. In the prison's file the text stands under the topic itself."""
    fields = Fields(data, place)
    if topic not in topics:
        raise fields.refuse("", f"{topic!r} is no topic that is known here")
    fields.only("text")
    return Local(topic, fields.part(lambda: fields.text("text"), ""))


def _topics(fields: Fields, known: Known) -> tuple[str, ...]:
    if not fields.need("topics", list):
        raise fields.refuse("topics", "needs one at least")
    return fields.texts_among("topics", known.topics, "topic")


def _icon(fields: Fields, known: Known) -> str:
    icon = fields.text("icon")
    if icon not in known.topics and icon not in ICONS:
        others = ", ".join(sorted(ICONS))
        raise fields.refuse("icon", f"{icon!r} is no picture that we have: a topic's, or {others}")
    return icon


def _languages(fields: Fields, known: Known) -> tuple[str, ...]:
    if "languages" not in fields.data:
        return ()
    return fields.texts_among("languages", known.languages, "language")


def _ways(fields: Fields, known: Known) -> tuple[Reach, ...]:
    items = fields.need("reach", list)
    if not items:
        raise fields.refuse("reach", "needs one way at least")
    return fields.each("reach", partial(_way, fields, known))


def _way(fields: Fields, known: Known, key: str, item: object) -> Reach:
    if not isinstance(item, dict):
        raise fields.refuse(key, "should be keys and values, the first of them `way`")
    one = Fields(item, fields.place, f"{fields.prefix}{key}.")
    way = one.part(lambda: _kind(one), None)
    reach = Reach(
        way=way or Way.OFFICER,
        name=one.part(lambda: one.text_or_none("name", 60), ""),
        number=one.part(lambda: one.text_or_none("number", 20), ""),
        say=one.part(lambda: one.text_or_none("say"), ""),
        ask=one.part(lambda: one.text_or_none("ask"), ""),
    )
    if way is not None:
        _check_keys(one, way)
    if reach.way is Way.EXTENSION and reach.number and not _EXTENSION.fullmatch(reach.number):
        one.complain("number", f"{reach.number!r} is no extension: three to six digits")
    if reach.way is Way.FREE_NUMBER and reach.number and not _NUMBER.fullmatch(reach.number):
        one.complain("number", f"{reach.number!r} is no telephone number")
    if reach.ask and reach.ask not in {STAFF, SOMEONE, *known.peer_roles}:
        one.complain("ask", f"{reach.ask!r} can not be asked for here")
    return reach


def _kind(one: Fields) -> Way:
    named = one.text("way")
    if named not in set(Way):
        raise one.refuse("way", f"{named!r} is no way that is known: {', '.join(Way)}")
    return Way(named)


def _check_keys(one: Fields, way: Way) -> None:
    """What this way needs must be there, and what belongs to another must not."""
    allowed = {"way", "say", *_NEEDS[way], *(("ask",) if way is Way.TABLET else ())}
    for key in one.data:
        if key not in allowed:
            one.complain(str(key), f"does not belong to a way of this kind ({way.value.replace('_', ' ')})")
    for key in _NEEDS[way]:
        if key not in one.data:
            one.complain(key, "is missing")


def _who(who: Fields, known: Known) -> Who:
    who.only("peer_roles", "staff_roles", "team")
    peers = who.part(lambda: _members(who, "peer_roles", PeerRole, "peer role"), ())
    for at, peer in enumerate(peers):
        if peer not in known.peer_roles:
            who.complain(f"peer_roles.{at}", f"{peer.value!r} is not on offer in this prison")
    staff = who.part(lambda: _members(who, "staff_roles", StaffRole, "staff role"), ())
    for at, role in enumerate(staff):
        if role not in _ANSWER:
            who.complain(f"staff_roles.{at}", f"{role.value!r} does not answer people in prison")
    team = who.part(lambda: who.text_or_none("team", 60), "")
    if not any(who.data.values()):
        who.complain("team", "somebody must answer: peer supporters, staff or a team")
    return Who(peers, staff, team)


def _members(who: Fields, key: str, kind: type[_E], what: str) -> tuple[_E, ...]:
    return who.members(key, kind, what) if key in who.data else ()
