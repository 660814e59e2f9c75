"""Whole account bases with the truth: a register, the old accounts of its people, organisations; any size, as Parquet.

Owns: the noise of old accounts (``synthetic/noise.toml``), columns of people and accounts made batch by batch (the same
seed gives the same rows, memory does not grow with their number), who really owns each account. Does not own: the
rules that are measured with it (`linkage`), passwords. Numbers follow Decree 137/2015 Art 13; nobody in it exists.
"""

from synthetic.bases.noise import Noise
from synthetic.bases.writing import hidden_seed, write

__all__ = ["Noise", "hidden_seed", "write"]
