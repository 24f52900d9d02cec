"""Asking annotators: every answer is paid once, kept, and found again by its key."""
