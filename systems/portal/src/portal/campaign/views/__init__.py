"""Pages of the campaign: the date for staff, the claim desk and the freeze link for citizens."""
