"""What runs in the decoding process; it needs PyAV and the standard library only."""
