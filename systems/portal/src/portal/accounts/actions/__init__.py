"""Business acts on accounts: one file per act, each with a check and an execute, called by views and the CLI.

Owns: the transactions. Does not own: the rules (`matching`, `linking`, `cutover` are pure) nor the pages.
"""
