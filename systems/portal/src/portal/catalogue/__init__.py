"""The procedures that this portal knows: their facts, their forms as data, the offices that handle them.

Owns: procedures and their frozen versions, interactive forms and how an answer is judged, offices, search.
Does not own: what a person filled in (`dossiers`) or who may decide (`accounts.duty`).
Serves: Decree 61/2018 and 118/2025 (published procedures), Decree 45/2020 Art 9-11 (interactive forms),
Resolution 66.7/2025/NQ-CP (data instead of papers).
"""
