# ruff: noqa: RUF001 - letters of other scripts are what this is about
"""Octets without a declared character set: names and streets as programs of each country have written them."""

import pytest

from cardwright.vcard import read
from cardwright.vcard.reading.charsets import decode
from cardwright.vcard.reading.guessing import guess

TEXTS = {
    "cp1252": (
        "Müller|Jörg|Straße|Zoë|François|Élodie|Åsa Öberg|Peña|São Paulo|Þór|Œuvre – «été»|L’Haÿ|Ærø|5 €|CAFÉ|Núñez"
        "|calle Mayor nº 5, 3º 1ª|Mª José|Fcoº|Molière|Noè|Lœtitia|Alþingi|Eyþór|Guðbjörg|Kjær|Irmãs|Chloë"
        "|1½ Zimmer|½l Öl|Straße ½|Peña ¾|d´Alba|Sant´Anna|70 m²"
        "|Größe|Übung|naïve|Señor José Ibáñez|Königsallee 7, Düsseldorf|à|où|Île-de-France"
    ),
    "cp1251": "Иванов|Пётр|ИВАНОВА АННА|улица Ленина, 5|Москва|Санкт-Петербург|Юлия|директор ООО «Заря»|Щукин|Київ",
    "cp1250": (
        "Wiśniewski Łukasz|Święty Józef 3, Łódź|Kraków, małopolskie|Dvořák Jiří|Náměstí Míru, Plzeň|Šťastný"
        "|Győző, Erzsébet körút|Đorđević Željko|Babić|Šimić|Kovačević|Đakovo|Kovačič|Črnko|Hočevar|Čapek|Plzeň"
        "|Zieliński|Żółtowski|Ionuţ|Brătianu|Ştefan|Bucureşti|Constanţa|Cătălin"
    ),
    "cp1253": "Παπαδόπουλος Γιώργος, Λεωφόρος Κηφισίας 7|Ελένη Νικολάου, Αθήνα|Εταιρεία Δημητρίου Α.Ε.",
    "cp1254": "Yılmaz Işık, Üsküdar|İstiklal Caddesi, Beyoğlu, Çelik Ltd|Ahmet Çelik, Müdür Yardımcısı",
    "cp1255": "כהן דוד, רחוב הרצל 5, תל אביב|ישראלי שרה, ירושלים|אברהם לוי, חיפה",
    "cp1256": "الحسن محمد، شارع الملك فهد، الرياض|علي حسين|شركة النور",
    "cp874": "สมชาย|สมหญิง ใจดี|ถนนสุขุมวิท 21|บริษัท ไทย จำกัด|วันชัย|ปิติ",
    "cp1257": (
        "Kazlauskienė|Šimkus|Žukauskas|Stankevičius|Telšiai|Jēkabs"
        "|Žemaičių gatvė, Vilnius|Bērziņš Jānis, Rīga|Jānis Kalniņš, Brīvības iela"
    ),
    "iso8859-15": "Lœuvre Zoé, bât. B|Sœur Marie|œuf|5 €|Zoé: 5 €",
    "koi8-r": "Иванов|Пётр|ИВАНОВА АННА|улица Ленина, 5|Москва|Санкт-Петербург|Юлия|директор|Щукин",
    "cp932": "山田太郎|社長|とうきょう|株式会社|東京都千代田区丸の内1-2-3|佐藤 花子|営業部 Tel|携帯電話|ﾔﾏﾀﾞ ﾀﾛｳ",
    "gb18030": "王小明|张伟|李雷 韩梅梅|李强|刘伟|北京市海淀区中关村大街1号|公司总经理|上海浦东新区|陈静|技术部",
    "cp949": "김철수|이영희|서울특별시 강남구 테헤란로 123|주식회사 한국|박지훈 부장|최민수|부산광역시",
    "cp950": "陳大文|王小明|林志玲|台北市信義區市府路1號|股份有限公司|香港九龍彌敦道|張經理",
    "euc_jp": "山田太郎|とうきょう|東京都千代田区|株式会社サンプル|佐藤 花子",
}
CASES = [(charset, text) for charset, texts in TEXTS.items() for text in texts.split("|")]


@pytest.mark.parametrize(("charset", "text"), CASES, ids=[f"{charset}-{text}" for charset, text in CASES])
def test_the_character_set_is_guessed(charset: str, text: str) -> None:
    assert text.encode(charset).decode(guess(text.encode(charset))) == text


DECLARED = [
    ("ISO-8859-1", "cp1252", "Dœ–"),
    ("ISO_8859-1", "latin-1", "Müller"),
    ("iso-8859-1", "latin-1", "a\x81"),
    ("iso-8859-15", "iso8859-15", "Œuvre €"),
    ("GB2312", "gb18030", "李镕"),  # not in GB 2312, and written so
    ("ks_c_5601-1987", "cp949", "김똠"),
    ("Windows-31J", "cp932", "髙橋"),
    ("X-SJIS", "cp932", "①"),
    ("BIG5", "cp950", "陳"),
    ("EUC-JP", "euc-jp", "山田"),
    ('"windows-1251"', "cp1251", "Пётр"),
    ("IBM850", "cp850", "Müller"),
    ("KOI8-R", "koi8-r", "Пётр"),
    ("UTF-16BE", "utf-16-be", "Ωa"),
]


@pytest.mark.parametrize(("declared", "charset", "text"), DECLARED)
def test_a_declared_character_set_is_what_programs_mean_by_it(declared: str, charset: str, text: str) -> None:
    assert decode(text.encode(charset), declared) == (text, "")


def test_one_long_line_is_looked_at_in_part() -> None:
    data = b"BEGIN:VCARD\nVERSION:2.1\nNOTE:" + b"x" * 50_000 + "Straße ".encode("cp1252") * 500_000 + b"\nEND:VCARD\n"
    (card,) = read(data)
    assert str(card.properties[0].value).endswith("Straße ")
