"""Words of the German Diceware list that must not be suggested to a young person in distress.

The whole list was read for them; `phrases` leaves them out of suggestions, yet still accepts them, so words may be
added here at any time (with them, fingerprints of keys change). When in doubt a word is here.
"""

# Death and mourning.
_DEATH = """
ableben adieu asche ende endlos endzeit epitaph erbfall friedhof garaus gebein gerippe grab gram gruft hades hospiz
inferno jenseits kadaver krypta leblos leiche leichnam mumie nekrolog nemesis requiem sarg siech skelett sterben
todernst todestag todfeind todkrank tote totholz totsagen trauer traurig untot urne verderb verfall verlust verwesen
verwest waise witwe zerfall zombie
"""

# What a thought of suicide or self-harm may catch on.
_SELF_HARM = """
abgrund absprung absturz ampulle arznei aspirin ausweg blut brennen cutter dosis galgen genick gift gleis gurgel
henken henker insulin klinge kratze narbe pille ritz scherbe schere schlinge schlucht schlund schneid schnitt sengen
skalpell sprung stechen stecher stich strang strick suizid toxin toxisch wund
"""

# Violence and weapons.
_VIOLENCE = """
abfeuern abjagen abwehr anprall anschlag ansturm armbrust attack attentat befeuern bejagen bejagung beschuss besiegt
beule biss blessur bombe boxen boxer boxring brand colt degen dolch dreschen drill ducken duell dynamit endkampf
ermorden ermordet faust fight flak flinte gasmaske gefecht gehauen geisel gejagt gemetzel geschoss getreten gewalt
gewehr geworfen hacke haue hetze hetzjagd hieb jagd jagen kampf keule killen killer klaps klatsch knarre kneifen
lynchen marterl mensur metzger metzler mine mitgift mord munition mutprobe opfer panzer pirsch pistol prellen punch
rammen rauf rempeln rohheit rute schassen schlacht schlag schrot schuss sezieren speer sperre tatort torpedo tortur
treten treter umhauen untat verhauen verkohlt vermint vorkampf waffe wehtun zerbombt zerfetzt zerren zerrung zucht
zugzwang zwang zwicken zwingen
"""

# War, terror, tyranny and flight.
_WAR = """
anarchie arisch asyl aufruhr brigade bunker despot drohne dschihad duce duldung endsieg eugenik exil fliehen front
geflohen genozid getto gulag hamas heil junta kaserne klan kolonial krieg legion maoist marxist migrant miliz napalm
nuklear ostfront pogrom putsch radikal rasse rassig rassist revolte skin sklave sklavin taliban terror torero tyrann
umsturz vergasen warlord zapatist
"""

# Crime, prison and punishment.
_CRIME = """
ahnden ahndung anklage arrest beraubt betrug crime danger delikt dieb drohen drohung entlockt fahnden fahnder fessel
frevel ganove gauner gefahr gehorsam geraubt haft illegal insasse kerker klage knast knebel knute komplott korrupt
krimi kripo mafia mafios perfid pranger raid raub razzia rotlicht rufmord schelte schuld stehlen strafe straflos
suspekt tadel unschuld urteil verdacht verlies verrat zwinger
"""

# Sex, the body, and whom one loves (words that are shouted in school yards).
_SEX = """
ader anal anus begehrt begierig behaart brunst brust brut burlesk busen dessous dick dirne domina ehebett eizelle
ekstase embryo eros erotik erregen erreger erregt erregung erzeugt eunuch fetisch feucht ficken frivol fummeln gebrech
geil geisha geliebte genitale gigolo groupie harem harn hetero hoden homo hormon impotent intim inzest inzucht keusch
kokett kondom kosen kuss lasziv latrine lesbe lesbisch libido lover luder lust nackt notdurft nymphe oral orgie outen
outing ovum pariser pascha penis pervers pissoir playboy poppen popper porno potent potenz puff rammler rasieren
rasiert same scheide schlitz schmusen schwul sexismus sexshop sexszene sextett sexual sexuell sexy slip sodom sperma
straps strich strip trieb tunte unzucht urin urologe uroma vagina vamp verrucht voyeur wichser wollust zwitter
zwittrig
"""

# Drugs, drink and gambling.
_DRUGS = """
acid alken alkohol anabol bier bourbon bowle cannabis chianti cognac crack deal dopen doping droge drogist ecstasy
eiswein entzug esswein exzess fixen fixer gedopt gelage hanf heroin high joint junkie junktim kater kiffen kiffer
kippe kokain koken kokerei koks lachgas lallen methadon morphin nikotin opiat opium pils poker prosit prost rauch
rotwein saufen schnaps sekt sherry shit smoken speed stoff sucht suff tabak tequila tick trinker trip trunk umtrunk
vinothek wein whiskey whisky wodka zeche zigarre zocken zocker
"""

# Illness and handicap.
_ILLNESS = """
abnorm aids amnesie angina anthrax arthrose asthma autismus autist bipolar blind buckel bucklig bulimie chirurg
cholera debil dement demenz diabetes dialyse eiter eitrig ekzem fieber fiebrig gicht grippal grippe heiser hinken
humpeln hypnose infarkt infekt invalid kollaps koma krebs lahm lepra lispeln malaria manie manisch narkose narziss
neurose paranoia paranoid pest phobie pocke psyche rheuma rollator senil seuche steril stumm symptom syndrom taub
tetanus tinnitus tumor typhus verirrt viral virus warze zuckung zyste
"""

# Food and weight.
_WEIGHT = """
abmagern beleibt feist fett gewicht hunger hungrig kahl kalorie kotzen mickrig mops pfund schlank speck taille waage
"""

# Fear, sorrow and need.
_SORROW = """
agonie alarm albtraum angst apathie arglos argwohn arme armselig armut bammel bang bereuen bereut bibbern bibel chaos
crash debakel defekt demut desolat dilemma dunkel eiskalt elend erbosen erbost erdbeben erlitten fatal fiasko finster
flehen frust furcht gehemmt geheul genervt geplagt gereizt gruselig gruseln hader hemmung heulen hilflos horror
instabil jammer jaulen kaputt lamento leer leid malheur mitleid mulmig mutlos neid nirwana notfall notlage notruf
notwehr notzeit obdach orkan pain panik panisch pech pein plage pleite qual quengeln ratlos reue reuig risiko riskant
ruin schade scham scheu schlimm schmerz schock schreck schrei schwach seenot seufzen seufzer sintflut sorge spuk
strapaze stress taumel tragik tragisch trist trouble tsunami unfall unlust unmut unruh unsicher unwohl verarmen
verarmt verdruss verloren verzagt wehe wehmut wimmern winseln wirr wrack zittern zittrig zunichte
"""

# Anger, quarrel and being cast out.
_QUARREL = """
abfall abgetan abhauen ablehnen absage abscheu abstrus abweisen affront anwidern arroganz ausbuhen ausladen bann
befangen besessen besudeln bizarr blamabel blamage boshaft bosheit buhen buhmann buhruf bully disput dissen ekel eklig
exfrau falsch fehde fehl feixen fies fluch foppen fremd garstig gehasst gehetzt gejohle gemein gezerre gezeter gier
grimm grob groll habgier hass hatz hohn hybris infam inferior inhuman intrige irrung irrweg kabale keifen knatsch
krach krawall kriechen kuschen lachhaft lossagen makaber meute mies minder mobben mobbing moloch morsch negativ
niemand nobody null nutzlos outlaw paria patzen patzer petze rabiat rache rage raunzen rotte rowdy schande schimpf
schmach skandal stigma streit strittig tabu tratsch trotz trug tumult unart unbill uncool underdog unfair unfein
unfrei unfriede ungeist ungern ungnade ungunst ungut unheil unhold unklug unrat unrecht unrein unsanft unselig unsitte
untreu unwahr unwesen unwille unwirsch unwort verdreht verfemt verlebt verpatzt verriss verruf vorwurf zank zerlegt
zerzaust zetern zickig zorn zuwider zwist zyniker zynisch
"""

# Insults and what is said to insult.
_INSULTS = """
abtritt affe angeber asozial balg baracke barbar beichte biest bigott bubi bulle chaot clown depp deubel diabolo doof
dreck dumm dumpf egoismus egoist esel exorzist exot extrem faul feig flegel fratze freak gaffer geck glatze gnom gosse
greis grunzen halunke heini hexe hohl horde idiot ignoranz infantil irre irrig irrsinn jauche kaste ketzer kloake
knecht kreatur latsch loch looser lumpen luzifer made maul metze mief mist monster morbid muff mutant naiv narr okkult
pack parasit pennen penner pfaffe pfusch pitbull plump prolet proll protz rabauke ramsch ranzig ratte rohling sadist
satan sauen schabe scherge schlapp schmutz schnauze schuft schwein slum snob stinken stumpf stupid stur sumpf torheit
tumb vandale verquer vettel viech vieh wahn wanze weib wicht wurm zecke zicke zwerg
"""

# Peoples, faiths and other groups.
_GROUPS = """
afghane alane albaner allah apache araber asiat assyrer atheist athener azteke bagdader bajuware bantu baptist baske
baskisch beduine bengale bosniake bosnier brite britin britisch buddha bulgare bulgarin burka chilene chinese chinesin
christ dakota derwisch druide eriwan este estnisch fatwa filipino finne finnin finnisch gallier germane ghanaer
goliath grieche herero hindi hindu hunne iberer iberisch imam inder indigen indio indisch inka inuit iraker irakisch
iraner iranisch irin irisch irokese islam israeli ivorer japaner jenisch jesuit jiddisch jude kairoer kasache khmer
kibbuz kirgise kopte koran kosak koscher kretisch kroate kroatin kubaner kurde kurdin kurdisch lapp lettisch libanese
libyer libysch litauer madjar mahatma maori massai masure maure maurisch maya messias minarett mohr mongole mormone
moschee moskauer moslem muezzin muslim nahost nigger osmane ossi papua perser persisch pole polin polnisch pommer
rabbi russe russin russisch russland sabbat saudi schiit serbe serbin sikh sioux skythe slawe slowake slowene sorbe
sowjet sufi sunnit syrer syrisch talmud tamil tatar teutone thora tibeter tscheche tuareg tunesier turiner ungar
usbeke waliser wallone welfe wessi yankee zairisch zulu zyprer zypriot
"""

_ALL = (
    _DEATH,
    _SELF_HARM,
    _VIOLENCE,
    _WAR,
    _CRIME,
    _SEX,
    _DRUGS,
    _ILLNESS,
    _WEIGHT,
    _SORROW,
    _QUARREL,
    _INSULTS,
    _GROUPS,
)

UNKIND = frozenset(word for words in _ALL for word in words.split())
