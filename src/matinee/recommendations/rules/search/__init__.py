"""What somebody means who types: titles, people, genres and moods, in any script."""

from matinee.recommendations.rules.search.label_words import LabelWords
from matinee.recommendations.rules.search.titles import QUERY_LENGTH_MAX, Eyes, SearchIndex

__all__ = ["QUERY_LENGTH_MAX", "Eyes", "LabelWords", "SearchIndex"]
