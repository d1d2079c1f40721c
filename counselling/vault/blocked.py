"""What nobody may use as a passphrase: small letters, "ae" for "ä", without digits; `strength` says how."""

# Passwords that head the lists leaked in Germany, with the words they are made of.
_PASSWORDS = """
abc abcd abcde abcdef abcdefg abcdefgh admin administrator alexander andreas anmelden anmeldung arschloch baby batman
bayern bayernmuenchen berlin bin bvb christian computer daniel das der deutschland die dortmund dragon dresden du egal
ein einloggen engel engelchen facebook fickdich ficken football fortnite frankfurt fruehling fussball geheim geheimnis
geheimwort google hallihallo hallo hallochen hamburg handball handy harrypotter herbst hund ich ichhasse ichhassedich
ichhassemich ichliebedich iloveyou instagram internet iphone ist katze keineahnung kennwort koeln leipzig letmein
liebe liebedich liebling login losungswort master mein meine meinkennwort meinpasswort michael minecraft monkey
muenchen neu neues oesterreich passphrase password passwort passwortvergessen pferd pokemon prinzessin probe roblox
samsung schalke schatz schatzi schatzilein scheisse schweiz sebastian servus shadow snapchat sommer sonne sonnenschein
start starwars stefan stuttgart superman test testen testtest thomas tiktok tschuess vergessen weissichnicht
weissnicht welcome whatsapp wien willkommen winter youtube zugang
"""

# Keyboard rows and columns, German and English, both ways.
_KEYBOARD = """
asdf asdfg asdfgh asdfghjk asdfghjkl asdfghjkloe asdfghjkloeae edc fdsa lkjhg lkjhgfdsa mnbvcxy mnbvcxz poiuz
poiuztrewq qay qaywsx qayxsw qaz qazwsx qwert qwerty qwertyuiop qwertz qwertzu qwertzui qwertzuio qwertzuiop
qwertzuiopue rfv tgb trewq ujm wsx xsw yaq ytrewq yxcv yxcvb yxcvbnm zhn ztrewq zxcvb zxcvbnm
"""

# Help-lines, services and the words of a counselling centre.
_CENTRE = """
anonym awo beraten berater beraterin beratung beratungschat beratungsstelle bke blendedcounseling brief caritas chat
chatberatung counseling counselling counselor diakonie drk eltern familie hilfe hilfemir hilfetelefon jugend jugendamt
jugendberatung jugendchat jugendhaus jugendhilfe jugendnotmail jugendzentrum kinder kinderschutz kinderschutzbund
krisenchat krisendienst krisenhilfe kummer kummerkasten kummernummer mail mailberatung nachricht nickname notfall
notruf nummergegenkummer onlineberatung profamilia psychologe psychologin schule schulsozialarbeit seelsorge
sorgentelefon sozialarbeit spitzname telefonseelsorge therapeut therapeutin therapie vertrauen vertraulich
"""

_ALL = (_PASSWORDS, _KEYBOARD, _CENTRE)

BLOCKED = frozenset(word for words in _ALL for word in words.split())
