"""Who read what, for the data protection officer: what is unusual, and every view by filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.people import reading as rules
from bot.people.model import Staff
from bot.people.reading import Rule, Unusual
from bot.safety.message import storable
from bot.store.reading import About, Asked, Reading
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.actions import Choice
from bot.web.desk.desk import Desk, DeskHere, SignedIn
from bot.web.desk.shell import Page, plain_page, shell_for

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)
_PAGE = 50
_MOST_UNUSUAL = 50
_WITH_REASON = ("conversation_viewed",)


@dataclass(frozen=True)
class UnusualRow:
    rule: str
    who: str
    words: str
    href: str


@dataclass(frozen=True)
class ReadingRow:
    at: str
    who: str
    what: str
    why: str
    person: str
    number: str
    wing: str


@dataclass(frozen=True, kw_only=True)
class ReadingPage(Page):
    """`unusual` is None on a page that was asked for by filters or is not the first."""

    unusual: tuple[UnusualRow, ...] | None
    rules: tuple[str, ...]
    staff: tuple[Choice, ...]
    typed: dict[str, str]
    rows: tuple[ReadingRow, ...]
    more: str


@router.get("/reading")
def show(request: Request, desk: DeskHere, caller: SignedIn) -> Response:
    """That this page was read is written down as well, with whom it was about."""
    if caller.staff.wings:
        # Names of every wing stand here.
        return plain_page(desk, caller, "no_right", 403)
    query = request.query_params
    typed = {name: storable(query.get(name, "")[:64]) for name in ("staff", "number", "day")}
    after = _after(request.query_params.get("after", ""))
    now, prison_id = desk.product.now(), caller.staff.prison_id
    with desk.product.database.writing() as work:
        asked, wrong = _asked(desk, work, prison_id, typed)
        work.audit.put(prison_id, caller.staff.id, "reading_viewed", asked.person_id or asked.staff_id, now)
    with desk.product.database.reading() as work:
        found: Sequence[Reading] = () if wrong else work.reading.find(asked, after=after, limit=_PAGE + 1)
        names = work.staff.names(prison_id)
        plain = not any(typed.values()) and after is None
        page = ReadingPage(
            desk=desk,
            shell=shell_for(desk, caller, "reading", work=work),
            notice=wrong,
            unusual=_unusual(desk, work, prison_id, names, now) if plain else None,
            rules=tuple(_explained(desk, rule) for rule in Rule),
            staff=tuple(sorted((Choice(*each) for each in names.items()), key=lambda one: one.label)),
            typed=typed,
            rows=_rows(desk, work, names, found[:_PAGE]),
            more=_more(typed, found),
        )
    log.info("reading.viewed", staff_id=caller.staff.id)
    return desk.pages.answer("desk/reading.html", page, 400 if wrong else 200)


def _asked(desk: Desk, work: UnitOfWork, prison_id: str, typed: Mapping[str, str]) -> tuple[Asked, str]:
    say, person_id, since, until = desk.wording.say, "", None, None
    if typed["number"]:
        number = typed["number"].upper()
        person_id = work.persons.id_of(prison_id, number) or ""
        if not person_id:
            return Asked(prison_id), say("error_filter_person", number=number)
    if typed["staff"] and typed["staff"] not in work.staff.names(prison_id):
        return Asked(prison_id), say("error_filter")
    if typed["day"]:
        try:
            day = date.fromisoformat(typed["day"])
            since = datetime.combine(day, time(), desk.product.prison.zone)
            until = datetime.combine(day + timedelta(days=1), time(), desk.product.prison.zone)
        except (ValueError, OverflowError):
            return Asked(prison_id), say("error_filter_time")
        if not 2000 <= day.year < 2200:
            return Asked(prison_id), say("error_filter_time")
    return Asked(prison_id, typed["staff"], person_id, since, until), ""


def _after(text: str) -> tuple[datetime, int] | None:
    at, _, seq = text.partition("~")
    try:
        moment, number = datetime.fromisoformat(at), int(seq)
    except ValueError:
        return None
    return (moment, number) if moment.tzinfo is not None and 0 <= number < 2**60 else None


def _more(typed: Mapping[str, str], found: Sequence[Reading]) -> str:
    if len(found) <= _PAGE:
        return ""
    last = found[_PAGE - 1]
    given = {name: value for name, value in typed.items() if value}
    return f"/reading?{urlencode({**given, 'after': f'{last.at.isoformat()}~{last.seq}'})}"


def _rows(
    desk: Desk, work: UnitOfWork, names: Mapping[str, str], found: Sequence[Reading]
) -> tuple[ReadingRow, ...]:
    about = work.reading.about([each.ref for each in found])
    rows = []
    for each in found:
        person = about.get(each.ref)
        rows.append(
            ReadingRow(
                at=desk.wording.exact(each.at),
                who=names.get(each.staff_id, desk.wording.say("who_staff")),
                what=_what(desk, each),
                # What the reader typed, and never what somebody in prison wrote.
                why=(work.audit.why(each.id) or "") if each.action in _WITH_REASON else "",
                person=person.first_name if person else "",
                number=person.number if person else "",
                wing=person.wing if person else "",
            )
        )
    return tuple(rows)


def _what(desk: Desk, reading: Reading) -> str:
    key = f"read_{reading.action}"
    if not desk.product.desk_texts.has(key):
        return reading.action.replace("_", " ")
    return desk.wording.say(key, page=reading.ref)


def _unusual(
    desk: Desk, work: UnitOfWork, prison_id: str, names: Mapping[str, str], now: datetime
) -> tuple[UnusualRow, ...]:
    since, zone = now - rules.LOOKED_AT, desk.product.prison.zone
    begin = since - rules.HABIT
    own = {each.id: each.wings for each in _accounts(work, names)}
    often = work.reading.persons(prison_id, since, rules.AGAIN_LEAST)
    at_work = work.reading.concerned([(each.staff_id, each.person_id) for each in often], begin)
    found = [
        *rules.unusual_hours(work.reading.hours(prison_id, begin), since, zone),
        *rules.unusual_wings(work.reading.wings(prison_id, begin, since), own),
        *rules.again_and_again(often, at_work),
        *rules.tried_doors(work.reading.refused(prison_id, since)),
    ]
    about = work.reading.about([each.person_id for each in found if each.person_id])
    order = list(Rule)
    found.sort(key=lambda each: (order.index(each.rule), -each.count))
    return tuple(_in_words(desk, each, names, about) for each in found[:_MOST_UNUSUAL])


def _accounts(work: UnitOfWork, names: Mapping[str, str]) -> list[Staff]:
    return [each for each in (work.staff.get(staff_id) for staff_id in names) if each is not None]


def _in_words(desk: Desk, each: Unusual, names: Mapping[str, str], about: Mapping[str, About]) -> UnusualRow:
    wording, person = desk.wording, about.get(each.person_id)
    words = wording.say(
        f"unusual_{each.rule.value}",
        count=each.count,
        usual=each.usual,
        at=wording.clock(each.at, desk.product.now()) if each.at else "",
        wing=each.wing,
        person=f"{person.first_name}, {person.number}" if person else "",
    )
    given = {"staff": each.staff_id}
    if person:
        given["number"] = person.number
    if each.rule in (Rule.MANY, Rule.NIGHT, Rule.REFUSED) and each.at:
        given["day"] = each.at.astimezone(desk.product.prison.zone).date().isoformat()
    return UnusualRow(
        rule=wording.say(f"rule_{each.rule.value}"),
        who=names.get(each.staff_id, wording.say("who_staff")),
        words=words,
        href=f"/reading?{urlencode(given)}",
    )


def _explained(desk: Desk, rule: Rule) -> str:
    return desk.wording.say(
        f"rule_{rule.value}_words",
        days=rules.LOOKED_AT.days,
        habit=rules.HABIT.days,
        many=rules.MANY_LEAST,
        times=rules.MANY_TIMES,
        rare=round(1 / rules.RARE),
        start=rules.NIGHT_FROM.strftime("%H:%M"),
        end=rules.NIGHT_TO.strftime("%H:%M"),
        wing=rules.WING_LEAST,
        again=rules.AGAIN_LEAST,
        refused=rules.REFUSED_LEAST,
    )
