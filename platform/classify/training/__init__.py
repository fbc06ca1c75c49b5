"""Training of the classifier of genres: pictures to learn from, features, heads, measurement."""
