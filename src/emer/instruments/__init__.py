"""Models and signal processing that turn media into measurements."""
