"""The order in which lines were printed, restored where columns were extracted out of order."""
