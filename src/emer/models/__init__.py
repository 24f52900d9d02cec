"""Models that learn: XEmoGPT, and the parts it is put together from."""
