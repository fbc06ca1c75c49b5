"""How the detector is trained: real pages, pages set with real pictures, what is asked of it, and how well it does."""
