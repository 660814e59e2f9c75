"""Corrections that a person asks for: what may be asked, who may decide, by when. Pure.

Owns: the rules. Does not own: records, storage, pages. Serves Decree 70/2024 as amended by Decree 58/2026 (a decision
within 2 working days) and Law 91/2025 on personal data (the right to have data corrected).
"""
