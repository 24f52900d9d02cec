"""Building EmoCue: clips in, a cue-annotated emotion dataset out, with provenance throughout."""
