"""Reads one service from plain data, from a file or from a form, and refuses what does not belong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.directory.model import ICONS, Reach, Service, Way, Who
from bot.directory.spans import read_hours
from bot.fields import Fields, Refusing
from bot.people.model import PeerRole, StaffRole

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
    topics = fields.texts_among("topics", known.topics, "topic")
    if not topics:
        raise fields.refuse("topics", "needs one at least")
    reviewed, review_by = read_review(fields)
    return Service(
        id=service_id,
        title=fields.text("title", 60),
        icon=_icon(fields, known),
        topics=topics,
        place=fields.text_or_none("place"),
        hours=read_hours(fields),
        reach=_ways(fields, known),
        who=_who(fields.inside("who"), known),
        languages=_languages(fields, known),
        note=fields.text_or_none("note", 300),
        owner=fields.text("owner", 60),
        reviewed=reviewed,
        review_by=review_by,
    )


def read_review(fields: Fields) -> tuple[date, date]:
    """When it was checked, and by when it should be checked again. That may be past: it is listed then."""
    reviewed, review_by = fields.need("reviewed", date), fields.need("review_by", date)
    if review_by <= reviewed:
        raise fields.refuse("review_by", "is not after the day on which it was reviewed")
    return reviewed, review_by


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
    return tuple(_way(fields, at, item, known) for at, item in enumerate(items))


def _way(fields: Fields, at: int, item: object, known: Known) -> Reach:
    if not isinstance(item, dict):
        raise fields.refuse(f"reach.{at}", "should be keys and values, the first of them `way`")
    one = Fields(item, fields.place, f"{fields.prefix}reach.{at}.")
    named = one.text("way")
    if named not in set(Way):
        raise one.refuse("way", f"{named!r} is no way that is known: {', '.join(Way)}")
    way = Way(named)
    one.only("way", "say", *_NEEDS[way], *(("ask",) if way is Way.TABLET else ()))
    for key in _NEEDS[way]:
        one.need(key, str)
    reach = Reach(
        way=way,
        name=one.text_or_none("name", 60),
        number=one.text_or_none("number", 20),
        say=one.text_or_none("say"),
        ask=one.text_or_none("ask"),
    )
    _check_way(one, reach, known)
    return reach


def _check_way(one: Fields, reach: Reach, known: Known) -> None:
    if reach.way is Way.EXTENSION and not _EXTENSION.fullmatch(reach.number):
        raise one.refuse("number", f"{reach.number!r} is no extension: three to six digits")
    if reach.way is Way.FREE_NUMBER and not _NUMBER.fullmatch(reach.number):
        raise one.refuse("number", f"{reach.number!r} is no telephone number")
    if reach.ask and reach.ask not in {STAFF, SOMEONE, *known.peer_roles}:
        raise one.refuse("ask", f"{reach.ask!r} can not be asked for here")


def _who(who: Fields, known: Known) -> Who:
    who.only("peer_roles", "staff_roles", "team")
    peers = who.members("peer_roles", PeerRole, "peer role") if "peer_roles" in who.data else ()
    for at, peer in enumerate(peers):
        if peer not in known.peer_roles:
            raise who.refuse(f"peer_roles.{at}", f"{peer.value!r} is not on offer in this prison")
    staff = who.members("staff_roles", StaffRole, "staff role") if "staff_roles" in who.data else ()
    for at, role in enumerate(staff):
        if role not in _ANSWER:
            raise who.refuse(f"staff_roles.{at}", f"{role.value!r} does not answer people in prison")
    team = who.text_or_none("team", 60)
    if not (peers or staff or team):
        raise who.refuse("team", "somebody must answer: peer_roles, staff_roles or a team")
    return Who(peers, staff, team)
