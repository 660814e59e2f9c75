"""The probabilistic model (Fellegi and Sunter 1969): comparisons, weights, thresholds, as Python that people read.

Owns: which fields are compared in which levels, how much each level counts, when a person stands out. Does not own:
any engine; no saved JSON of one is kept, because it would carry that engine's dialect. Weights come from
`python -m linkage.engines.training` on a labelled base, never from the hidden half of the benchmark.
"""
