"""Acts of single sign-on, one file each."""
