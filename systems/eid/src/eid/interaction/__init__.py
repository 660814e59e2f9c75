"""The screens between /authorize and the code: password, one-time code, consent, and their ways out.

Each screen reads its interaction, does one thing, and sends the browser back to /authorize/{id}; none calls
another. Owns no protocol. Serves Decree 69/2024 article 20 (two factors), Law 91/2025 (consent), facts 3.5.
"""
