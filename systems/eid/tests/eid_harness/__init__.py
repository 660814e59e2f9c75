"""What the tests of the e-ID provider drive it with: a browser, a relying party, a gateway, a register.

Everything speaks HTTP to a real `eid serve` process on real PostgreSQL.
"""
