"""Acts on the duty table, one file each: propose, approve, end, bootstrap."""
