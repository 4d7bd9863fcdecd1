"""Documents that ask a DRM vendor for keys and that it answers with.

CPIX 2.3 (DASH-IF, Content Protection Information Exchange Format), in the profile that
SPEKE API v2.0 makes of it: one content key for all tracks, not encrypted in itself, as
the connection is.
"""

import base64
import binascii
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from uuid import UUID

from matinee.encoding.rules.encryption import TitleKey, joined_pssh

VERSION = "2.3"
SCHEME = "cbcs"
# DASH-IF's register of content protection systems.
SYSTEMS = {
    "widevine": UUID("edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"),
    "playready": UUID("9a04f079-9840-4286-ab92-e65be0885f95"),
    "fairplay": UUID("94ce86fb-07ff-4f43-adb8-93d2fa968ca2"),
}
_CPIX = "urn:dashif:org:cpix"
_PSKC = "urn:ietf:params:xml:ns:keyprov:pskc"
_NAMES = {"cpix": _CPIX, "pskc": _PSKC}
_EXT_X_KEY_URI = re.compile(r'\bURI="([^"]*)"')


class AnswerError(ValueError):
    """A vendor's answer cannot be used; says why without any of its content."""


def request(title_id: UUID, key_id: UUID, systems: Sequence[str]) -> bytes:
    """The document that asks for a title's key, by an id of ours, for DRM systems by name."""
    for prefix, name in _NAMES.items():
        ET.register_namespace(prefix, name)
    root = ET.Element(_cpix("CPIX"), {"contentId": str(title_id), "version": VERSION})
    keys = ET.SubElement(root, _cpix("ContentKeyList"))
    ET.SubElement(keys, _cpix("ContentKey"), {"kid": str(key_id), "commonEncryptionScheme": SCHEME})
    listed = ET.SubElement(root, _cpix("DRMSystemList"))
    for name in systems:
        of_system = {"kid": str(key_id), "systemId": str(SYSTEMS[name])}
        system = ET.SubElement(listed, _cpix("DRMSystem"), of_system)
        if name == "fairplay":
            ET.SubElement(system, _cpix("HLSSignalingData"), {"playlist": "media"})
        else:
            ET.SubElement(system, _cpix("PSSH"))
    rules = ET.SubElement(root, _cpix("ContentKeyUsageRuleList"))
    rule = ET.SubElement(
        rules, _cpix("ContentKeyUsageRule"), {"kid": str(key_id), "intendedTrackType": "ALL"}
    )
    ET.SubElement(rule, _cpix("VideoFilter"))
    ET.SubElement(rule, _cpix("AudioFilter"))
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def answer(document: bytes, key_id: UUID) -> TitleKey:
    """The key in a vendor's answer, with what players are told; AnswerError if it is not there."""
    root = _parsed(document)
    found = [one for one in root.iter(_cpix("ContentKey")) if _is_of(one, key_id)]
    if len(found) != 1:
        raise AnswerError("it has not exactly one content key with the id that was asked for")
    if found[0].get("commonEncryptionScheme", SCHEME) != SCHEME:
        raise AnswerError(f"its key is for another scheme than {SCHEME}")
    plain = found[0].find("cpix:Data/pskc:Secret/pskc:PlainValue", _NAMES)
    if plain is None or not plain.text:
        raise AnswerError("its key is missing or encrypted, which was not asked for")
    systems = [one for one in root.iter(_cpix("DRMSystem")) if _is_of(one, key_id)]
    explicit_iv = found[0].get("explicitIV")
    try:
        return TitleKey(
            key_id=key_id,
            key=_bytes(plain.text),
            iv=None if explicit_iv is None else _bytes(explicit_iv),
            pssh=joined_pssh([_bytes(text) for one in systems if (text := _text(one, "PSSH"))]),
            hls_key_uri=next(filter(None, map(_fairplay_uri, systems)), None),
        )
    except ValueError as error:
        # A TitleKey's own complaint and base64's name no value.
        raise AnswerError(str(error)) from None


def _parsed(document: bytes) -> ET.Element:
    # Entities come with a document type only; without one nothing can grow or lead elsewhere.
    if b"<!DOCTYPE" in document or b"<!ENTITY" in document:
        raise AnswerError("it has a document type, which CPIX has not")
    try:
        root = ET.fromstring(document)  # noqa: S314 - see above
    except ET.ParseError:
        raise AnswerError("it is no XML") from None
    if root.tag != _cpix("CPIX"):
        raise AnswerError("it is no CPIX document")
    return root


def _is_of(element: ET.Element, key_id: UUID) -> bool:
    return element.get("kid", "").lower() == str(key_id)


def _fairplay_uri(system: ET.Element) -> str | None:
    """The address in FairPlay's EXT-X-KEY, which the answer holds in base64."""
    if system.get("systemId", "").lower() != str(SYSTEMS["fairplay"]):
        return None
    for signalled in system.iterfind("cpix:HLSSignalingData", _NAMES):
        if signalled.get("playlist", "media") == "media" and signalled.text:
            uri = _EXT_X_KEY_URI.search(_bytes(signalled.text).decode(errors="replace"))
            if uri:
                return uri[1]
    raise AnswerError("it says not how FairPlay is signalled in HLS")


def _text(system: ET.Element, name: str) -> str:
    return (system.findtext(f"cpix:{name}", "", _NAMES) or "").strip()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        raise AnswerError("what should be base64 is none") from None


def _cpix(name: str) -> str:
    return f"{{{_CPIX}}}{name}"
