"""The owner's own pages: level, sessions, what is shared with whom, who asked the register, the lock.

Owns these screens. Owns no sign-in (interaction) and no protocol. Serves Decree 69/2024 articles 15, 17 and 28
(history of use, shown to the owner), Law 91/2025 (withdrawal of consent).
"""
