"""Language tags: from what containers carry (ISO 639-2, mostly) to RFC 5646, and their names."""

import re

UNKNOWN = "und"
NO_SPEECH = "zxx"

# ISO 639-2 code -> ISO 639-1, both the bibliographic and the terminology code where they differ.
# RFC 5646 (section 2.2.1) wants the shortest. Source: the ISO 639-2 code list.
_CODES = """
aar=aa abk=ab afr=af aka=ak alb=sq sqi=sq amh=am ara=ar arg=an arm=hy hye=hy asm=as ava=av
ave=ae aym=ay aze=az bak=ba bam=bm baq=eu eus=eu bel=be ben=bn bis=bi bos=bs bre=br bul=bg
bur=my mya=my cat=ca cha=ch che=ce chi=zh zho=zh chu=cu chv=cv cor=kw cos=co cre=cr cze=cs
ces=cs dan=da div=dv dut=nl nld=nl dzo=dz eng=en epo=eo est=et ewe=ee fao=fo fij=fj fin=fi
fre=fr fra=fr fry=fy ful=ff geo=ka kat=ka ger=de deu=de gla=gd gle=ga glg=gl glv=gv gre=el
ell=el grn=gn guj=gu hat=ht hau=ha heb=he her=hz hin=hi hmo=ho hrv=hr hun=hu ibo=ig ice=is
isl=is ido=io iii=ii iku=iu ile=ie ina=ia ind=id ipk=ik ita=it jav=jv jpn=ja kal=kl kan=kn
kas=ks kau=kr kaz=kk khm=km kik=ki kin=rw kir=ky kom=kv kon=kg kor=ko kua=kj kur=ku lao=lo
lat=la lav=lv lim=li lin=ln lit=lt ltz=lb lub=lu lug=lg mac=mk mkd=mk mah=mh mal=ml mao=mi
mri=mi mar=mr may=ms msa=ms mlg=mg mlt=mt mon=mn nau=na nav=nv nbl=nr nde=nd ndo=ng nep=ne
nno=nn nob=nb nor=no nya=ny oci=oc oji=oj ori=or orm=om oss=os pan=pa per=fa fas=fa pli=pi
pol=pl por=pt pus=ps que=qu roh=rm rum=ro ron=ro run=rn rus=ru sag=sg san=sa sin=si slo=sk
slk=sk slv=sl sme=se smo=sm sna=sn snd=sd som=so sot=st spa=es srd=sc srp=sr ssw=ss sun=su
swa=sw swe=sv tah=ty tam=ta tat=tt tel=te tgk=tg tgl=tl tha=th tib=bo bod=bo tir=ti ton=to
tsn=tn tso=ts tuk=tk tur=tr twi=tw uig=ug ukr=uk urd=ur uzb=uz ven=ve vie=vi vol=vo wel=cy
cym=cy wln=wa wol=wo xho=xh yid=yi yor=yo zha=za zul=zu
"""
_SHORTEST = dict(pair.split("=") for pair in _CODES.split())

# What speakers call their language, as a menu shows it.
_NAMES = {
    "ar": "العربية",
    "bg": "Български",
    "ca": "Català",
    "cs": "Čeština",
    "cy": "Cymraeg",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "et": "Eesti",
    "eu": "Euskara",
    "fa": "فارسی",
    "fi": "Suomi",
    "fr": "Français",
    "ga": "Gaeilge",
    "gl": "Galego",
    "he": "עברית",
    "hi": "हिन्दी",
    "hr": "Hrvatski",
    "hu": "Magyar",
    "id": "Bahasa Indonesia",
    "is": "Íslenska",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "lt": "Lietuvių",
    "lv": "Latviešu",
    "ms": "Bahasa Melayu",
    "nb": "Norsk bokmål",
    "nl": "Nederlands",
    "nn": "Norsk nynorsk",
    "no": "Norsk",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sk": "Slovenčina",
    "sl": "Slovenščina",
    "sr": "Српски",
    "sv": "Svenska",
    "th": "ไทย",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
    "zh": "中文",
    NO_SPEECH: "No speech",
}
_TAG = re.compile(r"^([a-z]{2,3})((?:-[a-z0-9]{2,8})*)$")
_SCRIPT_LENGTH, _REGION_LENGTH = 4, 2


def tag(written: str | None) -> str:
    """The RFC 5646 tag for what a container says; `und` where it says nothing sensible."""
    match = _TAG.match((written or "").strip().replace("_", "-").lower())
    if match is None:
        return UNKNOWN
    primary = _SHORTEST.get(match[1], match[1])
    return "-".join([primary, *map(_cased, filter(None, match[2].split("-")))])


def _cased(subtag: str) -> str:
    # RFC 5646, section 2.1.1: scripts in title case, regions in upper case.
    if len(subtag) == _SCRIPT_LENGTH and subtag.isalpha():
        return subtag.title()
    return subtag.upper() if len(subtag) == _REGION_LENGTH else subtag


def name(language: str, otherwise: str) -> str:
    """What a menu calls the language; `otherwise` where it is unknown."""
    if language == UNKNOWN:
        return otherwise
    primary, _, rest = language.partition("-")
    known = _NAMES.get(primary)
    if known is None:
        return language
    return f"{known} ({rest})" if rest else known
