"""One service as plain data, whole, for tests that damage it; and what it may name."""

from datetime import date
from typing import Any

from bot.directory.reading import Known
from bot.people.model import PeerRole

KNOWN = Known(
    topics=frozenset({"dentist_optician", "doctor_nurse"}),
    languages=frozenset({"en", "pl"}),
    peer_roles=frozenset({PeerRole.LISTENER, PeerRole.HEALTH_CHAMPION}),
)


def a_service(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "title": "Dentist",
        "icon": "dentist_optician",
        "topics": ["dentist_optician", "doctor_nurse"],
        "place": "Room 2 in healthcare.",
        "hours": {"weekday": [["09:00", "12:00"], ["13:30", "16:00"]], "tuesday": [["10:00", "11:00"]]},
        "bank_holidays": "closed",
        "reach": [
            {"way": "app", "name": "Dentist", "say": "Say where it hurts."},
            {"way": "tablet", "say": "You can ask here.", "ask": "health_champion"},
            {"way": "extension", "number": "4100"},
        ],
        "who": {"peer_roles": ["health_champion"], "staff_roles": ["wing"], "team": "Dental team"},
        "languages": ["en", "pl"],
        "note": "Bring your ID card.",
        "owner": "healthcare",
        "reviewed": date(2026, 11, 22),
        "review_by": date(2027, 5, 22),
    }
    return fields | changes
