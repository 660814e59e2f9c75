"""accounts: old accounts, verified persons, the link between them, and the sessions of both.

Owns: registration, old sign-in, matching with the register, linking and undo, login sessions, the audit chain,
messages to people, the policy of the date as judged here. Rules (`matching`, `linking`, `cutover`) are pure.
Does not own: the protocol with the e-ID (`eid_login`), dossiers and documents (it only moves their ownership),
how a policy is proposed and travels (`campaign`, `exchange`).
Serves: Decree 69/2024 article 40(3), (4); `docs/architecture.md` section 4.
"""
