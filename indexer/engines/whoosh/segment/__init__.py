"""A segment's file: how its sections are laid out, written and read. Imports no other room of the engine."""
