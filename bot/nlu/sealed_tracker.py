"""Where Rasa keeps conversations: its own SQL store with every event sealed, so that a copy is silent."""

import json
from collections.abc import Mapping
from typing import Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.bootstrap import build_sealer
from bot.settings import load_settings


class SealedTrackerStore(SQLTrackerStore):  # type: ignore[misc]
    """Who, when and which kind of event stay readable, since Rasa looks for its rows by these; what was said,
    understood and answered does not. Rows from before are read as they are until their time is over."""

    def __init__(
        self, domain: Domain | None = None, event_broker: Any = None, host: str | None = None, **more: Any
    ) -> None:
        self._sealer = build_sealer(load_settings())
        super().__init__(domain=domain, event_broker=event_broker, host=host, **more)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """As Rasa's own; neither intent nor action stands in the clear."""
        await self.stream_events(tracker)
        with self.session_scope() as session:
            for event in self._additional_events(session, tracker):
                data = event.as_dict()
                session.add(
                    self.SQLEvent(
                        sender_id=tracker.sender_id,
                        type_name=event.type_name,
                        timestamp=data.get("timestamp"),
                        data=self._sealer.seal(json.dumps(data)),
                    )
                )
            session.commit()

    async def _retrieve(
        self, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> DialogueStateTracker | None:
        """Raises CannotOpen where the keys have gone: Rasa then begins the conversation anew."""
        with self.session_scope() as session:
            rows = self._event_query(
                session, sender_id, fetch_events_from_all_sessions=fetch_events_from_all_sessions
            ).all()
            events = [self._event(row.data) for row in rows]
        if not self.domain or not events:
            return None
        made: DialogueStateTracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        return made

    def _event(self, stored: str) -> Mapping[str, Any]:
        text = stored if stored.startswith("{") else self._sealer.open(stored)
        event: Mapping[str, Any] = json.loads(text)
        return event
