"""The form that corrects an article, and the changes that it shows."""
