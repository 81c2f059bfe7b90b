"""Legal forms: as people abbreviate them, and which of them are the same in Kazakh, Russian and English."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LegalForm:
    """One legal form: ``long`` maps names written out to the abbreviation of their language, ``short`` has further
    abbreviations. Forms with one of ``families`` in common are taken for each other in names: a firm was one before it
    was the other, or its form is translated loosely."""

    code: str
    families: str
    long: dict[str, str]
    short: str = ""


LEGAL_FORMS = (
    LegalForm("LLP", "limited", {
        "товарищество с ограниченной ответственностью": "ТОО",
        "жауапкершілігі шектеулі серіктестігі": "ЖШС",
        "жауапкершілігі шектеулі серіктестік": "ЖШС",
        "limited liability partnership": "LLP",
    }, "TOO JŞS JShS ZhShS ZHSS JSS ЖШC"),
    LegalForm("OOO", "society", {
        "общество с ограниченной ответственностью": "ООО",
        "жауапкершілігі шектеулі қоғамы": "ЖШҚ",
        "товариство з обмеженою відповідальністю": "ТОВ",
    }, "OOO ОсОО TOV"),
    LegalForm("LLC", "limited society", {"limited liability company": "LLC"}, "GmbH SARL SRL"),
    LegalForm("LTD", "limited society", {"limited": "Ltd"}),
    LegalForm("ALP", "additional", {
        "товарищество с дополнительной ответственностью": "ТДО",
        "қосымша жауапкершілігі бар серіктестігі": "ҚЖС",
    }),
    LegalForm("JSC", "open closed public social", {
        "акционерное общество": "АО",
        "акционерлік қоғамы": "АҚ",
        "акционерлік қоғам": "АҚ",
        "joint stock company": "JSC",
        "joint-stock company": "JSC",
    }, "AO AQ AK АТ"),
    LegalForm("OJSC", "open", {
        "открытое акционерное общество": "ОАО",
        "ашық акционерлік қоғамы": "ААҚ",
        "open joint stock company": "OJSC",
    }, "OAO"),
    LegalForm("CJSC", "closed", {
        "закрытое акционерное общество": "ЗАО",
        "жабық акционерлік қоғамы": "ЖАҚ",
        "closed joint stock company": "CJSC",
    }, "ZAO"),
    LegalForm("PJSC", "public open", {
        "публичное акционерное общество": "ПАО",
        "жария акционерлік қоғамы": "ЖҚ",
        "public joint stock company": "PJSC",
    }, "PAO ПАТ ПрАТ"),
    LegalForm("NJSC", "social", {
        "некоммерческое акционерное общество": "НАО",
        "коммерциялық емес акционерлік қоғамы": "КеАҚ",
        "коммерциялық емес акционерлік қоғам": "КеАҚ",
        "non-profit joint stock company": "NJSC",
        "non-commercial joint stock company": "NJSC",
    }, "NCJSC NPJSC"),
    LegalForm("PLC", "plc", {"public limited company": "plc"}),
    LegalForm("INC", "corporation", {"incorporated": "Inc"}, "Corp"),
    LegalForm("IE", "sole", {
        "индивидуальный предприниматель": "ИП",
        "жеке кәсіпкер": "ЖК",
        "жеке кәсіпкерлік": "ЖК",
        "individual entrepreneur": "IE",
        "sole proprietor": "IE",
        "частный предприниматель": "ЧП",
    }, "IP JK ZHK ФОП СПД ПБОЮЛ"),
    LegalForm("FARM", "farm", {
        "крестьянское хозяйство": "КХ",
        "крестьянское (фермерское) хозяйство": "КФХ",
        "крестьянское или фермерское хозяйство": "КФХ",
        "фермерское хозяйство": "ФХ",
        "шаруа қожалығы": "ШҚ",
        "шаруа немесе фермер қожалығы": "ШФҚ",
        "фермер қожалығы": "ФҚ",
        "peasant farm": "PF",
        "farm enterprise": "FE",
    }, "KH"),
    LegalForm("COOPERATIVE", "cooperative", {
        "производственный кооператив": "ПК",
        "өндірістік кооперативі": "ӨК",
        "өндірістік кооператив": "ӨК",
        "сельскохозяйственный производственный кооператив": "СПК",
        "ауыл шаруашылығы өндірістік кооперативі": "АШӨК",
        "production cooperative": "PC",
    }),
    LegalForm("OWNERS-COOPERATIVE", "owners", {
        "кооператив собственников квартир": "КСК",
        "кооператив собственников помещений": "КСП",
        "пәтер иелерінің кооперативі": "ПИК",
        "үй-жайлар иелерінің кооперативі": "ҮИК",
    }, "KSK PIK"),
    LegalForm("OWNERS", "owners", {
        "объединение собственников имущества": "ОСИ",
        "мүлік иелерінің бірлестігі": "МИБ",
        "property owners association": "POA",
    }, "OSI MIB"),
    LegalForm("AGRICULTURAL-COOPERATIVE", "cooperative", {
        "сельскохозяйственный кооператив": "СХК",
        "ауыл шаруашылығы кооперативі": "АШК",
        "ауылшаруашылық кооперативі": "АШК",
        "agricultural cooperative": "AC",
    }),
    LegalForm("CONSUMER-COOPERATIVE", "consumer", {
        "потребительский кооператив": "ПотК",
        "тұтыну кооперативі": "ТҰК",
        "consumer cooperative": "CC",
    }),
    LegalForm("FULL", "full", {"полное товарищество": "ПТ", "толық серіктестігі": "ТС"}),
    LegalForm("INSTITUTION", "communal republican", {
        "государственное учреждение": "ГУ",
        "мемлекеттік мекемесі": "ММ",
        "мемлекеттік мекеме": "ММ",
        "state institution": "SI",
    }),
    LegalForm("COMMUNAL-INSTITUTION", "communal", {
        "коммунальное государственное учреждение": "КГУ",
        "коммуналдық мемлекеттік мекемесі": "КММ",
        "коммуналдық мемлекеттік мекеме": "КММ",
        "communal state institution": "CSI",
        "municipal state institution": "MSI",
    }, "KGU KMM"),
    LegalForm("REPUBLICAN-INSTITUTION", "republican", {
        "республиканское государственное учреждение": "РГУ",
        "республикалық мемлекеттік мекемесі": "РММ",
        "republican state institution": "RSI",
    }, "RGU RMM"),
    LegalForm("COMMUNAL-ENTERPRISE", "communal-enterprise", {
        "государственное коммунальное предприятие": "ГКП",
        "коммунальное государственное предприятие": "КГП",
        "мемлекеттік коммуналдық кәсіпорны": "МКК",
        "коммуналдық мемлекеттік кәсіпорны": "КМК",
        "communal state enterprise": "CSE",
        "municipal state enterprise": "MSE",
        "state municipal enterprise": "SME",
    }, "GKP KGP MKK KMK"),
    LegalForm("COMMUNAL-TREASURY", "communal-treasury", {
        "государственное коммунальное казенное предприятие": "ГККП",
        "государственное коммунальное казённое предприятие": "ГККП",
        "коммунальное государственное казенное предприятие": "КГКП",
        "коммунальное государственное казённое предприятие": "КГКП",
        "мемлекеттік коммуналдық қазыналық кәсіпорны": "МКҚК",
        "коммуналдық мемлекеттік қазыналық кәсіпорны": "КМҚК",
    }, "GKKP KGKP MKQK KMQK"),
    LegalForm("REPUBLICAN-ENTERPRISE", "republican-enterprise", {
        "республиканское государственное предприятие": "РГП",
        "республикалық мемлекеттік кәсіпорны": "РМК",
        "republican state enterprise": "RSE",
    }, "RGP RMK"),
    LegalForm("REPUBLICAN-TREASURY", "republican-treasury", {
        "республиканское государственное казенное предприятие": "РГКП",
        "республикалық мемлекеттік қазыналық кәсіпорны": "РМҚК",
    }, "RGKP RMQK"),
    LegalForm("ASSOCIATION", "association", {
        "общественное объединение": "ОО",
        "қоғамдық бірлестігі": "ҚБ",
        "public association": "PA",
    }),
    LegalForm("FUND", "fund", {
        "общественный фонд": "ОФ",
        "қоғамдық қоры": "ҚҚ",
        "қоғамдық қор": "ҚҚ",
        "public foundation": "PF",
        "корпоративный фонд": "КФ",
        "корпоративтік қоры": "КҚ",
        "corporate fund": "CF",
    }),
    LegalForm("PRIVATE-INSTITUTION", "private", {
        "частное учреждение": "ЧУ",
        "жеке мекемесі": "ЖМ",
        "private institution": "PI",
    }),
    LegalForm("CHARITY", "fund", {
        "благотворительный фонд": "БФ",
        "қайырымдылық қоры": "ҚайҚ",
        "charitable foundation": "CharF",
        "частный фонд": "ЧФ",
        "жеке қоры": "ЖекеҚ",
        "private foundation": "PrF",
    }),
    LegalForm("LIMITED-PARTNERSHIP", "commandite", {
        "коммандитное товарищество": "КТ", "коммандиттік серіктестігі": "КомС",
    }),
    LegalForm("UNION", "union", {
        "объединение юридических лиц": "ОЮЛ",
        "заңды тұлғалар бірлестігі": "ЗТБ",
    }),
)  # fmt: skip
"""The forms of Kazakhstan with those of Russia, Ukraine and of companies in English that stand beside them."""

MODIFIERS = {"на праве хозяйственного ведения": "на ПХВ", "шаруашылық жүргізу құқығындағы": "ШЖҚ"}
"""What stands beside the form of a state enterprise and makes it no other."""

_WRITTEN_OUT = {long: short for form in LEGAL_FORMS for long, short in form.long.items()} | MODIFIERS
_LONG = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(_WRITTEN_OUT, key=len, reverse=True)))})\b", re.IGNORECASE)
_QUOTED = re.compile(r'"([^"]*)"')


def short_name(name: str) -> str:
    """A name on one line with its legal form shortened and quotes set.

    >>> short_name('Товарищество с ограниченной ответственностью "Ырыс Ойл"')
    'ТОО «Ырыс Ойл»'
    """
    one_line = " ".join(name.split())
    return _QUOTED.sub(r"«\1»", _LONG.sub(lambda found: _WRITTEN_OUT[found.group().lower()], one_line))
