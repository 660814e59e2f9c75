"""What an official can do to a dossier, one file each."""
