"""The migrations of the catalogue's tables; `migrating` runs them."""
