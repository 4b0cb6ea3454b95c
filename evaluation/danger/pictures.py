"""The danger report's pictures: SVG, the same bytes for the same figures."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from evaluation.danger.curve import RECALL
from evaluation.danger.figures import KIND, LANGUAGE, LENGTH, LEVEL, RISK, Group
from evaluation.danger.measuring import Measured
from evaluation.danger.report import Report
from evaluation.danger.words import SIGNPOST, SYSTEMS, name_of
from evaluation.pictures import BLUE, GREY, INK, LIGHT, ORANGE, Picture, save
from evaluation.shares import Share
from evaluation.words import set_name

COLOURS: Final = (BLUE, ORANGE, "#00703c", "#4c2c92", "#b58840")


def draw(report: Report, folder: Path) -> tuple[Picture, ...]:
    """Into the folder. None where nothing was measured."""
    main = report.main
    made = (
        [] if main is None else [_curve(report, main, folder), _found(main, folder), _flagged(main, folder)]
    )
    made += [_languages(one, folder) for one in report.sets if len(one.groups[LANGUAGE]) > 1]
    return tuple(made)


def _curve(report: Report, main: Measured, folder: Path) -> Picture:
    others = [one for one in report.peers if one.set == main.name and one.system != SIGNPOST]

    def paint(ax: Any) -> None:
        ax.axhline(RECALL * 100, color=GREY, linestyle="--", linewidth=1)
        curves = [("Signpost's head", main.curve)] if main.curve else []
        curves += [(SYSTEMS[one.system], one.curve) for one in others if one.curve and one.system != "head"]
        for (name, found), colour in zip(curves, COLOURS, strict=False):
            points = found.points
            xs, ys = [p.flagged.value * 100 for p in points], [p.recall.value * 100 for p in points]
            ax.plot(xs, ys, color=colour, label=f"{name} (area {found.area:.3f})")
        head = main.headline
        ax.plot(head.hard.value * 100, head.danger.value * 100, "D", color=INK, label="the screen as it is")
        for one, mark in zip([one for one in others if not one.curve], "sv^<>", strict=False):
            at = one.headline
            label = SYSTEMS[one.system]
            ax.plot(at.hard.value * 100, at.danger.value * 100, mark, color=GREY, label=label)
        ax.set(xlabel="hard negatives flagged, %", ylabel="danger found, %", xlim=(-1, 101), ylim=(0, 101))
        ax.legend(frameon=False, loc="lower right")

    words = f"Danger found against hard negatives flagged, as the threshold moves ({set_name(main.name)})"
    return save(folder, "danger_curve.svg", words, (6.5, 5), paint)


def _found(main: Measured, folder: Path) -> Picture:
    groups = [
        (name_of(group.name), group.danger)
        for key in (LENGTH, KIND, RISK, LEVEL)
        for group in reversed(main.groups[key])
        if group.danger.size
    ]
    words = f"Danger found, by level, risk, kind and length ({set_name(main.name)})"
    return _bars(folder, "danger_found.svg", words, groups, "danger found")


def _flagged(main: Measured, folder: Path) -> Picture:
    groups = [
        (name_of(group.name), _none(group)) for group in reversed(main.groups[KIND]) if _none(group).size
    ]
    words = f"Flagged though no danger, by kind ({set_name(main.name)})"
    return _bars(folder, "danger_flagged.svg", words, groups, "flagged")


def _none(group: Group) -> Share:
    return Share(group.hard.hits + group.ordinary.hits, group.hard.size + group.ordinary.size)


def _languages(one: Measured, folder: Path) -> Picture:
    groups = [(group.name, group.danger) for group in reversed(one.groups[LANGUAGE]) if group.danger.size]
    words = f"Danger found by language ({set_name(one.name)})"
    return _bars(folder, f"{one.name}.svg", words, groups, "danger found")


def _bars(folder: Path, file: str, words: str, groups: Sequence[tuple[str, Share]], axis: str) -> Picture:
    """A bar a group with its interval, its name and its size."""

    def paint(ax: Any) -> None:
        values = [share.value * 100 for _, share in groups]
        below = [share.value * 100 - share.low * 100 for _, share in groups]
        above = [share.high * 100 - share.value * 100 for _, share in groups]
        places = range(len(groups))
        ax.barh(places, values, color=LIGHT, height=0.7)
        ax.errorbar(values, places, xerr=[below, above], fmt="none", ecolor=INK, elinewidth=1, capsize=2)
        ax.set_yticks(places, [f"{name}  ({share.size})" for name, share in groups])
        ax.set(xlabel=f"{axis}, % (number of messages in brackets)", xlim=(0, 101))
        ax.set_ylim(-0.6, len(groups) - 0.4)
        ax.grid(axis="y", visible=False)

    return save(folder, file, words, (7, 0.25 * len(groups) + 1.2), paint)
