"""How a change comes into the index: who may make it, where it is collected, and how it is sent."""
