"""A person as the register knows him or her, how what somebody says is compared with it, and how records come in.

Owns: the record, its states, the comparison of name, birth date and number (Circular 136/2026: match, no match, no
information, insufficient basis). Does not own: who may ask (`disclosure`), where records are kept (`storage`).
"""
