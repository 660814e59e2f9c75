"""Acts of the claim desk, one file each."""
