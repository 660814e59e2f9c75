"""Who may act for the state at this portal: the duty table and the check that stands before every official act.

Owns: duty grants, the two administrators who make one, the choice of a role after sign-in, conflicts of interest.
Does not own: persons and logins (`portal.accounts`) or what an official does (`portal.desk`, `portal.campaign`).
Serves: Decree 118/2025 (one-stop desks), Decree 310/2026 (officials sign in with an e-identity).
"""
