"""Data to train on: rows on disk, their media surveyed, features kept, splits that do not leak."""
