"""Parts of a model: encoders and language models, from assets, folders or the hub."""
