"""Training: the stages of XEmoGPT, and the weights that emer ships itself."""
