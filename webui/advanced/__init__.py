"""The form that makes a query line of words in several fields."""
