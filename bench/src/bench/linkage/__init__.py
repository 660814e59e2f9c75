"""What `bench linkage` measures: how right the dry run is, how fast, and beside plain Splink, recordlinkage, dedupe.

Owns: the labelled bases (made by `synthetic.bases`), runs of the `linkage` command as an operator runs it, the peers in
an environment of their own. Does not own: any rule; it never imports `linkage`.
"""
