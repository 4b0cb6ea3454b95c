"""What a human reads of an alert outside the house: how grave, since when, where to look. Nothing else."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.content import Texts
from bot.notices.model import EMERGENCY, LOG_HEAD, MONTH_REPORT, REVIEW, TEST, Outgoing
from bot.people.model import Place, StaffRole
from bot.people.rights import Right, rights_of
from bot.safety.steps import UNANSWERED, UNCHECKED
from bot.safety.whereabouts import Beside

# For want of an answer, and for want of a check.
_UP_THE_CHAIN = {
    "climbed": ("letter_climbed", "letter_climbed_unchecked"),
    UNANSWERED: ("letter_unanswered", "letter_unanswered_unchecked"),
}


@dataclass(frozen=True)
class Letter:
    subject: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Writer:
    """Puts a notice into words. `desk` is the address of the staff desk, empty where none is set."""

    texts: Texts
    prison: str
    zone: ZoneInfo
    desk: str = ""

    def write(self, outgoing: Outgoing) -> Letter:
        say = self.texts.say
        if outgoing.topic == TEST:
            return Letter(say("letter_test_subject", prison=self.prison), (say("letter_test"),))
        if outgoing.topic == EMERGENCY:
            return self._emergency(outgoing)
        if outgoing.topic == LOG_HEAD:
            return self._of_head(outgoing)
        if outgoing.topic == MONTH_REPORT:
            return self._of_month(outgoing)
        level = self._named("level", outgoing.level)
        lines = [self._happened(outgoing, level)]
        # Of a review nobody goes to a cell: the words of the level would say so.
        if outgoing.topic != REVIEW and self.texts.has(f"level_{outgoing.level}_words"):
            lines.append(say(f"level_{outgoing.level}_words"))
        if outgoing.place is not None:
            lines += self._where(outgoing.place, outgoing.beside)
        link = self.link(outgoing)
        lines.append(say("letter_link", link=link) if link else say("letter_no_link"))
        lines.append(say("letter_least"))
        return Letter(say("letter_subject", prison=self.prison, level=level), tuple(lines))

    def _where(self, place: Place, beside: Beside) -> list[str]:
        """As the desk says it: who goes by the letter alone must know what nobody has checked."""
        lines = [self._at("letter_place", place)]
        if beside.own_word:
            lines.append(self.texts.say("letter_own_word"))
        if beside.other is not None:
            lines.append(
                self._at("letter_elsewhere_own" if beside.other_said else "letter_elsewhere", beside.other)
            )
        return lines

    def _at(self, key: str, place: Place) -> str:
        return self.texts.say(key, wing=place.wing, landing=place.landing, cell=place.cell)

    def _emergency(self, outgoing: Outgoing) -> Letter:
        """Neither who nor why: that stands on the desk."""
        say, link = self.texts.say, f"{self.desk}/emergency" if self.desk else ""
        lines = (
            say("letter_emergency", at=self._clock(outgoing.happened_at)),
            say("letter_link", link=link) if link else say("letter_no_link"),
        )
        return Letter(say("letter_emergency_subject", prison=self.prison), lines)

    def _of_head(self, outgoing: Outgoing) -> Letter:
        say, facts = self.texts.say, outgoing.facts
        log = say(f"letter_head_{facts.get('chain', 'safety')}")
        number, code, at = facts.get("number", ""), facts.get("code", ""), self._clock(outgoing.happened_at)
        lines = (
            say("letter_head", log=log, number=number, at=at),
            say("letter_head_code", code=code),
            say("letter_head_keep"),
            facts.get("line", ""),
        )
        return Letter(say("letter_head_subject", prison=self.prison, log=log, code=code), lines)

    def _of_month(self, outgoing: Outgoing) -> Letter:
        """No number: what is small is left out on the desk, which knows how."""
        first = date.fromisoformat(f"{outgoing.ref}-01")
        say, month, last = self.texts.say, f"{first:%B %Y}", monthrange(first.year, first.month)[1]
        lines = [say("letter_month", month=month)]
        if self.desk:
            days = f"from={first}&to={first.replace(day=last)}"
            lines.append(say("letter_month_link", link=f"{self.desk}/reports?{days}"))
        lines.append(say("letter_month_least"))
        return Letter(say("letter_month_subject", prison=self.prison, month=month), tuple(lines))

    def link(self, outgoing: Outgoing) -> str:
        """To the page of the record that the role now in charge may open."""
        if not self.desk or not outgoing.ref or outgoing.topic == TEST:
            return ""
        if outgoing.topic == REVIEW:
            return f"{self.desk}/safety/{outgoing.ref}"
        answers = outgoing.role not in set(StaffRole) or Right.ANSWER_ALERTS in rights_of(
            [StaffRole(outgoing.role)]
        )
        return f"{self.desk}/{'alerts' if answers else 'safety'}/{outgoing.ref}"

    def _happened(self, outgoing: Outgoing, level: str) -> str:
        say, at = self.texts.say, self._clock(outgoing.happened_at)
        entry = outgoing.facts.get("entry", "")
        if entry == "strengthened":
            return say("letter_strengthened", level=level, at=at)
        role = self._named("staff_role", outgoing.role)
        if outgoing.topic == REVIEW:
            key = "letter_review_handed_on" if entry == "handed_on" else "letter_review_overdue"
            return say(key, level=level, at=at, role=role)
        if entry in _UP_THE_CHAIN:
            unanswered, unchecked = _UP_THE_CHAIN[entry]
            key = unchecked if UNCHECKED in outgoing.facts else unanswered
            return say(key, level=level, at=at, role=role)
        return say("letter_moved" if entry == "moved" else "letter_noticed", level=level, at=at)

    def _named(self, family: str, name: str) -> str:
        """What has no words yet is called by its id: an alert must leave, whatever it is called."""
        key = f"{family}_{name}"
        return self.texts.say(key) if self.texts.has(key) else name.replace("_", " ")

    def _clock(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime("%H:%M, %-d %b %Y")
