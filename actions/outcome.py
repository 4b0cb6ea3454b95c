"""What an action decides: what is said, and which slots change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.names import Slot
from actions.turn import Reply


@dataclass(frozen=True)
class Outcome:
    replies: tuple[Reply, ...]
    slots: Mapping[Slot, Any] = field(default_factory=dict)


# After these no "yes" means anything, and no question is asked again.
FLOW_OVER: Mapping[Slot, Any] = {
    Slot.STEP: None,
    Slot.REQUEST_KIND: None,
    Slot.REQUEST_ROLE: None,
    Slot.REFERENCE: None,
    Slot.ASIDES: None,
}
# The talk is about a request now: "how long?" is not about the answer that came before.
ABOUT_A_REQUEST: Mapping[Slot, Any] = {**FLOW_OVER, Slot.TOPIC: None}
