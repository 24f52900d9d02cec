"""The losses of the pre-training stages, one a file."""
