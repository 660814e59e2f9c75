"""The whole country on one machine: the `motcua` command.

Owns: bootstrap of assets and databases, the supervisor of all processes, the outbox that receives the
systems' real SMS and mail, the made-up people it seeds, the demo, and the runners of tests, checks, proofs and
benches. Does not own: any rule of any system; it talks to them by their command lines and over HTTP only.
"""
