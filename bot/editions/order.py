"""Where a service that staff added stands among the others: with those that are about the same."""

from collections.abc import Mapping, Sequence


def order_of(
    existing: Mapping[str, str], added: Mapping[str, str], groups: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """All ids in their order. Each mapping says what a service is most about, by its id.

    Those that exist keep theirs. One that was added comes after the last that is about the same, else after
    the last under the same heading, else after those of the headings before it.
    """
    ranks = {topic: rank for rank, topics in enumerate(groups.values()) for topic in topics}
    topics, order = {**existing, **added}, list(existing)
    for key in sorted(added):
        order.insert(_place(order, topics, topics[key], ranks), key)
    return tuple(order)


def _place(order: Sequence[str], topics: Mapping[str, str], topic: str, ranks: Mapping[str, int]) -> int:
    rank = ranks.get(topic, len(ranks))
    near = [
        (topics[other] == topic, ranks.get(topics[other], len(ranks)) == rank, at)
        for at, other in enumerate(order)
        if ranks.get(topics[other], len(ranks)) <= rank
    ]
    return max(near)[-1] + 1 if near else 0
