"""The benches: one module, one `./motcua bench NAME`."""
