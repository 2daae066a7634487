"""What givers write about furniture, in three languages: enough to put some forty words together in many ways."""

SENTENCES = {
    "fi": [
        "Palvellut kokoushuoneessa viisi vuotta ja siirtyy nyt uuteen kotiin remontin alta.",
        "Rungossa on pieniä naarmuja, mutta kaikki osat ovat tukevasti paikoillaan.",
        "Pinta on pyyhitty ja pyörät rasvattu ennen valokuvaamista.",
        "Sopii kotitoimistoon, kerhotilaan tai opiskelijan ensimmäiseen asuntoon.",
        "Selkänojan korkeutta voi säätää kahvasta ilman työkaluja.",
        "Kansi on aitoa viilua ja kestää päivittäistä käyttöä.",
        "Useita samanlaisia samasta koulusta, voi ottaa kaikki tai yhden.",
        "Haalistunut ikkunan puolelta, muuten kuin uusi.",
        "Käsinojat irtoavat neljällä ruuvilla, ruuvit ovat pussissa mukana.",
        "Nouto onnistuu lastauslaiturilta, kantoapua on aamupäivisin.",
        "Tuotu kirjastosta, jossa se seisoi lehtisalin nurkassa.",
        "Laatikot kulkevat kevyesti ja avain on tallella.",
        "Kankaassa on yksi tahra, joka lähtee varmasti pesulla.",
        "Hankittu päiväkotiin aikanaan uutena, jäänyt tarpeettomaksi muutossa.",
        "Jalat voi säätää epätasaiselle lattialle sopiviksi.",
        "Kevyt siirtää yksinkin, vaikka näyttää raskaalta.",
    ],
    "sv": [
        "Har stått i ett mötesrum i fem år och får nu ett nytt hem efter renoveringen.",
        "Ramen har små repor men alla delar sitter stadigt på plats.",
        "Ytan är avtorkad och hjulen smorda före fotograferingen.",
        "Passar hemmakontoret, klubblokalen eller studentens första bostad.",
        "Ryggstödets höjd ställs in med ett handtag utan verktyg.",
        "Skivan är av äkta faner och tål daglig användning.",
        "Flera likadana från samma skola, ta alla eller bara en.",
        "Blekt på den sida som stod mot fönstret, annars som ny.",
        "Armstöden lossas med fyra skruvar som följer med i en påse.",
        "Hämtas vid lastbryggan, bärhjälp finns på förmiddagarna.",
        "Kommer från biblioteket där den stod i tidningssalens hörn.",
        "Lådorna löper lätt och nyckeln finns kvar.",
    ],
    "en": [
        "It stood in a meeting room for five years and moves on because of a renovation.",
        "There are small scratches on the frame but every part sits firmly in place.",
        "The surface has been wiped and the castors oiled before taking the photo.",
        "Suits a home office, a club room or a first flat of a student.",
        "The height of the back is set with a handle and needs no tools.",
        "The top is real veneer and stands up to daily use.",
        "Several alike from the same school, take all of them or just one.",
        "Faded on the side that faced the window, otherwise like new.",
        "The armrests come off with four screws, kept in a bag.",
        "Collected from the loading dock, somebody helps to carry in the mornings.",
    ],
}

# How often each kind comes in, roughly as when a city empties offices and schools; the rest share what is left.
SKEW = {
    "office_chair": 160,
    "desk": 90,
    "desk_electric": 80,
    "meeting_chair": 80,
    "cabinet": 70,
    "bookshelf": 70,
    "school_chair": 60,
    "pedestal": 60,
    "school_desk": 50,
    "meeting_table": 50,
    "visitor_chair": 50,
    "sofa": 30,
    "armchair": 30,
    "whiteboard": 30,
    "locker": 30,
}
COLOURS = {
    "black": 25,
    "grey": 20,
    "white": 15,
    "birch": 10,
    "oak": 8,
    "blue": 8,
    "red": 5,
    "green": 4,
    "": 5,
}
CONDITIONS = {"good": 50, "worn": 30, "as_new": 15, "fix": 5}
MATERIALS = ["wood", "metal", "fabric", "laminate", "plastic", ""]
MAKERS = ["Martela", "Isku", "Kinnarps", "IKEA", "", "", "", ""]
DEFECTS = {"fi": "Jalassa kolhu.", "sv": "Ett slagmärke på benet.", "en": "A dent in one leg."}

# In every so many pages of the catalogue stands one of these: thirty things in all, however large it is.
RARE = "kellopöllö"
RARE_THINGS = 30
NOWHERE = "xyzzyplugh"
