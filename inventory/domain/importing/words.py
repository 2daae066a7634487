"""The words by which tables from elsewhere say what we say otherwise.

Headings and kinds of things are folded: lower case, no accents. Colours, materials and conditions keep their
accents, for "rod" is a rod and "röd" is red. Names and synonyms of our own categories are not repeated here.
"""


def _by_word(table):
    """{meaning: "word, word"} turned round to {word: meaning}."""
    return {
        " ".join(word.split()): meaning
        for meaning, words in table.items()
        for word in words.split(",")
        if word.strip()
    }


# Field: the headings that mean it, in English | Finnish | Swedish. The first column that means a field gets it.
HEADINGS = {
    "row_id": """id, item id, itemid, item no, item number, item code, no, nr, number, article number,
        article no, product id, product number, product code, sku, code, ref, reference, inventory
        number, asset id, asset tag, barcode | tunnus, tunniste, koodi, nro, tuotenumero, tuotekoodi,
        nimikenumero, numero, inventaarionumero, kalustenumero, viivakoodi | artikelnummer, artikelnr,
        kod, nummer, objektnummer, inventarienummer, inventarienr, streckkod""",
    "name": """name, title, item, item name, product, product name, model | nimi, nimike, otsikko, tuote,
        tuotenimi, tavara, kaluste, huonekalu, malli | namn, benamning, rubrik, titel, produkt,
        produktnamn, foremal, mobel, modell""",
    "category": """category, categories, type, kind, group, item type, product type, product group,
        product category, furniture type | kategoria, luokka, tyyppi, laji, ryhma, tuoteryhma,
        tuoteluokka, kalustetyyppi | kategori, typ, slag, grupp, varugrupp, produktgrupp, produkttyp,
        mobeltyp""",
    "description": """description, short description, long description, details, info, information,
        notes, comment | kuvaus, lyhyt kuvaus, selite, lisatiedot, lisatieto, tiedot, huomautus, huom,
        kommentti | beskrivning, kort beskrivning, uppgifter, tillaggsuppgifter, anmarkning, kommentar""",
    "defects": """defects, defect, damage, faults, flaws | viat, vika, puutteet, vauriot | fel, brister,
        skador""",
    "maker": """maker, manufacturer, brand, make | valmistaja, merkki, tuotemerkki | tillverkare, marke,
        fabrikat""",
    "designer": "designer, design | suunnittelija, muotoilija | formgivare",
    "width": "width, w | leveys, lev | bredd, b",
    "depth": "depth, d | syvyys, syv | djup",
    "height": "height, h | korkeus, kork | hojd",
    "length": "length | pituus | langd",
    "size": """size, sizes, dimensions, dimension, measurements, measures, wxdxh | koko, mitat, mitta,
        ulkomitat | storlek, matt, dimensioner""",
    "weight": "weight, mass | paino, massa | vikt",
    "colour": "colour, color, colours, colors | vari, varit | farg, farger, kulor",
    "material": "material, materials | materiaali, materiaalit |",
    "condition": "condition, grade, state | kunto, kuntoluokka | skick, tillstand",
    "quantity": """quantity, qty, pieces, pcs, count, amount, units | maara, kpl, lukumaara, lkm,
        kappalemaara, kappaleet | antal, st, stycken, styck, mangd""",
    "price": """price, unit price, sale price | hinta, myyntihinta, kappalehinta | pris, styckpris,
        forsaljningspris""",
    "currency": "currency | valuutta | valuta",
    "site": """site, warehouse, location, place | varasto, toimipiste, sijainti, paikka | lager, plats,
        verksamhetsstalle""",
    "shelf": """shelf, shelf place, shelf code | hylly, hyllypaikka, varastopaikka | hylla, hyllplats,
        lagerplats""",
    "link": "link, url, web page | linkki, verkkosivu | lank, webbsida",
}
HEADING = _by_word({field: words.replace("|", ",") for field, words in HEADINGS.items()})
HEADING_LANGUAGE = {
    " ".join(word.split()): language
    for words in HEADINGS.values()
    for language, part in zip(("en", "fi", "sv"), words.split("|"), strict=True)
    for word in part.split(",")
    if word.strip()
}

# Says nothing about what the thing is.
GENERIC = set(
    _by_word(
        {
            "": """furniture, office furniture, home furniture, furnishings, kaluste, kalusteet,
                huonekalu, huonekalut, toimistokalusteet, toimistokaluste, mobel, mobler, kontorsmobler"""
        }
    )
)

# What a shop calls a department. It says roughly what its things are, so the row's own words may say more.
DEPARTMENTS = set(
    _by_word(
        {
            "": """bar furniture, cafe furniture, nursery furniture, childrens furniture, tv media
                furniture, bookcases shelving units, chests of drawers drawer units, room dividers,
                trolleys, wardrobes, sideboards buffets console tables, shelving units, shelving,
                bookcases"""
        }
    )
)

# Kinds of things as catalogues put them, beyond our own synonyms.
PHRASES = _by_word(
    {
        "office_chair": "work chair, swivel armchair, gaming chair",
        "saddle_chair": "active sit stand support, standing support",
        "stacking_chair": "folding chair, taittotuoli, fallstol",
        "stool": "step stool, stepladder, storage stool",
        "bench": "storage bench, benches",
        "sofa": """sofa section, seat section, corner section, seat module, conversation set, chaise
            longue, chaise longue section, modular sofa, sofa seat""",
        "sofa_bed": "sofabed, armchair bed, day bed, daybed, day bed frame",
        "armchair": "reclining chair, beanbag, bean bag",
        "footstool": "foot rest, footrest",
        "desk": """corner desk, corner workstation, laptop table, workspace combination, desk
            combination, reception desk, desk space, work bench""",
        "desk_electric": """desk sit stand, sit stand, desk sit, reception desk sit, corner desk left
            sit, corner desk right sit""",
        "dining_table": "extendable table, gateleg table, bar table",
        "coffee_table": "nest of tables, storage table, cocktail table",
        "side_table": """tray table, night table, dressing table, corner table, window table, tray stand,
            plant stand""",
        "cabinet": """tv unit, tv storage unit, buffet, storage combination, storage unit, cabinet
            combination, tv storage combination, add on unit, media storage combination, storage case,
            storage box, wall storage, toy storage, cabinet unit, wall cabinet, high cabinet, tambour,
            storage""",
        "pedestal": "drawer pedestal",
        "chest": "modular chest of drawers",
        "filing_cabinet": "drop file",
        "wardrobe": "wardrobe combination, corner wardrobe, open wardrobe",
        "display_cabinet": "glass door cabinet",
        "bookshelf": """shelf unit, shelf section, bookcase combination, open shelving unit, wall
            upright, shelf combination""",
        "wall_shelf": "display shelf, wire shelf, wall mounted shelf combination",
        "storage_rack": "pallet rack, bottle rack",
        "coat_rack": "hat rack, hook",
        "bed_frame": """divan bed, guest bed, ottoman bed, extendable bed, stackable bed, slatted bed
            base, underbed""",
        "child_bed": "cradle, junior bed",
        "bunk_bed": "bunk bed frame, loft bed frame, loft bed combo",
        "notice_board": "pegboard, pegboard combination",
        "curtain": "bed canopy",
        "daycare": """highchair, junior chair, changing table, childrens stool, childrens bench,
            childrens desk chair, childrens armchair, childrens desk, childrens picnic table, childrens
            easy chair, childrens step stool, bed tent, childrens tent, play tunnel, play tent""",
        "garden_chair": "lounger, hammock, garden bench, arbor bench, garden sofa",
        "trolley": "kitchen trolley, kitchen island, trolley table",
        "waste_bin": "bin, dustbin, waste basket",
        "appliances": "refrigerator, coffee machine, kettle, oven",
    }
)

# Not furniture but a piece of it, when it is what the phrase is about: "Cover for corner sofa", "Chair cushion".
PARTS = _by_word(
    {
        "part": """leg, legs, pair of legs, handle, knob, door, glass door, cover, cushion, pad, chair
            pad, armrest, headrest, backrest, back rest, underframe, table top, desk top, glass top, top
            panel, drawer front, drawer frame, drawer runner, castor, plinth, bracket, hinge, mattress,
            foam mattress, pocket sprung mattress, seat shell, seat cover, chair cover, chair frame,
            stool frame, armchair frame, stool cover, footstool cover, footstool cushion, armchair cover,
            armchair cushion, sofa cover, bed cover, bench cover, cushion cover, section cover, table
            leg, drill template, cross brace, suspension rail, mounting rail, rail, basket, lid, net,
            babycare mat, bath mat, foot, post, glass shelf, extra shelf, shelf insert, trestle, fitting,
            smart lock, guard rail, floor protector, storage bag, pillow, chopping board, armrest tray,
            highchair tray, tray, wall bracket, book end, desk top shelf, lumbar cushion, supporting leg,
            laptop support, laptop stand, tablet stand, drawer, insert, connector, mirror door, top
            shelf, side unit, platform, top, support, seat part, back part, stand, height extension unit,
            bar stool with backrest frame""",
    }
)

# The end of a compound tells its kind: "hoitajantuoli", "sammanträdesbord".
ENDINGS = _by_word(
    {
        "armchair": "nojatuoli, fatolj",
        "stool": "jakkara, pall",
        "bench": "penkki, bank",
        "seating": "tuoli, tuolit, stol, stolar",
        "tables": "poyta, poydat, bord",
        "pedestal": "laatikosto, hurts",
        "cabinet": "kaappi, kaapit, skap",
        "bookshelf": "hylly, hyllyt, hylla, hyllor",
        "sofa": "sohva, sohvat, soffa, soffor",
        "bed_frame": "sanky, sangyt, sang, sangar",
        "lamps": "valaisin, valaisimet, lamppu, lamput, lampa, lampor",
        "screen": "sermi, skarm",
        "boards": "taulu, tavla",
        "carpet": "matto, matta",
        "trolley": "karry, vaunu, vagn",
    }
)

# What a thing of a group most often is, when no word says more.
USUALLY = {
    "seating": "visitor_chair",
    "sofas": "sofa",
    "tables": "desk",
    "storage": "cabinet",
    "shelves": "bookshelf",
    "beds": "bed_frame",
    "lamps": "floor_lamp",
    "boards": "notice_board",
    "textiles": "carpet",
}

# In the garden a table is a garden table; among small children a chair is theirs.
AMONG = {
    "outdoor": {"tables": "garden_table", "seating": "garden_chair", "armchair": "garden_chair"}
    | dict.fromkeys(("sofas", "storage", "shelves", "footstool", "other"), "outdoor"),
    "daycare": {"tables": "daycare", "seating": "daycare", "armchair": "daycare"},
    "child_bed": {"tables": "daycare", "seating": "daycare", "armchair": "daycare", "bed_frame": "child_bed"},
    "school": {"tables": "school_desk", "seating": "school_chair"},
}
# Elsewhere only the bare word is read so: "Chair" in a café's list, not "Office chair".
BARE_AMONG = {
    "bar_stool": {"tables": "dining_table", "seating": "bar_stool", "stool": "bar_stool"},
    "dining_table": {"tables": "dining_table", "seating": "dining_chair"},
    "trolley": {"tables": "trolley"},
}

COLOURS = _by_word(
    {
        "black": "black, anthracite, musta, mustat, antrasiitti, svart, svarta",
        "white": "white, off white, valkoinen, valkoiset, valkea, vit, vita, vitt",
        "grey": """grey, gray, silver, silver colour, aluminium, harmaa, harmaat, hopea, hopeanvärinen,
            grå, gråa""",
        "brown": "brown, black brown, brown stained ash, cognac, ruskea, ruskeat, brun, bruna",
        "beige": "beige, natural, cream, sand, bamboo, kerma, luonnonväri, bambu, natur",
        "red": "red, burgundy, punainen, punaiset, viininpunainen, röd, röda",
        "orange": "orange, oranssi, oranssit",
        "yellow": "yellow, mustard, keltainen, keltaiset, gul, gula",
        "green": "green, olive, turquoise, vihreä, vihreät, turkoosi, grön, gröna, turkos",
        "blue": "blue, navy, petrol, sininen, siniset, blå, blåa",
        "purple": "purple, violet, violetti, violetit, lila",
        "pink": "pink, pinkki, vaaleanpunainen, rosa, skär",
        "multicoloured": """multicoloured, multicolour, multicolor, multicolored, monivärinen, kirjava,
            flerfärgad, brokig""",
        "birch": "birch, birch veneer, koivu, björk",
        "oak": "oak, oak effect, oak veneer, white stained oak, brown stained oak, tammi, ek",
        "beech": "beech, beech effect, pyökki, bok",
        "walnut": "walnut, walnut effect, pähkinä, saksanpähkinä, valnöt",
        "pine": "pine, white stained pine, mänty, furu",
        "chrome": "chrome, chrome plated, stainless steel, kromi, kromattu, ruostumaton teräs, krom",
    }
)
SHADES = ("tumman", "vaalean", "kirkkaan", "mörk", "ljus", "klar")

MATERIALS = _by_word(
    {
        "solid_wood": """solid wood, solid oak, solid pine, solid birch, massiivipuu, massiivikoivu,
            massivt trä, massivträ""",
        "wood": "wood, wooden, timber, plywood, bamboo, puu, puinen, vaneri, bambu, trä, träslag",
        "veneer": "veneer, viilu, viilutettu, faner",
        "laminate": "laminate, melamine, hpl, laminaatti, melamiini, laminät",
        "chipboard": """chipboard, particleboard, particle board, mdf, fibreboard, lastulevy, kuitulevy,
            spånskiva""",
        "metal": "metal, steel, iron, aluminium, metalli, teräs, rauta, alumiini, metall, stål, järn",
        "glass": "glass, lasi, glas",
        "plastic": "plastic, polypropylene, muovi, plast",
        "fabric": """fabric, textile, cloth, cotton, wool, linen, velvet, kangas, tekstiili, villa,
            puuvilla, tyg, textil, ull, bomull""",
        "leather": "leather, nahka, läder, skinn",
        "artificial_leather": """artificial leather, faux leather, imitation leather, keinonahka,
            tekonahka, konstläder, vinyl""",
        "mesh": "mesh, net, verkko, nät",
        "rattan": "rattan, wicker, rottinki, rotting",
        "stone": "stone, marble, granite, concrete, kivi, marmori, betoni, sten, marmor, betong",
    }
)

CONDITIONS = _by_word(
    {
        "as_new": """as new, like new, new, unused, mint, excellent, a, uudenveroinen, uusi, kuin uusi,
            käyttämätön, erinomainen, som ny, nyskick, ny, oanvänd, utmärkt""",
        "good": """good, very good, good condition, used, ok, fine, b, hyvä, hyväkuntoinen, siisti,
            käytetty, gott skick, gott, bra, begagnad""",
        "worn": """worn but sound, worn, fair, acceptable, c, kulunut ehjä, kulunut, tyydyttävä,
            kohtalainen, välttävä, slitet men helt, slitet, sliten, godtagbart""",
        "fix": """needs repair, broken, damaged, poor, d, kunnostettava, rikki, rikkinäinen, viallinen,
            huono, behöver repareras, trasig, skadad, defekt, dåligt""",
    }
)
