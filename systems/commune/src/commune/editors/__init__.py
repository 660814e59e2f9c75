"""The people who write the site: their accounts, what they may do, and the guard at their door.

Owns: editor accounts (password, not e-ID, in this version), the editors' group, the limit on failed sign-ins.
Does not own: accounts of citizens; this site has none. Serves: OWASP ASVS 5 sections 6.1 and 6.3.
"""
