"""Training of the weights that emer ships; nothing on the way from clip to report needs it."""
