"""What edges write into manifests on their way out, wherever they came from: in real nginx."""

from tests.run.edge_hosts import Network, asked


def test_manifests_say_where_to_ask_for_steering_wherever_they_came_from(chain: Network) -> None:
    chain.put("steer/master.m3u8", b"#EXTM3U\n#EXT-X-VERSION:7\n")
    chain.put("held/master.m3u8", b"#EXTM3U\n#EXT-X-VERSION:7\n")
    held = chain.edge.folder / "media" / "packages" / "held" / "master.m3u8"
    held.parent.mkdir()
    held.write_bytes(b"#EXTM3U\n#EXT-X-VERSION:7\n")
    service = f"http://{chain.home.address}/steering"
    for path in ("steer/master.m3u8", "steer/master.m3u8", "held/master.m3u8"):
        told = asked(f"{chain.url(path)}?steering=eu.all-3").text
        assert f'SERVER-URI="{service}/eu/all-3.json"' in told
        assert told.endswith("#EXT-X-VERSION:7\n")
        assert chain.get(path).text == "#EXTM3U\n#EXT-X-VERSION:7\n"


MIXES = b"""#EXTM3U

#EXT-X-MEDIA:TYPE=AUDIO,URI="en-2.m3u8",GROUP-ID="aac-2",LANGUAGE="en",NAME="English",CHANNELS="2"
#EXT-X-MEDIA:TYPE=AUDIO,URI="fr-2.m3u8",GROUP-ID="aac-2",LANGUAGE="fr",NAME="French",CHANNELS="2"
#EXT-X-MEDIA:TYPE=AUDIO,URI="en-6.m3u8",GROUP-ID="aac-6",LANGUAGE="en",NAME="English",CHANNELS="6"
#EXT-X-MEDIA:TYPE=SUBTITLES,URI="text.m3u8",GROUP-ID="text",NAME="English"
#EXT-X-STREAM-INF:BANDWIDTH=900,CODECS="avc1.64001e,mp4a.40.2",AUDIO="aac-2",SUBTITLES="text"
tall.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=400,AUDIO="aac-2"
low.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1200,AUDIO="aac-6",SUBTITLES="text"
tall.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90,URI="tall-iframes.m3u8"
"""


def test_who_asks_for_stereo_gets_each_variant_once(chain: Network) -> None:
    loud = b'#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",CHANNELS="6"\n'
    for name, master in (("both", MIXES), ("loud", loud), ("mute", b"#EXTM3U\n")):
        chain.put(f"{name}/master.m3u8", master)
    stereo, rest = asked(f"{chain.url('both/master.m3u8')}?mix=stereo").text, MIXES.decode()
    surround = [line for line in rest.splitlines() if "aac-6" in line]
    assert len(surround) == 2
    assert stereo == rest.replace(f"{surround[0]}\n", "").replace(f"{surround[1]}\ntall.m3u8\n", "")
    steered = asked(f"{chain.url('both/master.m3u8')}?steering=eu&mix=stereo").text
    assert steered.count("EXT-X-CONTENT-STEERING") == 1
    assert "aac-6" not in steered
    assert asked(f"{chain.url('both/master.m3u8')}?mix=other").text == rest
    # What has no stereo stays as it is.
    assert asked(f"{chain.url('loud/master.m3u8')}?mix=stereo").text == loud.decode()
    assert asked(f"{chain.url('mute/master.m3u8')}?mix=stereo").text == "#EXTM3U\n"
