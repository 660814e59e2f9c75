"""Figures beside goals and peers, measured on the machine that runs them.

Owns: the benches (`benches/`), what they write (`bench/results/NAME.json`) and their plots. Does not own: any
system; it drives the running country from outside, like everybody else. Timed figures are never tests.
"""
