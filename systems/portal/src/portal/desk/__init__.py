"""The officials' one-stop desk: the queue of an office, a dossier as an official sees it, and the answers to it.

Owns: pages and acts of officials. Does not own: the dossier's life (`dossiers`), roles (`accounts.duty`), account
claims and policy (`campaign`).
Serves: Decree 118/2025 and Circular 03/2025/TT-VPCP (forms 01-03: receipt, supplement, refusal).
"""
