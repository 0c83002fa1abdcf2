"""The scorecard as a table: numbers, their place between real and spoilt images, and words."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gan_tf.scoring.measure_names import MEASURES, Measure
from gan_tf.scoring.measuring import Value

if TYPE_CHECKING:
    from gan_tf.scoring.scorecard import Scorecard

# Of a normal distribution 95% lie within so many standard deviations.
WITHIN = 1.96
BAR = 10


def frame(values: dict[str, dict[str, Value]]) -> pd.DataFrame:
    """As `Scorecard.to_frame`."""
    rows = {}
    for key, value in values["these"].items():
        measure = MEASURES[key]
        beside = {each: values[each].get(key) for each in ("real", "blurred", "noise")}
        spoilt = [beside[each].value for each in ("blurred", "noise") if beside[each]]
        place = position(measure, value.value, beside["real"].value, spoilt)
        rows[measure.name] = {
            "value": value.value,
            "low": np.maximum(value.value - WITHIN * value.error, 0 if measure.share else -np.inf),
            "high": np.minimum(value.value + WITHIN * value.error, 1 if measure.share else np.inf),
            "p_value": value.p_value,
            **{each: found.value if found else np.nan for each, found in beside.items()},
            "position": place,
            "meaning": f"{measure.says}: {verdict(measure, value, beside['real'], place)}.",
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def position(measure: Measure, value: float, floor: float, spoilt: list[float]) -> float:
    """Where a value lies: 0 is as real images or better, 1 as the worse of the spoilt ones, or the
    worst there can be.

    Distances are compared by their logarithms, everything else by differences. NaN where the
    spoilt images are as good as the real ones.
    """
    scale = _by_factors(floor) if measure.by_factors else float
    ends = spoilt if measure.worst is None else [measure.worst]
    gaps = [measure.worse_by(scale(each), scale(floor)) for each in ends]
    worst = max(gaps, default=0)
    if worst <= 0:
        return np.nan
    return float(np.clip(measure.worse_by(scale(value), scale(floor)) / worst, 0, 1))


def _by_factors(floor):
    """The logarithm; of what by chance is not above 0, that of a tenth of the floor."""
    least = max(abs(floor) / 10, 1e-9)
    return lambda value: np.log(max(value, least))


def verdict(measure: Measure, value: Value, floor: Value, place: float) -> str:
    """How a value stands to that of real images, in words."""
    apart = abs(value.value - floor.value)
    if apart <= WITHIN * np.nan_to_num(np.hypot(value.error, floor.error)):
        return "no different from real images beyond chance"
    if measure.worse_by(value.value, floor.value) < 0:
        return "better than real images"
    if np.isnan(place):
        return "different from real images"
    for limit, words in ((1 / 3, "near real images"), (2 / 3, "half-way to spoilt images")):
        if place <= limit:
            return words
    return "near spoilt images"


def text(card: Scorecard) -> str:
    """The table for a terminal."""
    table = card.to_frame()
    lines = [heading(card), ""]
    width = max([*map(len, table.index), 7])
    lines.append(
        f"{'measure':{width}}  {'these':>9}  {'95% interval':>19}  {'real':>8}  {'blurred':>8}  "
        f"{'noise':>8}  {'real … spoilt':13}"
    )
    for name, row in table.iterrows():
        place = row["position"]
        marks = "?" if np.isnan(place) else "·" * round(BAR * place) + "●"
        lines.append(
            f"{name:{width}}  {short(row['value']):>9}  {interval(row):>19}  "
            f"{short(row['real']):>8}  {short(row['blurred']):>8}  {short(row['noise']):>8}  "
            f"{marks}"
        )
    lines += ["", *(f"{name}: {meaning}" for name, meaning in table["meaning"].items())]
    lines += [
        f"{MEASURES[key].name}: left out, for it {why}." for key, why in card.left_out.items()
    ]
    return "\n".join(lines)


def html(card: Scorecard) -> str:
    """The table for a notebook or a page."""
    rows = []
    for name, row in card.to_frame().iterrows():
        numbers = [short(row["value"]), interval(row), *(short(row[k]) for k in _BESIDE)]
        cells = "".join(f"<td style='text-align:right'>{escape(n)}</td>" for n in numbers)
        rows.append(
            f"<tr><th style='text-align:left'>{escape(name)}</th>{cells}"
            f"<td>{_bar(row['position'])}</td>"
            f"<td style='text-align:left'>{escape(row['meaning'])}</td></tr>"
        )
    head = "".join(
        f"<th>{each}</th>"
        for each in ("", "these", "95% interval", *_BESIDE, "real … spoilt", "what it says")
    )
    left_out = "".join(
        f"<li>{escape(MEASURES[key].name)} is left out, for it {escape(why)}.</li>"
        for key, why in card.left_out.items()
    )
    return (
        f"<p>{escape(heading(card))}</p><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>" + (f"<ul>{left_out}</ul>" if left_out else "")
    )


_BESIDE = "real", "blurred", "noise"


def heading(card: Scorecard) -> str:
    """What was compared with what."""
    done = card.conditions
    of = "" if done["images"] == done["of"] else f"of {done['of']:,} "
    same = f" {done['identical']:,} of them are real images themselves, to the pixel."
    return (
        f"{card.name}: {done['images']:,} {of}images beside as many of {done['real']}; features: "
        f"{done['features']}.{same if done['identical'] else ''}"
    )


def short(value: float) -> str:
    """A number in four digits, "" for what there is not."""
    return "" if np.isnan(value) else f"{value:.4g}"


def interval(row: pd.Series) -> str:
    """The interval of 95%, or the p-value of a test."""
    if not np.isnan(row["p_value"]):
        p = row["p_value"]
        return "p < .001" if p < 0.001 else f"p = {p:.3f}".replace("0.", ".")
    return "" if np.isnan(row["low"]) else f"{row['low']:.3g} to {row['high']:.3g}"


def _bar(place):
    if np.isnan(place):
        return ""
    label = f"{place:.0%} of the way from real to spoilt images"
    return (
        f"<div role='img' aria-label='{label}' title='{label}' "
        "style='width:8em;height:.7em;border:1px solid #888;position:relative'>"
        f"<div style='position:absolute;left:calc({100 * place:.0f}% - .3em);top:0;width:.6em;"
        "height:100%;background:#0173b2'></div></div>"
    )
