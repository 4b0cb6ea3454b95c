"""An answer, a service or a sentence as the plain mapping that a file holds, in the file's order of keys."""

from collections import Counter
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.answers import FOLLOW_UPS, Answer
from bot.directory.model import DAYS, Hours, Local, Reach, Service, Spans, Who
from bot.directory.spans import ALWAYS, CLOSED, write_end
from bot.editions.model import Body

Content = Answer | Service | Local

_DATES = ("reviewed", "review_by")
# So many of the five days must be alike before they are called weekdays.
_ALIKE = 3


def body_of(thing: Content) -> Body:
    """What reads back as the same. Dates are texts, so that a database can keep it."""
    match thing:
        case Answer():
            return _answer(thing)
        case Service():
            return _service(thing)
        case Local():
            return {"text": thing.text}


def with_dates(body: Body) -> dict[str, Any]:
    """The body with its dates as dates, as the readers want them. What is none stays, to be refused there."""
    return {key: _date(value) if key in _DATES else value for key, value in body.items()}


def _date(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _answer(answer: Answer) -> dict[str, Any]:
    body: dict[str, Any] = {
        "topic": answer.topic,
        "title": answer.title,
        "icon": answer.icon,
        "area": answer.area,
        "owner": answer.owner,
        "reviewed": answer.reviewed.isoformat(),
        "review_by": answer.review_by.isoformat(),
        "sources": [asdict(source) for source in answer.sources],
        "short": answer.short,
        "steps": list(answer.steps),
        "more": answer.more,
        "simpler": answer.simpler,
        "related": list(answer.related),
        "people": list(answer.people),
    }
    return body | {key: text for key in FOLLOW_UPS if (text := getattr(answer, key))}


def _service(service: Service) -> dict[str, Any]:
    """What is not known is left out."""
    body: dict[str, Any] = {
        "title": service.title,
        "icon": service.icon,
        "topics": list(service.topics),
        "place": service.place,
        **_hours(service.hours),
        "reach": [_reach(reach) for reach in service.reach],
        "who": _who(service.who),
        "languages": list(service.languages),
        "note": service.note,
        "owner": service.owner,
        "reviewed": service.reviewed.isoformat(),
        "review_by": service.review_by.isoformat(),
    }
    return {key: value for key, value in body.items() if value not in ("", [])}


def _hours(hours: Hours | None) -> dict[str, Any]:
    if hours is None:
        return {}
    if hours.always:
        return {"hours": ALWAYS}
    return {"hours": _week(hours.week), "bank_holidays": _holiday(hours)}


def _week(week: tuple[Spans, ...]) -> dict[str, Any]:
    """Days that are alike go under one name; one that differs has its own."""
    groups: dict[str, Spans] = {}
    spans, times = Counter(week[:5]).most_common(1)[0]
    if spans and times >= _ALIKE:
        groups["weekday"] = spans
    if week[5] and week[5] == week[6]:
        groups["weekend"] = week[5]
    for number, day in enumerate(DAYS):
        if week[number] != groups.get("weekday" if number < 5 else "weekend", ()):
            groups[day] = week[number]
    return {name: _spans(spans) for name, spans in groups.items()}


def _holiday(hours: Hours) -> object:
    if hours.holiday_as is not None:
        return {"as": DAYS[hours.holiday_as]}
    return {"open": _spans(hours.holiday)} if hours.holiday else CLOSED


def _spans(spans: Spans) -> list[list[str]]:
    return [[f"{start:%H:%M}", write_end(end)] for start, end in spans]


def _reach(reach: Reach) -> dict[str, str]:
    named = {
        "way": reach.way.value,
        "name": reach.name,
        "number": reach.number,
        "say": reach.say,
        "ask": reach.ask,
    }
    return {key: text for key, text in named.items() if text}


def _who(who: Who) -> dict[str, Any]:
    named: dict[str, Any] = {
        "peer_roles": [role.value for role in who.peer_roles],
        "staff_roles": [role.value for role in who.staff_roles],
        "team": who.team,
    }
    return {key: value for key, value in named.items() if value}
