"""Pages of accounts: thin views that read a form, call an act and render. They hold no rule."""
