"""The pages of the register's officers: requests for correction, alarms, orders of secrecy.

Owns: what stands on these pages. Does not own: the rules (`corrections`), who is an officer (`storage.visits`). Every
look at a person's request is an access like any other, in the log that this person reads.
"""
