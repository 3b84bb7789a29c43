"""The carbohydrate trainer's rules: foods, plates, how close a guess is, how hard the next plate will be. Pure: no
Django, no clock, no database. Grams throughout."""
