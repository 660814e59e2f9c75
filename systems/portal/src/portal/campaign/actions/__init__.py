"""Acts of the campaign, one file each."""
