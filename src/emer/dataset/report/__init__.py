"""The page of a build: one HTML file, nothing from elsewhere."""
