"""What may be told to whom: purposes, grants, what a failed match may show, quotas, alarms.

Owns: the rules, pure; they get facts and give decisions, and import neither database nor framework. Does not own: the
records, the counting, the log. Serves Law 26/2023 Art 10, Circular 117/2026 Art 9-11 and 18, Law 91/2025 on personal
data.
"""
