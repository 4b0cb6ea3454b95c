"""Words for notices that did not get out: why, and who should be told by another way."""

from datetime import datetime

from bot.notices.delivery import Delivery
from bot.people.rights import Right
from bot.safety.whereabouts import Spot, of_record
from bot.store.unit_of_work import UnitOfWork
from bot.web.desk.desk import Caller, Desk
from bot.web.desk.own_word import own_word
from bot.web.desk.shell import Link

# More lines than these hide the alerts below them; the warning beneath counts all.
_MOST_LINES = 5


def unheard(desk: Desk, caller: Caller, work: UnitOfWork, now: datetime) -> tuple[Link, ...]:
    """A line for each emergency of which a channel was not told: somebody picks up the telephone."""
    staff, say = caller.staff, desk.wording.say
    letters = work.deliveries.dead(staff.prison_id, staff.wings, level="emergency", limit=_MOST_LINES)
    spots = {letter.delivery.id: _spot(work, letter.delivery) for letter in letters}
    own = own_word(desk, work, [spot for spot in spots.values() if spot is not None])
    lines = []
    for letter in letters:
        one, spot = letter.delivery, spots[letter.delivery.id]
        at = desk.wording.clock(one.happened_at, now)
        # Whoever picks up the telephone names this cell: with what nobody has checked.
        cell = own.cell(spot) if spot is not None else letter.cell or "-"
        label = say("notice_unheard", cell=cell, at=at, channel=channel_name(one.channel))
        lines.append(Link(label, record_link(caller, one) or "/board"))
    return tuple(lines)


def _spot(work: UnitOfWork, delivery: Delivery) -> Spot | None:
    record = work.safety.get(delivery.ref)
    return of_record(record) if record is not None else None


def record_link(caller: Caller, delivery: Delivery) -> str:
    """The page of the record that this account may open; empty when there is none."""
    if delivery.topic == "review":
        return f"/safety/{delivery.ref}" if caller.may(Right.READ_SAFETY_LOG) else ""
    if delivery.topic != "alert":
        return ""
    if caller.may(Right.ANSWER_ALERTS):
        return f"/alerts/{delivery.ref}"
    return f"/safety/{delivery.ref}" if caller.may(Right.READ_SAFETY_LOG) else ""


def called(desk: Desk, delivery: Delivery) -> str:
    """How grave it is; where it has no level, what it is. What has no words goes by its own name."""
    key = f"level_{delivery.level}" if delivery.level else f"notice_{delivery.topic}"
    return desk.wording.say(key) if desk.product.desk_texts.has(key) else delivery.topic.replace("_", " ")


def channel_name(channel: str) -> str:
    """The prison's own name for it, as the settings have it: never its address."""
    return channel.replace("_", " ")


def why_in_words(desk: Desk, delivery: Delivery) -> str:
    key = f"why_{delivery.why}"
    words = desk.wording.say(key) if desk.product.desk_texts.has(key) else delivery.why
    return desk.wording.say("notice_why_code", why=words, code=delivery.code) if delivery.code else words
