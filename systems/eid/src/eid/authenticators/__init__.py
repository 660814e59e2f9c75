"""What a person proves a sign-in with: the password and the one-time code.

Owns their rules: cost of the hash, life of a code, tries, waiting. Does not own their storage, their delivery
or the screens. Serves Decree 69/2024 article 20 (two different factors = assurance level 2).
"""
