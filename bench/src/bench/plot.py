"""One picture for a bench: each figure and ratio as a share of its goal, in the colours of the house."""

from __future__ import annotations

from pathlib import Path

from bench.record import RESULTS, Figure, Record

WITHIN, BEYOND, GOAL_LINE, INK = "#1d3f8a", "#b3261e", "#8b4412", "#20242b"


def draw(record: Record) -> Path:
    """Writes `bench/results/NAME.svg`: bars as shares of the goal, the goal as a line at 100 %."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    ratios = [Figure(f"{r.name} / {r.peer}", r.value, "x", r.goal) for r in record.ratios]
    figures = [f for f in (*record.figures, *ratios) if f.goal]
    shares = [100 * f.value / (f.goal or 1) for f in figures]
    plot, axes = plt.subplots(figsize=(9, 0.42 * len(figures) + 1.4))
    axes.barh(range(len(figures)), shares, color=[WITHIN if f.met else BEYOND for f in figures], height=0.62)
    axes.axvline(100, color=GOAL_LINE, linestyle=":", linewidth=2)
    axes.set_yticks(range(len(figures)), [f.name for f in figures], fontsize=9, color=INK)
    axes.invert_yaxis()
    for row, (figure, share) in enumerate(zip(figures, shares, strict=True)):
        axes.text(share + 1.5, row, f"{figure.value:g} {figure.unit}", va="center", fontsize=8.5, color=INK)
    axes.set_xlabel("share of the goal, % (shorter is better)", fontsize=9, color=INK)
    axes.set_xlim(0, max([120, *shares]) * 1.18)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    plot.tight_layout()
    path = RESULTS / f"{record.name}.svg"
    plot.savefig(path)
    plt.close(plot)
    # Trailing spaces of the drawing library would be noise in every review.
    path.write_text("\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n")
    return path
