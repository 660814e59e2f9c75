"""Pages of dossiers: the form, one's own dossiers, the receipt, the public look-up."""
