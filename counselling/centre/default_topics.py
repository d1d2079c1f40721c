"""Topics that a new installation begins with: (code, German, English). Codes are for ever; labels may be changed."""

from typing import Final

TOPICS: Final = (
    ("family", "Familie", "Family"),
    ("separation", "Trennung der Eltern", "Parents splitting up"),
    ("friends", "Freundschaft", "Friends"),
    ("love", "Liebe und Beziehung", "Love and relationships"),
    ("identity", "Sexualität, Identität, queer sein", "Sexuality, identity, being queer"),
    ("bullying", "Mobbing", "Bullying"),
    ("digital", "Stress im Netz", "Trouble online"),
    ("school", "Schule, Ausbildung, Arbeit", "School, training, work"),
    ("mood", "Traurig oder leer", "Feeling sad or empty"),
    ("anxiety", "Angst und Panik", "Fear and panic"),
    ("self-harm", "Selbstverletzung", "Self-harm"),
    ("suicide", "Nicht mehr leben wollen", "Not wanting to live any more"),
    ("eating", "Essen und Gewicht", "Eating and weight"),
    ("addiction", "Alkohol, Drogen, Medien", "Alcohol, drugs, media"),
    ("violence-home", "Gewalt zu Hause", "Violence at home"),
    ("sexual-violence", "Sexuelle Gewalt, Übergriffe", "Sexual violence, abuse"),
    ("grief", "Tod und Trauer", "Death and grief"),
    ("health", "Körper und Gesundheit", "Body and health"),
    ("pregnancy", "Schwangerschaft", "Pregnancy"),
    ("money", "Geld und Wohnen", "Money and housing"),
    ("law", "Recht und Polizei", "Law and police"),
    ("racism", "Rassismus, Flucht", "Racism, having fled"),
    ("loneliness", "Einsamkeit", "Loneliness"),
    ("other", "Etwas anderes", "Something else"),
)
