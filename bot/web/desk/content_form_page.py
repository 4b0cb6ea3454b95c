"""The page on which an answer or a service is edited, as it is shown before and after each try."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.editions.differences import differences
from bot.editions.model import ContentKind, Edition, Piece
from bot.editions.service import Overtaken
from bot.web.desk.content_fields import ErrorWords, Group, Wrong, value_of, with_errors
from bot.web.desk.content_pieces import (
    FORMS,
    Counting,
    DiffRow,
    address_of,
    counting,
    counting_from,
    diff_rows,
    file_changed,
    state_words,
    title_of,
)
from bot.web.desk.content_preview import Preview, preview_of
from bot.web.desk.content_typed import Typed
from bot.web.desk.desk import Caller, Desk
from bot.web.desk.shell import Link, Page, shell_for


@dataclass(frozen=True)
class Beside:
    """What a colleague published while this was typed, and how it differs from what was typed."""

    heading: str
    rows: tuple[DiffRow, ...]


@dataclass(frozen=True, kw_only=True)
class EditPage(Page):
    """`based_on` is the version that the form was opened with: publishing over a newer one is refused.

    `history` and `remove` are empty where there is nothing to look back on, or nothing to take away.
    """

    heading: str
    state: str
    warnings: tuple[str, ...]
    done: str
    address: str
    history: str
    remove: str
    back: str
    other: Link | None
    draft: Link | None
    groups: tuple[Group, ...]
    wrong: tuple[Wrong, ...]
    based_on: int
    preview: Preview | None
    beside: Beside | None


@dataclass(frozen=True)
class Came:
    """What came of the last try. `opened` is the draft that the form shows; 0 for none."""

    notice: str = ""
    done: str = ""
    opened: int = 0
    overtaken: Overtaken | None = None


def edit_page(desk: Desk, caller: Caller, piece: Piece, typed: Typed, came: Came) -> EditPage:
    say, prison_id = desk.wording.say, caller.staff.prison_id
    with desk.product.database.reading() as work:
        names = work.staff.names(prison_id)
        drafts = [each for each in work.editions.drafts(prison_id) if each.piece == piece]
        now = counting(desk, work, piece)
        shell = shell_for(desk, caller, "content", work=work)
    if came.overtaken is not None:
        now = counting_from(desk, piece, came.overtaken.newest)
    state = state_words(desk, piece, now.edition, names)
    groups, wrong = with_errors(
        FORMS[piece.kind].groups(desk, typed.values),
        typed.problems,
        ErrorWords(
            line=say("content_error_line", line="{line}", why="{why}"),
            choose=say("content_error_choice"),
            day=say("content_error_day"),
        ),
    )
    return EditPage(
        desk=desk,
        shell=shell,
        notice=say("content_error_overtaken", state=state) if came.overtaken else came.notice,
        heading=_heading(desk, piece, now, typed),
        state=_state(desk, piece, came, state),
        warnings=tuple(_warnings(desk, now)),
        done=came.done,
        address=address_of(piece),
        history=f"{address_of(piece)}/history" if piece.key else "",
        remove=f"{address_of(piece)}/remove" if _can_remove(piece, now) else "",
        back=f"/content?show={piece.kind.value}",
        other=_other(desk, piece),
        draft=_draft_link(desk, drafts[0], names) if drafts and not came.opened else None,
        groups=groups,
        wrong=wrong,
        # Whoever was told publishes over what is shown beside, knowing it.
        based_on=now.version if came.overtaken else typed.based_on,
        preview=preview_of(desk, typed.shown, groups) if typed.shown else None,
        beside=_beside(desk, now, typed, state) if came.overtaken else None,
    )


def _heading(desk: Desk, piece: Piece, now: Counting, typed: Typed) -> str:
    if not piece.key:
        return desk.wording.say("content_new_heading")
    title = title_of(desk, piece, now.last or {"title": value_of(typed.values, "title")})
    return (
        desk.wording.say("content_local_heading", title=title) if piece.kind is ContentKind.LOCAL else title
    )


def _other(desk: Desk, piece: Piece) -> Link | None:
    """An answer and the prison's own sentence stand on one page of the tablet."""
    if piece.kind is ContentKind.SERVICE:
        return None
    here = piece.kind is ContentKind.ANSWER
    other = replace(piece, kind=ContentKind.LOCAL if here else ContentKind.ANSWER)
    return Link(desk.wording.say("content_to_local" if here else "content_to_answer"), address_of(other))


def _state(desk: Desk, piece: Piece, came: Came, state: str) -> str:
    if not piece.key:
        return desk.wording.say("content_new_help")
    return desk.wording.say("content_draft_opened", version=came.opened) if came.opened else state


def _can_remove(piece: Piece, now: Counting) -> bool:
    """An answer belongs to a topic that the assistant knows: it can be changed, and never be missing."""
    return piece.kind is not ContentKind.ANSWER and (
        now.body is not None or (now.edition is not None and now.edition.published is not None)
    )


def _warnings(desk: Desk, now: Counting) -> Iterator[str]:
    if now.is_removed and now.edition is not None:
        is_local = now.edition.kind is ContentKind.LOCAL
        yield desk.wording.say("content_local_is_removed" if is_local else "content_is_removed")
    if now.unreadable:
        key = "content_unreadable" if now.body is not None else "content_unreadable_gone"
        yield desk.wording.say(key, version=now.version, why=now.unreadable)
    elif file_changed(desk, now.edition):
        yield desk.wording.say("content_removed_file_changed" if now.is_removed else "content_file_changed")


def _draft_link(desk: Desk, draft: Edition, names: dict[str, str]) -> Link:
    words = desk.wording.say("content_draft_waits", state=state_words(desk, draft.piece, draft, names))
    return Link(words, f"{address_of(draft.piece)}?draft={draft.version}")


def _beside(desk: Desk, now: Counting, typed: Typed, state: str) -> Beside:
    return Beside(state, diff_rows(desk, differences(now.body or {}, typed.body or {})))
