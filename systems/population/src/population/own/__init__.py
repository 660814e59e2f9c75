"""A person's own pages: who asked about me and why, and asking for a correction.

Owns: what stands on these pages. Does not own: the log, the rules of corrections. Serves Law 26/2023 Art 10 and Law
91/2025 on personal data (to know, to have corrected).
"""
