"""The ledger of decisions: append-only segments in a chain of hashes; and the reconciliation that proves both sides.

Owns: what a decision looks like when it is kept (account and person as keyed references, class, reason, facts, rule
version, who answers), the chain, the proof that nothing is lost or twice. Does not own: any decision.
"""
