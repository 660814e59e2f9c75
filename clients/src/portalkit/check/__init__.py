"""The conformance check of a portal: plays good and bad providers against it, and says what the portal let pass.

Owns: the promises, the hands of a browser, the table at the end. Does not own: the portal; it is driven from outside,
over HTTP, by the descriptor that it serves in its test environment. `motcua rp check URL` runs it.
"""
