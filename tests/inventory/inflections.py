"""Words of furniture, each line with its forms, as people type them."""

FINNISH = """
    pöytä pöydän pöytää pöydät pöytiä pöydissä pöydälle pöytien pöytään
    tuoli tuolin tuolia tuolit tuoleja tuoleissa tuolien tuolille
    sohva sohvan sohvaa sohvat sohvia sohvalla sohvien
    hylly hyllyn hyllyä hyllyt hyllyjä hyllyissä hyllyjen hyllyyn
    kaappi kaapin kaappia kaapit kaappeja kaapeissa kaappien kaappiin
    sänky sängyn sänkyä sängyt sänkyjä sängyissä sänkyjen
    valaisin valaisimen valaisinta valaisimet valaisimia valaisinten valaisimissa
    lamppu lampun lamppua lamput lamppuja lampuissa
    matto maton mattoa matot mattoja matoissa mattojen
    laatikosto laatikoston laatikostoa laatikostot laatikostoja laatikostoissa
    lipasto lipaston lipastoa lipastot lipastoja
    naulakko naulakon naulakkoa naulakot naulakoita naulakoissa naulakoiden
    jakkara jakkaran jakkaraa jakkarat jakkaroita jakkaroiden
    penkki penkin penkkiä penkit penkkejä penkeillä
    taulu taulun taulua taulut tauluja tauluissa
    peili peilin peiliä peilit peilejä
    verho verhon verhoa verhot verhoja verhojen
    teline telineen telinettä telineet telineitä telineissä
    kaluste kalusteen kalustetta kalusteet kalusteita
    pulpetti pulpetin pulpettia pulpetit pulpetteja
    kaihdin kaihtimen kaihtimet kaihtimia
    kahvinkeitin kahvinkeittimen kahvinkeittimet
    runko rungon rungot runkoja
    huonekalu huonekalut huonekaluja huonekalujen
    musta mustan mustaa mustat mustia mustassa
    valkoinen valkoisen valkoista valkoiset valkoisia valkoisten
    harmaa harmaan harmaata harmaat harmaita
    ruskea ruskean ruskeaa ruskeat ruskeita
    sininen sinisen sinistä siniset sinisiä
    puu puun puuta puusta puinen puisia
    nahka nahan nahkaa nahasta nahkainen
    kangas kankaan kangasta kankaasta
    mänty männyn mäntyä männystä
    rottinki rottingin rottinkia rottingista
    uusi uuden uudet uusia uutta
    leveys leveyden leveyttä
"""

SWEDISH = """
    bord bordet borden bords bordets bordens
    stol stolen stolar stolarna stolens
    soffa soffan soffor sofforna
    fåtölj fåtöljen fåtöljer fåtöljerna
    hylla hyllan hyllor hyllorna hyllans
    skåp skåpet skåpen skåpens
    säng sängen sängar sängarna
    lampa lampan lampor lamporna
    matta mattan mattor mattorna
    byrå byrån byråer byråar byråerna
    pall pallen pallar pallarna
    bänk bänken bänkar bänkarna
    spegel spegeln speglar speglarna
    möbel möbeln möbler möblerna möbels
    tavla tavlan tavlor tavlorna
    gardin gardinen gardiner gardinerna
    hurts hurtsen hurtsar
    kruka krukan krukor krukorna
    vagn vagnen vagnar
    ställ stället ställen
    hängare hängaren hängarna
    pulpet pulpeten pulpeter pulpeterna
    fönster fönstret fönstren
    dyna dynan dynor dynorna
    vit vita vitt
    svart svarta
    grå gråa grått
    blå blåa blått
    röd röda rött
    grön gröna grönt
    rund runda runt
    hög höga högt
    läder lädret
    massiv massiva massivt
"""

ENGLISH = """
    chair chairs
    shelf shelves
    bench benches
    box boxes
    body bodies
    mattress mattresses
    table tables
    drawer drawers
    knife knives
"""
