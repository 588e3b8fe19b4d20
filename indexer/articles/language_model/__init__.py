"""How well one text continues another: character bigrams and word unigrams."""
