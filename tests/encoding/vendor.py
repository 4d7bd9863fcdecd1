"""A DRM vendor's key server, over real HTTP: it reads what it is sent and refuses what is wrong."""

import base64
import hashlib
import struct
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from uuid import UUID

from tests.patience import PATIENCE_S

CREDENTIALS = "Basic bWF0aW5lZTpmb3Igb25lIHRlc3Q="
SYSTEMS = {
    "widevine": "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed",
    "playready": "9a04f079-9840-4286-ab92-e65be0885f95",
    "fairplay": "94ce86fb-07ff-4f43-adb8-93d2fa968ca2",
}
IV = bytes(range(16))
_NAMES = {"c": "urn:dashif:org:cpix", "p": "urn:ietf:params:xml:ns:keyprov:pskc"}


def key_of(kid: str) -> bytes:
    """The vendor's own way to derive keys."""
    return hashlib.sha256(b"the vendor's seed" + UUID(kid).bytes).digest()[:16]


def pssh(system: str, kid: str) -> bytes:
    """A box of version 1 that names the key id and has no data of the system's own."""
    body = UUID(SYSTEMS[system]).bytes + struct.pack(">I", 1) + UUID(kid).bytes + bytes(4)
    return struct.pack(">I", 12 + len(body)) + b"pssh" + struct.pack(">I", 1 << 24) + body


class Vendor(ThreadingHTTPServer):
    """Answers at `url`; `fault` spoils what it answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/speke/v2.0/copyProtection"
        self.fault = ""
        self.faults: list[str] = []
        self.asked: list[bytes] = []


class _Handler(BaseHTTPRequestHandler):
    server: Vendor
    protocol_version = "HTTP/1.1"
    PLAIN: ClassVar[str] = "<pskc:PlainValue>{key}</pskc:PlainValue>"

    def do_POST(self) -> None:
        document = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(document)
        wrong = self._wrong(document)
        self.server.faults += wrong
        fault = self.server.fault
        status = int(fault) if fault.isdigit() else (400 if wrong else 200)
        body = self._answer(document) if status == 200 else b"key of this film: none"
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("X-Speke-Version", "2.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _wrong(self, document: bytes) -> list[str]:
        """What SPEKE v2.0 and CPIX 2.3 have otherwise."""
        root = ET.fromstring(document)  # noqa: S314 - the test's own
        kids = [key.get("kid") for key in root.iterfind("c:ContentKeyList/c:ContentKey", _NAMES)]
        systems = root.findall("c:DRMSystemList/c:DRMSystem", _NAMES)
        usage = root.findall("c:ContentKeyUsageRuleList/c:ContentKeyUsageRule", _NAMES)
        facts = {
            "path": self.path == "/speke/v2.0/copyProtection",
            "type": self.headers["Content-Type"] == "application/xml",
            "version": self.headers["X-Speke-Version"] == "2.0",
            "agent": bool(self.headers["X-Speke-User-Agent"]),
            "credentials": self.headers["Authorization"] == CREDENTIALS,
            "root": root.tag == "{urn:dashif:org:cpix}CPIX" and root.get("version") == "2.3",
            "content": UUID(root.get("contentId", "")).version is not None,
            "order": [child.tag.rpartition("}")[2] for child in root]
            == ["ContentKeyList", "DRMSystemList", "ContentKeyUsageRuleList"],
            "one key": len(kids) == 1 and str(UUID(kids[0])) == kids[0],
            "scheme": all(
                key.get("commonEncryptionScheme") == "cbcs"
                for key in root.iter("{urn:dashif:org:cpix}ContentKey")
            ),
            "no value": b"PlainValue" not in document,
            "systems": all(one.get("systemId") in SYSTEMS.values() for one in systems),
            "system keys": all(one.get("kid") == kids[0] for one in systems) and bool(systems),
            "wanted": all(len(one) for one in systems),
            "usage": [(one.get("kid"), one.get("intendedTrackType")) for one in usage]
            == [(kids[0], "ALL")],
        }
        return [name for name, is_so in facts.items() if not is_so]

    def _answer(self, document: bytes) -> bytes:
        fault = self.server.fault
        root = ET.fromstring(document)  # noqa: S314 - the test's own
        kid = root.find("c:ContentKeyList/c:ContentKey", _NAMES).get("kid")  # type: ignore[union-attr]
        assert kid is not None
        value = {
            "encrypted": "<pskc:EncryptedValue>AAAA</pskc:EncryptedValue>",
            "keyless": "",
            "short": self.PLAIN.format(key=base64.b64encode(b"too short").decode()),
            "not base64": self.PLAIN.format(key="%%%%"),
        }.get(fault, self.PLAIN.format(key=base64.b64encode(key_of(kid)).decode()))
        shown = "00000000-0000-4000-8000-000000000000" if fault == "other kid" else kid
        iv = base64.b64encode(IV).decode()
        key = (
            f'<cpix:ContentKey kid="{shown}" commonEncryptionScheme="cbcs" explicitIV="{iv}">'
            f"<cpix:Data><pskc:Secret>{value}</pskc:Secret></cpix:Data></cpix:ContentKey>"
        )
        systems = "".join(
            self._system(one.get("systemId", ""), kid)
            for one in root.iterfind("c:DRMSystemList/c:DRMSystem", _NAMES)
        )
        padding = f"<!--{'x' * 2_000_000}-->" if fault == "long" else ""
        head = '<!DOCTYPE x [<!ENTITY a "a">]>' if fault == "entities" else ""
        text = (
            f'{head}<cpix:CPIX xmlns:cpix="{_NAMES["c"]}" xmlns:pskc="{_NAMES["p"]}" version="2.3">'
            f"{padding}<cpix:ContentKeyList>{key}</cpix:ContentKeyList>"
            f"<cpix:DRMSystemList>{systems}</cpix:DRMSystemList></cpix:CPIX>"
        )
        return b"no XML at all" if fault == "no xml" else text.encode()

    def _system(self, system_id: str, kid: str) -> str:
        name = next(name for name, known in SYSTEMS.items() if known == system_id)
        if name != "fairplay":
            box = base64.b64encode(pssh(name, kid)).decode()
            inner = f"<cpix:PSSH>\n  {box}\n</cpix:PSSH>"
        elif self.server.fault == "no fairplay":
            inner = ""
        else:
            line = (
                f'#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://vendor.example/{kid}",'
                'KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"'
            )
            coded = base64.b64encode(line.encode()).decode()
            inner = (
                f'<cpix:HLSSignalingData playlist="master">{coded[:8]}</cpix:HLSSignalingData>'
                f'<cpix:HLSSignalingData playlist="media">{coded}</cpix:HLSSignalingData>'
            )
        return f'<cpix:DRMSystem systemId="{system_id}" kid="{kid}">{inner}</cpix:DRMSystem>'

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@contextmanager
def running() -> Iterator[Vendor]:
    """A vendor for as long as the block lasts."""
    vendor = Vendor()
    thread = threading.Thread(target=vendor.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield vendor
    finally:
        vendor.shutdown()
        thread.join(PATIENCE_S)
        vendor.server_close()
