"""Pages and endpoints of single sign-on: the provider (national) and the relying party (province)."""
