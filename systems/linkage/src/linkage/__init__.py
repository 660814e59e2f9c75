"""The move in bulk: what would become of every old account of a portal, said before anything is changed.

Owns: reading anybody's account base, one class and one reason for each account, the probabilistic model, the ledger of
decisions, the reconciliation, the report. Does not own: any account, any link, any person: it writes a report and a
ledger and nothing else, and a probable match never links anybody. Serves Decree 69/2024 Art 40 and architecture
section 4.
"""
