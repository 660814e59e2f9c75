"""The rates of ``noise.toml``, each with its source, as they are or doubled."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# In the workspace the table stands beside the package for people to read; a wheel carries it inside.
_INSIDE = Path(__file__).parents[1] / "noise.toml"
SOURCE = _INSIDE if _INSIDE.exists() else Path(__file__).parents[3] / "noise.toml"


@dataclass(frozen=True)
class Noise:
    """``rates["name.typo"]`` is a share of one. Every row of the file must say where its rate comes from."""

    rates: dict[str, float]

    @classmethod
    def load(cls, times: float = 1.0, source: Path = SOURCE) -> Noise:
        """The rates of the file, each multiplied by ``times`` (at most 1).

        Raises:
            ValueError: a rate is not a share, or does not say where it comes from.
        """
        rates = {}
        for group, rows in tomllib.loads(source.read_text("utf-8")).items():
            for kind, row in rows.items():
                if not 0 <= row["rate"] <= 1 or not row["source"].strip():
                    raise ValueError(f"{group}.{kind}: needs a rate from 0 to 1 and a source")
                rates[f"{group}.{kind}"] = min(1.0, row["rate"] * times)
        return cls(rates)

    def kinds(self, group: str) -> list[str]:
        """The kinds of a group, in the order of the file."""
        return [name.split(".")[1] for name in self.rates if name.startswith(f"{group}.")]

    def draw(self, rng: np.random.Generator, group: str, n: int) -> NDArray[np.int64]:
        """For each of ``n`` rows the position of its kind in `kinds`, or -1: nothing is wrong."""
        bounds = np.cumsum([self.rates[f"{group}.{kind}"] for kind in self.kinds(group)])
        drawn = np.searchsorted(bounds, rng.random(n), side="right")
        return np.where(drawn == len(bounds), -1, drawn)

    def happens(self, rng: np.random.Generator, name: str, n: int) -> NDArray[np.bool_]:
        """For each of ``n`` rows whether ``name`` (``account.second``) happens."""
        return np.asarray(rng.random(n) < self.rates[name])
