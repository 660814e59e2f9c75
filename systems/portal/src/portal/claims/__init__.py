"""claims: the desk where a person gets an old account back when linking it is not possible any more.

Owns: requests, proofs of control, the opinions of two officers, the drawing of the second one, reviews, the 72 hours
before effect, appeals, frozen accounts, sealed and archived accounts. Identity is the claimant's own e-ID at level 2;
the desk adds proof of control and never replaces identity.
Does not own: what a link does (`accounts.actions.take_over`), undo and freeze (`accounts`), roles (`accounts.duty`).
Serves: architecture section 4, "After the date"; Decree 69/2024/NĐ-CP article 40.
"""
