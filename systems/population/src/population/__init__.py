"""The population register: what the state knows of a person, and who asked for it.

Owns: people, households and residence (Law 26/2023 Art 9-10, Law 68/2020), verification and disclosure by purpose and
grant, quotas, the log of every access with its hash chain, alarms, and the event that tells the e-ID of a try.
Does not own: e-ID accounts, portal accounts, dossiers. Serves: RFC 6749 4.4 and RFC 7523 (token), RFC 9068 (at+jwt),
RFC 8417 and 8935 (events), Circular 117/2026/TT-BCA and 136/2026/TT-BCA (how the register may be asked).
"""
