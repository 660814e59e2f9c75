"""What an account and a record of the register say, in one form: the only place where texts are folded.

Owns: names as spelled, folded and sorted words, partial dates, numbers and what form they have. Does not own: any
comparison (the engines compare equal texts, and distances of ASCII only). Folding happens here, by `kernel`, before
any engine sees a name: engines count bytes or characters and fold by their own tables, the kernel does not.
"""
