"""Which peer supporters may be asked for here and now, and in words what there is where one is lacking."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.content import Texts
from bot.directory.model import DAYS, Service
from bot.directory.reading import STAFF
from bot.people.model import PeerRole
from bot.prison import Prison

# What an answer calls a helper whom it tells a person to ask for. Answers are in English.
_CALLED: Mapping[PeerRole, re.Pattern[str]] = {
    role: re.compile(rf"\b(?:{words})\b")
    for role, words in {
        PeerRole.LISTENER: r"Listeners?",
        PeerRole.INSIDER: r"Insiders?",
        PeerRole.PID: r"PID workers?|[Ii]nformation desk workers?",
        PeerRole.READING_MENTOR: r"[Rr]eading mentors?|Shannon Trust mentors?",
        PeerRole.BUDDY: r"[Bb]udd(?:y|ies)",
        PeerRole.VIOLENCE_REDUCTION_REP: r"[Vv]iolence reduction reps?",
        PeerRole.RECOVERY_CHAMPION: r"[Rr]ecovery champions?",
        PeerRole.HEALTH_CHAMPION: r"[Hh]ealth champions?",
        PeerRole.EQUALITY_REP: r"[Ee]quality reps?",
        PeerRole.VETERANS_REP: r"[Vv]eterans reps?",
    }.items()
}
FAITH = "faith"


def offered(prison: Prison, now: datetime) -> tuple[PeerRole, ...]:
    """The roles that may be asked for at this moment, in the order of the file."""
    return tuple(role for role in prison.peer_roles if prison.offers(role, now))


def peers(prison: Prison, now: datetime) -> tuple[PeerRole, ...]:
    """The same without Listeners, who are offered apart, with a promise of their own."""
    return tuple(role for role in offered(prison, now) if role is not PeerRole.LISTENER)


def askable(prison: Prison, people: Iterable[str], now: datetime) -> tuple[str, ...]:
    """Of those whom an answer names (peer roles, or staff), who may be asked for at this moment."""
    here = {*offered(prison, now), STAFF}
    return tuple(who for who in people if who in here)


def has_listeners(prison: Prison, now: datetime) -> bool:
    return prison.offers(PeerRole.LISTENER, now)


def chaplaincy(prison: Prison) -> Service | None:
    """The service whose own topic is faith, if the prison has one."""
    return next((each for each in prison.services_for(FAITH) if each.topics[0] == FAITH), None)


def who_else(prison: Prison, now: datetime) -> str:
    """The id of the sentence that names whom a person may talk to after danger, beside Samaritans."""
    if has_listeners(prison, now):
        return "danger_listener"
    return "danger_chaplain" if chaplaincy(prison) else "danger_someone"


def about_someone(prison: Prison, now: datetime) -> str:
    """The id of the sentence that says who "someone to talk to" can be here and now."""
    if has_listeners(prison, now):
        return "page_about_someone"
    return "page_about_someone_peer" if prison.offers(PeerRole.INSIDER, now) else "page_about_staff"


def not_offered(
    texts: Texts, prison: Prison, roles: Iterable[PeerRole], language: str, now: datetime
) -> tuple[str, ...]:
    """A sentence on those of the roles that the prison lacks, and one on those it lacks at this hour."""
    missing = [role for role in roles if not prison.offers(role, now)]
    never = [role for role in missing if role not in prison.peer_roles]
    later = [role for role in missing if role in prison.peer_roles]
    lines = [(key, found) for key, found in (("peer_not_here", never), ("peer_not_now", later)) if found]
    said = [texts.say(key, language, who=_names(texts, found, language)) for key, found in lines]
    if len(later) == 1:
        said.append(_from_when(texts, prison, later[0], language, now))
    return tuple(line for line in said if line)


def not_offered_in(texts: Texts, prison: Prison, text: str, language: str, now: datetime) -> str:
    """The same for the helpers whom a text names; empty where all of them may be asked for."""
    named = [role for role, called in _CALLED.items() if called.search(text)]
    return " ".join(instead(texts, prison, named, language, now))


def instead(
    texts: Texts, prison: Prison, roles: Iterable[PeerRole], language: str, now: datetime
) -> tuple[str, ...]:
    """Which of the roles are not offered, and where a Listener is among them, who else listens."""
    missing = [role for role in roles if not prison.offers(role, now)]
    said = not_offered(texts, prison, missing, language, now)
    if PeerRole.LISTENER not in missing:
        return said
    keys = ["danger_samaritans", *(["peer_chaplain"] if chaplaincy(prison) else []), "peer_staff"]
    return (*said, *(texts.say(key, language) for key in keys))


def _names(texts: Texts, roles: Iterable[PeerRole], language: str) -> str:
    return "; ".join(texts.say(f"role_{role.value}", language) for role in roles)


def _from_when(texts: Texts, prison: Prison, role: PeerRole, language: str, now: datetime) -> str:
    """When it may be asked for next, where that is within a week."""
    opens = prison.offers_from(role, now)
    if opens is None:
        return ""
    today, clock = prison.calendar.today(now), f"{opens.hour}:{opens.minute:02}"
    if opens.date() == today:
        return texts.say("peer_from_today", language, time=clock)
    if opens.date() - today >= timedelta(days=7):
        return ""
    day = texts.say(f"day_{DAYS[opens.weekday()]}", language)
    return texts.say("peer_from_day", language, day=day, time=clock)
