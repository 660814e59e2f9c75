"""Dossiers: what a citizen asks of the state, from the first draft to the answer.

Owns: drafts, dossiers and their hash-chained events, codes, the submission that happens once, receipts, the public
look-up, and what is waiting to be handed to another portal.
Does not own: forms and offices (`catalogue`), file contents (`store`), decisions of officials (`desk`), or the
transport between portals (`exchange`).
Serves: Decree 45/2020 Art 9-16, Decree 61/2018 and 118/2025 (steps and clocks), Circular 01/2018 (codes).
"""
