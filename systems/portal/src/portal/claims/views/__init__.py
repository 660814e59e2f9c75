"""Pages of the claim desk: the citizen's, the officers'."""
