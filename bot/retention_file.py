"""Reads the block `retention` of a prison's file: days for which each kind of data is kept."""

from datetime import timedelta

from bot.fields import Fields
from bot.retention import IN_ORDER, LIMITS, DataKind, Retention


def read_retention(fields: Fields) -> Retention:
    """What is left out stays as the product has it. Raises what the file's place makes, with its line."""
    fields.only(*DataKind)
    days = {kind: limit.days for kind, limit in LIMITS.items()}
    for kind, limit in LIMITS.items():
        if kind in fields.data:
            days[kind] = fields.need(kind, int)
            if not limit.least <= days[kind] <= limit.most:
                raise fields.refuse(kind, f"should be from {limit.least:,} to {limit.most:,} days")
    for shorter, longer in IN_ORDER:
        if days[shorter] > days[longer]:
            named = shorter if shorter in fields.data else longer
            raise fields.refuse(
                named, f"{shorter} ({days[shorter]:,} days) is kept longer than {longer} ({days[longer]:,})"
            )
    return Retention({kind: timedelta(days=number) for kind, number in days.items()})
