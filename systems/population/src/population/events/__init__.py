"""What the register tells others by itself: a try on a person to the e-ID (RFC 8417, 8935), alarms to its staff.

Owns: the content of events, pushing them until they arrive, watching for unusual patterns. Does not own: the rules of
what is unusual (`disclosure.alarms`), the rows (`storage`).
"""
