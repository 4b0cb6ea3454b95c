"""What can be chosen in the forms of content: topics, pictures, roles, languages, ways and days."""

from bot.answers import STAFF
from bot.directory.model import DAYS, ICONS, Way
from bot.directory.reading import SOMEONE
from bot.people.model import PeerRole, StaffRole
from bot.web.desk.actions import Choice
from bot.web.desk.desk import Desk

# What the select of bank holidays says before a day's name.
AS = "as:"
CLOSED, OWN_TIMES = "closed", "open"
KNOWN, ALWAYS, UNKNOWN = "known", "always", "unknown"


def topics(desk: Desk) -> tuple[Choice, ...]:
    """By title, as a list is read."""
    answers = desk.product.answers
    named = ((answers.get(topic).title, topic) for topic in desk.product.taxonomy.topics)
    return tuple(Choice(topic, title) for title, topic in sorted(named))


def icons(desk: Desk) -> tuple[Choice, ...]:
    others = (Choice(icon, icon.replace("_", " ").capitalize()) for icon in sorted(ICONS))
    return (*topics(desk), *others)


def peers(desk: Desk) -> tuple[Choice, ...]:
    return tuple(Choice(role.value, desk.wording.role(role.value)) for role in desk.product.prison.peer_roles)


def helpers(desk: Desk) -> tuple[Choice, ...]:
    """Whom an answer may name: also roles that this prison has not, since the file is for all prisons."""
    return (*_all_peers(desk), Choice(STAFF, desk.wording.say("kind_staff")))


def whom_to_ask(desk: Desk) -> tuple[Choice, ...]:
    say = desk.wording.say
    return (*peers(desk), Choice(STAFF, say("kind_staff")), Choice(SOMEONE, say("kind_someone")))


def staff_roles(desk: Desk) -> tuple[Choice, ...]:
    """Administrators and data protection officers answer nobody."""
    roles = (role for role in StaffRole if role not in (StaffRole.ADMIN, StaffRole.DATA_PROTECTION))
    return tuple(Choice(role.value, desk.wording.staff_role_name(role.value)) for role in roles)


def languages(desk: Desk) -> tuple[Choice, ...]:
    return tuple(Choice(code, name) for code, name in desk.product.prison.language_names.items())


def ways(desk: Desk) -> tuple[Choice, ...]:
    return tuple(Choice(way.value, desk.wording.say(f"content_way_{way.value}")) for way in Way)


def times(desk: Desk) -> tuple[Choice, ...]:
    return tuple(Choice(each, desk.wording.say(f"content_times_{each}")) for each in (KNOWN, ALWAYS, UNKNOWN))


def bank_holidays(desk: Desk) -> tuple[Choice, ...]:
    say = desk.wording.say
    days = (
        Choice(f"{AS}{day}", say("content_holiday_as", day=say(f"content_field_hours_{day}"))) for day in DAYS
    )
    return (
        Choice(CLOSED, say("content_holiday_closed")),
        *days,
        Choice(OWN_TIMES, say("content_holiday_open")),
    )


def _all_peers(desk: Desk) -> tuple[Choice, ...]:
    return tuple(Choice(role.value, desk.wording.role(role.value)) for role in PeerRole)
