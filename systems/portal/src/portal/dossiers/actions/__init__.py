"""What can be done to drafts and dossiers by citizens and by other portals, one file each."""
