"""Word pairs for suggested nicknames: friendly, nothing about distress, age, looks, strength or gender roles.

Colours that are also said of people or parties (white, black, brown) are left out on purpose, and so are small, big,
old and young. Every pair passes `nicknames.clean` (a test tries them all).
"""

from collections.abc import Callable, Sequence

Choice = Callable[[Sequence[str]], str]

GERMAN_ADJECTIVES = """
    Abendlich Achtsam Aufmerksam Ausgeruht Bedacht Behutsam Besonnen Blau Bunt Clever Duftend Eifrig Entspannt
    Einladend Flauschig Flink Fliegend Freundlich Friedlich Froh Funkelnd Gelassen Gelb Gemütlich Gestreift
    Gepunktet Geschickt Glitzernd Golden Grün Heiter Herbstlich Herzlich Hilfsbereit Hüpfend Kariert Klug Kreativ
    Kunterbunt Lebhaft Leuchtend Lustig Luftig Morgendlich Munter Musikalisch Neugierig Nett Pfiffig Plaudernd Ruhig
    Samtig Sanft Schimmernd Schlau Schnell Schwebend Silbern Singend Sommerlich Sonnig Sorgsam Still Strahlend
    Summend Tanzend Träumend Verspielt Vergnügt Verträumt Wach Wandernd Warm Winterlich Witzig Wollig Zufrieden
"""
GERMAN_NOUNS = {
    "der": """
        Ahorn Anker Apfel Bach Bagger Baum Berg Biber Bus Dachs Delfin Drache Falke Fink Fluss Frosch Fuchs Garten
        Hamster Hügel Igel Kaktus Keks Kiesel Komet Koala Kolibri Kranich Lachs Leuchtturm Löffel Luchs Marder Mond
        Otter Panda Papagei Pfau Pinguin Planet Regenbogen Roller Rucksack Schneemann Schwan Seestern Spatz Specht
        Stern Storch Tukan Vulkan Wal Waschbär Wind Zug
    """,
    "die": """
        Ameise Amsel Banane Birke Biene Blume Brise Brücke Distel Eiche Ente Eule Feder Fähre Flocke Gitarre Hummel
        Insel Kastanie Kiefer Kirsche Kiwi Krabbe Lampe Laterne Libelle Linde Lerche Melone Meise Möwe Muschel Mütze
        Nuss Palme Pflaume Pfütze Qualle Rakete Robbe Schildkröte Schwalbe Sonne Straßenbahn Tanne Tomate Trommel
        Tulpe Walnuss Welle Wiese Wolke Zitrone
    """,
    "das": """
        Alpaka Blatt Boot Eichhorn Einrad Fahrrad Faultier Feld Gürteltier Iglu Kamel Kanu Karussell Känguru Klavier
        Kleeblatt Krokodil Lama Mammut Meer Moos Murmeltier Nilpferd Radieschen Reh Segelboot Seepferd Skateboard
        Sofa Tretboot Ufer Walross Xylofon Zebra Zelt
    """,
}
ENGLISH_ADJECTIVES = """
    Amber Attentive Autumn Blue Breezy Bright Bubbly Calm Careful Cheerful Clever Coral Cosy Crimson Curious Dancing
    Dappled Drifting Easy Evening Fluffy Flying Friendly Gentle Giggling Glowing Golden Green Happy Helpful Humming
    Inventive Jolly Kind Leafy Lively Lucky Mellow Merry Misty Morning Musical Northern Orange Patient Peaceful
    Playful Polite Purple Quick Quiet Relaxed Roaming Rolling Rosy Royal Rustling Sailing Scarlet Silver Singing
    Sleepy Smiling Snowy Sparkling Speckled Spotted Spring Steady Striped Summer Sunny Swift Thoughtful Velvet
    Violet Wandering Warm Whistling Winter Witty Woolly Yellow
"""
ENGLISH_NOUNS = """
    Acorn Alpaca Anchor Apple Badger Banjo Beaver Bicycle Blackbird Boat Breeze Bridge Brook Bus Cactus Canoe Castle
    Cherry Cloud Clover Comet Cookie Crane Daisy Dolphin Dragon Dragonfly Drum Falcon Feather Fern Ferry Finch
    Firefly Forest Fox Garden Gecko Guitar Hamster Harbour Hedgehog Heron Hill Island Kettle Kite Kiwi Koala Lantern
    Lemur Lighthouse Llama Lynx Maple Marmot Meadow Melon Moon Mountain Narwhal Ocean Otter Owl Panda Parrot Pebble
    Penguin Piano Pine Planet Puffin Quokka Rainbow River Robin Rocket Sailboat Scooter Seahorse Sparrow Squirrel
    Star Sunflower Swallow Swan Teapot Toucan Train Tulip Turtle Walrus Wave Willow Wombat Zebra
"""

_ENDINGS = {"der": "er", "die": "e", "das": "es"}
_ARTICLES = [article for article, nouns in GERMAN_NOUNS.items() for _ in nouns.split()]


def german(choose: Choice) -> str:
    """An adjective in the grammatical gender of its noun: `Stiller Otter`, `Blaue Eule`, `Flinkes Reh`."""
    article = choose(_ARTICLES)
    return german_pair(choose(GERMAN_ADJECTIVES.split()), article, choose(GERMAN_NOUNS[article].split()))


def german_pair(adjective: str, article: str, noun: str) -> str:
    """The adjective's strong ending agrees with the noun's article."""
    return f"{adjective}{_ENDINGS[article]} {noun}"


def english(choose: Choice) -> str:
    """Two words: `Quiet Otter`."""
    return f"{choose(ENGLISH_ADJECTIVES.split())} {choose(ENGLISH_NOUNS.split())}"
