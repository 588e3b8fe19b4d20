"""Who asks: everybody, a reader in-house, or an editor with a form of ours."""
