"""The likeliest character set of octets that are not UTF-8, from what names, streets and titles are made of."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_SAMPLE: Final = 4_000
"""Octets that are looked at: more say nothing new."""
_WINDOW: Final = 16_000
"""Octets among which they are looked for."""
_CERTAIN: Final = 1.0
_LIKELY: Final = 0.6
_POSSIBLE: Final = 0.1
_LONGEST: Final = 40
"""Letters of a word that are looked at for what stands in none: the time of that grows with their square."""
_SURE: Final = 3
"""Letters of a word that says something: two may be a name in Chinese."""

# The commonest characters of each script, family names and words of addresses among them.
_JAPANESE: Final = frozenset(
    "日本人一大年中国会社長部東京都阪府県市区町村郡山田川鈴木佐藤高橋伊渡辺小林加吉松井上野原清水森池石岡前後島崎谷内"
    "西南北平和久保三二四五六七八九十千代子太郎次男女美恵幸正明博浩健隆修誠裕真由香里奈愛翔輔介彦雄也之助丁目番地号室"
    "階株式有限課係主任取締役電話自宅携帯勤務先名住所様友達家族学校生事営業総開発技術神横浜古屋福札幌仙台広熊坂桜新宿"
    "渋港央品世黒文春夏秋冬花月火金土光洋園駅ーヶ々"
)
_SIMPLIFIED: Final = frozenset(
    "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小心多天能好"
    "都然没日于起发成事作当看文无开手十用主行方如前所本见经头面公同三老从动两长知民现分将外身与高意进法实回二理美点"
    "月明全工者向情部正名定女问力机等业间新位重电四第门东政海口教西平真世气信北少关并内加化由代军产入先山五太水万市"
    "社立京湖南区县路街号省州镇村广深圳王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡"
    "余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付白邹孟熊秦邱江尹薛段雷侯龙史陶贺顾毛郝邵钱严武戴孔汤伟芳娜"
    "敏静丽强磊洋勇艳杰涛超刚辉玲桂英华建志荣总监淀村楼室层"
)
_TRADITIONAL: Final = frozenset(
    "的一是不了人我在有他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可裡後小心多天能好"
    "都然沒日於起發成事作當看文無開手十用主行方如前所本見經頭面公同三老從動兩長知民現分將外身與高意進法實回二理美點"
    "月明全工者向情部正名定女問力機等業間新位重電四第門東政海口教西平真世氣信北少關內加化由代軍產入先山五太水萬市社"
    "立京湖南區縣路街號省州鎮村台灣巷弄樓段里鄰陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴徐周葉蘇莊呂江何蕭羅簡朱鍾彭游"
    "詹胡施沈余盧梁趙顏柯翁魏孫戴范宋鄧杜侯曹薛傅丁卓阮馬董溫唐藍石蔣田康白尤韓嚴袁玲淑惠雅婷志豪俊傑建宏怡君香港九龍義"
)
_KOREAN: Final = frozenset(
    "가강개거건게겨결경계고공과관광교구국군권규그금기길김나남내너네노누는능니다단당대더도동두드등디라래량러레려력로록론료"
    "류르른를름리린림마만말매면명모목무문물미민바박반발방배백버법변별병보복본봉부북분비빈사산삼상새서석선설성세소속손송수순"
    "숙승시식신실심아악안애양어언업에여역연열영예오옥온완요용우운울원월위유윤율은을음의이인일임입자작장재전정제조종주준중지"
    "직진차찬창채천철청초최추충치카크타태택토통트특파판편평포표풍프피하학한해행향허현혜호홍화환황회효후훈희"
)
_RUSSIAN: Final = frozenset("оеаинтсрвлкмдпуязьыбгйОЕАИНТСРВЛКМДПУЯЗЬЫБГЙ")
_GREEK: Final = frozenset("αεηιοτσςνρπκλμυγόάίέήΑΕΗΙΟΤΣΝΡΠΚΛΜΥΓ")
_HEBREW: Final = frozenset("אבגדהוזחטילמנסעפצקרשתםן")
_ARABIC: Final = frozenset("ابتحدرسعفقكلمنهوي")
# The letters that languages have beyond ASCII, by the character set that their programs wrote.
_WESTERN: Final = (
    *("äöüß", "àâæçèéêëîïôœùûüÿ", "áéíïñóúüçàèò", "àáâãçéêíóôõúü"),
    *("àèéìíòóùú", "åæéøäöü", "äåéöüšž", "áæéíðóöúýþ", "ëïéèêöüóá"),
)
_CENTRAL: Final = (
    *("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű"),
    *("ćčđšž", "ăâîşţ", "äöüß"),
)
_TURKISH: Final = ("çğıi\u0307öşüâîû",)  # noqa: RUF001 - and the small letter of a dotted capital is two
_BALTIC: Final = ("ąčėęįšūųž", "āčēģīķļņšūž", "äõöšüž")
# What no word has that is read in the right character set: what the letters of another one come out as.
_NOT_WESTERN: Final = re.compile(
    r"ñ(?![aeiouáéíóú])|[aiouy]œ|œ[wklmz]|[wzkj]ê"  # Polish
    r"|è[aeiouí]|[aeiáéíóú]è$|[aeáéíóú]è\w|oè[bcdfgk]|oè\w[aiou]|^èr[bcdfgknst]|[aeiou]æ$|^ð"  # Czech, Croatian
    r"|eò$|ì\w|õ$|yõ|õ\w*sz|szû"  # Czech, Hungarian
    r"|ã(?!o|e|i|s$|zinh|$)|ª\w|º\w|\w{3}º$"  # Romanian
    r"|(?:ait|ien|ut|yt)ë$|[klmnpst]ð|[þð]\w*[aiuy]s$"  # Lithuanian
    r"|[aeiounc]þ(?![óúr])|þ(?![aeiouyáéíóúýæörjv])|ý\w*ý"  # Romanian, Lithuanian, Turkish
    r"|[bcdfghjkmpqstvwz]ç[bcdfghjklmnpqrstvwz]|^ç[bcdfghjklmnpqrstvwz]"  # Latvian
)
_FRENCH: Final = tuple(letters for letters in _WESTERN if "ž" not in letters)
"""What Latin-9 is told by: œ, Œ, Ÿ and the euro; where it has š and ž, others write an accent for an apostrophe."""
_NOT_FRENCH: Final = re.compile(rf"{_NOT_WESTERN.pattern}|^[œÿ]$|^œ(?![cdfinsu])")  # fractions: `1½`, `½ l`
_NOT_CENTRAL: Final = re.compile(r"[đţ]\w*(?:[a-z]s|iai)$|^ě|^\w{0,3}ş$|ý\w*ý")  # Lithuanian, Latvian, `nº`, Turkish
_NOT_TURKISH: Final = re.compile(  # Latvian, Lithuanian
    r"[bcdfghjkmpqstvwz]ç[bcdfghjklmnpqrstvwz]|^ç[bcdfghjklmnpqrstvwz]|^ğ|[klmnpst]ğ|[ğş]\w*(?:[aiuy]s|iai)$"
)
_NEVER: Final = re.compile("(?!)")
_PUNCTUATION: Final = frozenset("€\u201a„…\u2018\u2019“”•\u2013—™£§©«®°»\xb4¿¡ªº№¼½¾²³\xa0")

_WORD: Final = re.compile(r"([^\W\d_¼½¾¹²³]+)")
_STRANGE: Final = re.compile("[^\x00-\x7f]")
_CYRILLIC: Final = re.compile("[А-ЯЁІЇЄҐ]?[а-яёіїєґ]+|[А-ЯЁІЇЄҐ]+")  # noqa: RUF001 - Russian and Ukrainian
_GREEK_WORD: Final = re.compile("[ΆΈ-Ϋ]?[ά-ώ]+|[ΆΈ-Ϋ]+")
_HEBREW_WORD: Final = re.compile("[אבגדהוזחטיכלמנסעפצקרשת]+[ךםןףץ]?")
_ARABIC_WORD: Final = re.compile("[ء-يپچژگ]+")
_LATIN_RUN: Final = re.compile("[^\x00-\x7f]{4}|^[^\x00-\x7f]{3}$|[a-z][À-ÖØ-Þ]")
_LATIN: Final = re.compile("[A-Za-z]")
_THAI_RUN: Final = re.compile("(?<![A-Za-z\u0e01-\u0e5b])[\u0e01-\u0e5b]{2,}+(?![A-Za-z])")
_THAI_SIGNS: Final = frozenset(map(chr, (0x0E30, 0x0E31, *range(0x0E32, 0x0E3B), *range(0x0E40, 0x0E4D))))
_THAI_RARE: Final = frozenset("ฃฅฆฌฎฏฐฑฒฤฦฬฮ")
_THAI_WORD: Final = re.compile(
    "(?:[\u0e40-\u0e44]?[\u0e01-\u0e2e][\u0e31\u0e34-\u0e39\u0e47]?[\u0e48-\u0e4b]?[\u0e30\u0e32\u0e33]?\u0e4c?)++[\u0e2f\u0e46]?"
)
_LONE_KANA: Final = re.compile("(?<![\uff61-\uff9f])[\uff61-\uff9f](?![\uff61-\uff9f])")


class _Candidate(NamedTuple):
    charset: str
    weigh: Callable[[str], float]


class _Script(NamedTuple):
    """What tells a script of many characters: the common ones, and where a standard has those of its first level."""

    common: frozenset[str]
    standard: str
    first: int
    last: int

    def weigh(self, text: str) -> float:
        """Return how likely the characters of `text` are all in all; one that touches a Latin letter is not."""
        strange = [match.start() for match in _STRANGE.finditer(text)]
        lone = {match.start() for match in _LONE_KANA.finditer(text)}
        return sum(0.0 if at in lone else self._weigh(text, at) for at in strange) / len(strange)

    def _weigh(self, text: str, at: int) -> float:
        character = text[at]
        if _LATIN.search(text[max(at - 1, 0) : at + 2]):
            return 0.0
        if character in self.common or (self.common is _JAPANESE and "\u3041" <= character <= "\u30fe"):
            return _CERTAIN
        if "\uff61" <= character <= "\uff9f":
            return _LIKELY
        octets = character.encode(self.standard, "ignore")
        return _LIKELY if len(octets) == 2 and self.first <= octets[0] <= self.last else _POSSIBLE  # noqa: PLR2004 - two octets each


class _Alphabet(NamedTuple):
    """What tells a script of few characters: common letters, and words of it alone, capitals where they belong."""

    common: frozenset[str]
    word: re.Pattern[str]

    def weigh(self, text: str) -> float:
        """Return how likely the words of `text` are of this script."""
        words, signs = _strange(text)
        weights = [
            (_CERTAIN if letter in self.common else 0.8) * (1.0 if len(word) >= _SURE else 0.5)
            if self.word.fullmatch(word)
            else 0.0
            for word in words
            for letter in _STRANGE.findall(word)
        ] + signs
        return sum(weights) / max(len(weights), 1)


class _Latin(NamedTuple):
    """What tells Latin letters: accents now and then among those of ASCII, and all of them of one language."""

    languages: tuple[str, ...]
    never: re.Pattern[str]
    """What stands in no word of theirs."""

    def weigh(self, text: str) -> float:
        """Return how likely the words of `text` are of the likeliest of the languages."""
        words, signs = _strange(text)
        letters = [
            (letter.lower(), weight)
            for word in words
            for weight in (self._weigh(word),)
            for letter in _STRANGE.findall(word)
        ]
        if not letters:
            return sum(signs) / max(len(signs), 1)
        sums = [sum(weight for letter, weight in letters if letter in known) for known in self.languages]
        return (max(sums) + sum(signs)) / (len(letters) + len(signs))

    def _weigh(self, word: str) -> float:
        if _LATIN_RUN.search(word) or self.never.search(word[:_LONGEST].lower()):
            return 0.0
        return _CERTAIN if _LATIN.search(word) else 0.5


class _Thai(NamedTuple):
    """What tells Thai: signs for vowels and tones stand with a consonant, each in its place."""

    syllables: re.Pattern[str]

    def weigh(self, text: str) -> float:
        """Return how much of `text` is words of whole syllables, which are no Latin letters' neighbours."""
        strange = len(_STRANGE.findall(text))
        letters = [letter for word in _THAI_RUN.findall(text) if self.syllables.fullmatch(word) for letter in word]
        if sum(letter in _THAI_SIGNS for letter in letters) * 5 < len(letters):
            return 0.0
        return sum(0.5 if letter in _THAI_RARE else 0.97 for letter in letters) / strange


def _strange(text: str) -> tuple[list[str], list[float]]:
    """Return the words that say something, and how likely each character is that is in none.

    What is of ASCII alone is the same in every character set.
    """
    parts = _WORD.split(text)
    words = [word for word in parts[1::2] if not word.isascii()]
    between = "".join(parts[::2])
    signs = [0.7 if character in _PUNCTUATION else _POSSIBLE for character in _STRANGE.findall(between)]
    return words, signs


_CANDIDATES: Final = (  # of equals the first is taken
    _Candidate("cp1252", _Latin(_WESTERN, _NOT_WESTERN).weigh),
    _Candidate("cp932", _Script(_JAPANESE, "euc_jp", 0xB0, 0xCF).weigh),
    _Candidate("cp1251", _Alphabet(_RUSSIAN, _CYRILLIC).weigh),
    _Candidate("koi8-r", _Alphabet(_RUSSIAN, _CYRILLIC).weigh),
    _Candidate("gb18030", _Script(_SIMPLIFIED, "gb2312", 0xB0, 0xD7).weigh),
    _Candidate("cp949", _Script(_KOREAN, "euc_kr", 0xB0, 0xC8).weigh),
    _Candidate("cp950", _Script(_TRADITIONAL, "big5", 0xA4, 0xC6).weigh),
    _Candidate("euc_jp", _Script(_JAPANESE, "euc_jp", 0xB0, 0xCF).weigh),
    _Candidate("cp1250", _Latin(_CENTRAL, _NOT_CENTRAL).weigh),
    _Candidate("cp1254", _Latin(_TURKISH, _NOT_TURKISH).weigh),
    _Candidate("cp1257", _Latin(_BALTIC, _NEVER).weigh),
    _Candidate("cp1253", _Alphabet(_GREEK, _GREEK_WORD).weigh),
    _Candidate("cp1255", _Alphabet(_HEBREW, _HEBREW_WORD).weigh),
    _Candidate("cp874", _Thai(_THAI_WORD).weigh),
    _Candidate("cp1256", _Alphabet(_ARABIC, _ARABIC_WORD).weigh),
    _Candidate("iso8859-15", _Latin(_FRENCH, _NOT_FRENCH).weigh),
)
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")


def guess(data: bytes) -> str:
    """Return the likeliest character set of octets that are not UTF-8.

    One of Windows-874, -1250 to -1257, Latin-9, KOI8-R, Shift_JIS, EUC-JP, GB 18030, Big5 and EUC-KR; Latin-1 where
    none can be.
    """
    first = _NOT_ASCII.search(data)
    if first is None:
        return "cp1252"
    start = max(data.rfind(b"\n", 0, first.start()) + 1, first.start() - 20)
    strange = [part for part in data[start : start + _WINDOW].split() if not part.isascii()]
    sample = b" ".join(strange)[:_SAMPLE]  # words of ASCII alone are the same in every set
    weights = {"latin-1": 0.4}  # where nothing makes sense no octet is lost
    for charset, weigh in _CANDIDATES:
        try:
            text = codecs.getincrementaldecoder(charset)().decode(sample)  # the last character may be cut
        except UnicodeDecodeError:
            continue
        if not text.isascii():
            weights[charset] = weigh(text)
            if weights[charset] == _CERTAIN:
                return charset
    best = max(weights, key=weights.__getitem__)
    return "cp1252" if best == "latin-1" and "cp1252" in weights else best
