"""The page of a bundle that a coroner reads: what happened, in the order of time, without any program."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

from bot.bootstrap import Product
from bot.people.hold import Hold
from bot.safety.message import Direction
from bot.safety.verdict_words import verdict_in
from bot.store.about_person import Everything, Row

_STYLE: Final = (
    "body{font:16px/1.4 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;"
    "border-bottom:1px solid #bbb}td:first-child{white-space:nowrap}.said{white-space:pre-wrap}"
)


@dataclass(frozen=True)
class _Line:
    """Something that happened. `said` are somebody's own words."""

    at: datetime
    what: str
    said: str = ""
    file: str = ""


def index_of(
    product: Product, held: Hold, everything: Everything, audit: Sequence[Row], staff: Mapping[str, str]
) -> str:
    """Every word of a person is escaped: it is shown and never run."""
    say, zone = product.desk_texts.say, product.prison.zone
    lines = sorted(_lines(product, everything, audit, staff), key=lambda line: line.at)
    names = ", ".join(sorted({f"{row['first_name']} ({row['number']})" for row in everything.people}))
    rows = "".join(
        f"<tr><td>{line.at.astimezone(zone):%Y-%m-%d %H:%M:%S}</td><td>{escape(line.what)}"
        f'<div class="said" dir="auto">{escape(line.said)}</div></td><td>{escape(line.file)}</td></tr>'
        for line in lines
    )
    head = "".join(
        f'<th scope="col">{escape(say(key))}</th>' for key in ("bundle_at", "bundle_what", "bundle_file")
    )
    title = escape(say("bundle_title", names=names))
    said = (say("bundle_about", prison=product.prison.name), say("bundle_times", zone=str(zone)))
    about = "".join(f"<p>{escape(each)}</p>" for each in (*said, say("bundle_check")))
    counts = "".join(
        f"<li>{escape(name)}: {len(table)}</li>" for name, table in sorted(everything.tables.items()) if table
    )
    reason = f'<h2>{escape(say("bundle_reason"))}</h2><p class="said">{escape(held.reason)}</p>'
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>{about}{reason}"
        f"<h2>{escape(say('bundle_counts'))}</h2><ul>{counts}</ul>"
        f"<h2>{escape(say('bundle_happened'))}</h2>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></body></html>\n"
    )


def _lines(
    product: Product, everything: Everything, audit: Sequence[Row], staff: Mapping[str, str]
) -> Iterator[_Line]:
    say = product.desk_texts.say
    for row in everything.tables["message"]:
        wrote = "bundle_wrote" if row["direction"] == Direction.FROM_PERSON.value else "bundle_answered"
        yield _Line(row["at"], say(wrote), str(row["text"]), "data/message.jsonl")
    for entry in everything.entries:
        verdict = verdict_in(entry)
        level = f" ({say(f'level_{verdict.level.value}')})" if verdict else ""
        who = staff.get(entry.actor_id) or say(f"who_{entry.actor_kind.value}")
        what = say(f"entry_{entry.kind.value}", who=who) + level
        said = "\n".join(words for name, words in sorted(entry.words.items()) if name != "context")
        yield _Line(entry.at, what, said, "data/safety_entry.jsonl")
    kinds = {row["id"]: (row["reference"], row["kind"]) for row in everything.tables["request"]}
    for row in everything.tables["request_event"]:
        reference, kind = kinds[row["request_id"]]
        who = staff.get(row["actor_id"]) or say(f"who_{row['actor_kind']}")
        what = say("bundle_request", reference=reference, kind=kind, change=row["change"], who=who)
        said = "\n".join(filter(None, (row["reason"], row["offered"], row["note"])))
        yield _Line(row["at"], what, said, "data/request_event.jsonl")
    for row in everything.tables["delivery"]:
        if row["delivered_at"] is not None:
            yield _Line(
                row["delivered_at"], say("bundle_notice", channel=row["channel"]), "", "data/delivery.jsonl"
            )
    for row in audit:
        who = staff.get(row["staff_id"]) or say("who_system")
        what = say("bundle_audit", who=who, action=str(row["action"]).replace("_", " "))
        yield _Line(row["at"], what, "", "data/audit.jsonl")
