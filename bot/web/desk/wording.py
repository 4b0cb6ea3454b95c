"""Staff's words for what the product knows: kinds, states, levels, waiting times and local time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content import ENGLISH, Texts
from bot.queue.model import Kind, Request, State, Urgency
from bot.safety.record import RecordState, SafetyRecord


@dataclass(frozen=True)
class Wording:
    texts: Texts
    zone: ZoneInfo

    def say(self, key: str, **fields: object) -> str:
        return self.texts.say(key, ENGLISH, **fields)

    def kind(self, request: Request) -> str:
        """What is asked for, with the role where a peer supporter is."""
        if request.kind is Kind.PEER and request.role:
            return self.say("kind_peer_role", role=self.role(request.role))
        return self.say(f"kind_{request.kind.value}")

    def role(self, role: str) -> str:
        return self._named("role", role)

    def staff_role(self, role: str) -> str:
        return self._named("staff_role", role)

    def state(self, request: Request) -> str:
        if request.state is State.WAITING and request.seen_at is not None:
            return self.say("state_waiting_seen")
        return self.say(f"state_{request.state.value}")

    def urgency(self, urgency: Urgency) -> str:
        return self.say(f"urgency_{urgency.name.lower()}")

    def risks(self, record: SafetyRecord) -> str:
        return ", ".join(self._named("risk", risk) for risk in record.risks)

    def record_state(self, state: RecordState) -> str:
        return self.say(f"record_{state.value}")

    def reason(self, reason: str) -> str:
        return self._named("reason", reason)

    def waited(self, span: timedelta) -> str:
        minutes = max(int(span.total_seconds() // 60), 0)
        hours, days = minutes // 60, minutes // 1440
        if minutes < 1:
            return self.say("waited_moments")
        if hours < 1:
            return self.say("waited_minutes", minutes=minutes)
        if days < 1:
            return self.say("waited_hours", hours=hours, minutes=f"{minutes % 60:02d}")
        return self.say("waited_days", days=days, hours=hours % 24)

    def staff_role_name(self, role: str) -> str:
        """As it stands in a list, not within a sentence."""
        return self._named("staff_role_name", role)

    def clock(self, at: datetime, now: datetime) -> str:
        """The prison's own time; with the day when that is not today."""
        local, today = at.astimezone(self.zone), now.astimezone(self.zone)
        if local.date() == today.date():
            return local.strftime("%H:%M")
        return local.strftime("%H:%M, %a %-d %b" if local.year == today.year else "%H:%M, %-d %b %Y")

    def exact(self, at: datetime) -> str:
        """Date and time to the second, for the log."""
        return at.astimezone(self.zone).strftime("%-d %b %Y, %H:%M:%S")

    def _named(self, family: str, name: str) -> str:
        """The prison's file may name what has no words yet: then its own id, never an error."""
        key = f"{family}_{name}"
        return self.say(key) if self.texts.has(key) else name.replace("_", " ")
