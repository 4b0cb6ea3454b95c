"""What a person's own copy holds, in words: each part a heading, columns and rows. Nobody else is named."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.people import own_record
from bot.people.model import Person
from bot.queue.model import ABOUT_OFFERS, Change, Event
from bot.safety.message import Direction
from bot.store.about_person import Everything, Row
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk import entry_words
from bot.web.desk.desk import Desk
from bot.web.desk.request_story import story_of

# Their notes say why this supporter, or why not: they are about somebody else.
_ABOUT_OTHERS: Final = ABOUT_OFFERS | {Change.ACCEPTED, Change.HANDED_BACK}
# Always said, whether there is such a thing or not: saying it only then would tell.
WITHHELD: Final = ("supporters", "staff", "offers", "apart", "pressure", "others", "hold", "secrets")


@dataclass(frozen=True)
class Part:
    """`id` is the key in the JSON. Without rows `none` is said in their place."""

    id: str
    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    none: str


@dataclass(frozen=True)
class OwnData:
    title: str
    person: str
    parts: tuple[Part, ...]
    withheld: tuple[str, ...]
    withheld_notes: int


def own_data(desk: Desk, work: UnitOfWork, person: Person) -> OwnData:
    """Of this row of a person and of no other: another prison answers for what it has."""
    say = desk.wording.say
    everything = work.about_person.everything([person.id])
    stories = _Stories(desk, work)
    parts = (
        _about(desk, person),
        _messages(desk, everything),
        stories.part(everything, person),
        _alerts(desk, everything),
        _days(desk, everything),
        _signed_in(desk, everything),
        _helping(desk, work, person, everything),
        _reports(desk, everything, person),
        _looks(desk, work, person, everything),
    )
    return OwnData(
        title=say("own_data_title"),
        person=say("own_data_person", name=person.first_name, number=person.number),
        parts=parts,
        withheld=tuple(say(f"own_data_withheld_{each}") for each in WITHHELD),
        withheld_notes=stories.withheld,
    )


def _part(desk: Desk, name: str, columns: Iterable[str], rows: Iterable[Sequence[str]]) -> Part:
    say = desk.wording.say
    return Part(
        id=name,
        heading=say(f"own_data_{name}"),
        columns=tuple(say(f"own_data_column_{column}") for column in columns),
        rows=tuple(tuple(row) for row in rows),
        none=say("own_data_none"),
    )


def _about(desk: Desk, person: Person) -> Part:
    say, place = desk.wording.say, person.place
    rows = [
        (say("label_name"), person.first_name),
        (say("hold_number"), person.number),
        (say("own_data_place"), f"{place.wing}, {place.landing}, {place.cell}"),
        (say("own_data_language"), desk.product.prison.language_names.get(person.language, person.language)),
    ]
    return _part(desk, "about", ("what", "value"), rows)


def _messages(desk: Desk, everything: Everything) -> Part:
    say, exact = desk.wording.say, desk.wording.exact
    rows = [
        (
            exact(row["at"]),
            say("own_data_you" if row["direction"] == Direction.FROM_PERSON.value else "own_data_signpost"),
            str(row["text"]),
        )
        for row in sorted(everything.tables["message"], key=lambda row: int(row["seq"]))
    ]
    return _part(desk, "messages", ("at", "who", "words"), rows)


class _Stories:
    """Requests with what happened; counts the notes that are about somebody else."""

    def __init__(self, desk: Desk, work: UnitOfWork) -> None:
        self._desk = desk
        self._work = work
        self.withheld = 0

    def part(self, everything: Everything, person: Person) -> Part:
        desk, rows = self._desk, []
        for row in everything.tables["request"]:
            if row["person_id"] != person.id:
                continue  # of somebody else, to whom this person went
            request = self._work.requests.get(row["id"])
            if request is None:
                continue
            about = f"{request.reference}: {desk.wording.kind(request)}, {desk.wording.state(request)}"
            rows.append((desk.wording.exact(request.asked_at), about))
            events = [self._shown(event) for event in self._work.requests.events_of(request.id)]
            for step in story_of(desk, events, {}):
                rows.append((step.at, " ".join((step.words, *step.details))))
        return _part(desk, "requests", ("at", "happened"), rows)

    def _shown(self, event: Event) -> Event:
        if event.change not in _ABOUT_OTHERS or not event.note:
            return event
        self.withheld += 1
        return replace(event, note=self._desk.wording.say("own_data_withheld_note"))


def _alerts(desk: Desk, everything: Everything) -> Part:
    exact, rows = desk.wording.exact, []
    for entry in everything.entries:
        said = entry.words.get("text", "")
        what = (entry_words.heading(desk, entry, {}), *entry_words.lines(desk, entry))
        rows.append((exact(entry.at), "\n".join(filter(None, (*what, f"“{said}”" if said else "")))))
    return _part(desk, "alerts", ("at", "happened"), rows)


def _days(desk: Desk, everything: Everything) -> Part:
    say = desk.wording.say
    rows = [
        (row["day"].isoformat(), say(f"day_{row['kind']}"), say(f"own_data_marked_{row['marked_by']}"))
        for row in everything.tables["marked_day"]
    ]
    return _part(desk, "days", ("day", "kind", "by"), rows)


def _signed_in(desk: Desk, everything: Everything) -> Part:
    exact = desk.wording.exact
    rows = [
        (exact(row["started_at"]), exact(row["last_seen_at"])) for row in everything.tables["person_session"]
    ]
    return _part(desk, "signed_in", ("from", "to"), rows)


def _helping(desk: Desk, work: UnitOfWork, person: Person, everything: Everything) -> Part:
    say, exact, now = desk.wording.say, desk.wording.exact, desk.product.now()
    supporter, rows = work.supporters.find(person.id), []
    if supporter is not None:
        roles = ", ".join(desk.wording.role(role.value) for role in supporter.roles)
        record = own_record.add_up(work.spells.of_person(person.id), work.checks.times_of(person.id), now)
        rows.append(("", say("own_data_roles", roles=roles)))
        rows.append(("", say("letter_numbers", hours=record.hours, contacts=record.contacts)))
    sentence: dict[str, Callable[[Row], str]] = {
        "duty_spell": lambda row: say("own_data_duty", to=exact(row["ended_at"]) if row["ended_at"] else ""),
        "contact_check": lambda row: say("own_data_contact"),
        "debrief": lambda row: say("own_data_debrief"),
        "application": lambda row: say("own_data_application", role=desk.wording.role(row["role"])),
        "letter_request": lambda row: say("own_data_letter"),
    }
    at = {"duty_spell": "began_at", "contact_check": "at"}
    for table, words in sentence.items():
        mine = [row for row in everything.tables[table] if row["person_id"] == person.id]
        rows += [(exact(row[at.get(table, "asked_at")]), words(row)) for row in mine]
    return _part(desk, "helping", ("at", "what"), rows)


def _reports(desk: Desk, everything: Everything, person: Person) -> Part:
    exact = desk.wording.exact
    mine = [row for row in everything.tables["pressure_report"] if row["person_id"] == person.id]
    return _part(desk, "reports", ("at", "words"), [(exact(row["at"]), str(row["words"])) for row in mine])


def _looks(desk: Desk, work: UnitOfWork, person: Person, everything: Everything) -> Part:
    """That staff looked, and when. Who it was, the data protection officer answers."""
    refs = {person.id, *(row["id"] for row in everything.tables["safety_record"])}
    refs |= {row["id"] for row in everything.tables["request"] if row["person_id"] == person.id}
    rows = [
        (desk.wording.exact(row["at"]), str(row["action"]).replace("_", " "))
        for row in work.about_person.looked_at(sorted(refs))
        if str(row["action"]).endswith(("_viewed", "_exported"))
    ]
    return _part(desk, "looks", ("at", "what"), rows)
