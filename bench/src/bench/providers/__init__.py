"""The providers that are measured, each started whole, with the same database settings, and ended by its pid.

Owns their start, their registrations and who is signed in at them. A peer's own settings and adapter are in
`bench/peers/`; nothing of a peer's code is here.
"""
