import { describe, expect, it } from "vitest";
import { audioChoices, heightsOf } from "./shakaTracks";

const sound = (language: string, codecs: string, channelsCount: number, active = false) => ({
  language,
  label: null,
  codecs,
  channelsCount,
  active,
});

describe("audioChoices", () => {
  const all = [
    sound("en", "mp4a.40.2", 2),
    sound("en", "opus", 2, true),
    sound("en", "opus", 6),
    sound("fr", "mp4a.40.2", 2),
    sound("fr", "opus", 6),
    sound("fr", "opus", 2),
  ];

  it("shows a language once, and takes the sound that is most like the one that plays", () => {
    expect(audioChoices(all)).toEqual([all[1], all[5]]);
  });

  it("tells tracks of one language apart by their labels", () => {
    const comment = { ...sound("en", "opus", 2), label: "Commentary" };
    expect(audioChoices([...all, comment])).toHaveLength(3);
  });

  it("makes do when nothing plays yet", () => {
    expect(audioChoices([sound("en", "opus", 2), sound("en", "mp4a.40.2", 2)])).toHaveLength(1);
  });
});

describe("heightsOf", () => {
  const picture = (videoCodec: string, height: number, hdr: string, active = false) => ({
    videoCodec,
    height,
    hdr,
    active,
  });

  it("offers the heights of the codec and range that play, tallest first, each once", () => {
    const all = [
      picture("av01.0.04M.08", 360, "SDR"),
      picture("av01.0.08M.08", 1080, "SDR", true),
      picture("av01.0.08M.08", 1080, "SDR"),
      picture("av01.0.08M.10", 1440, "PQ"),
      picture("avc1.640028", 720, "SDR"),
    ];
    expect(heightsOf(all)).toEqual([1080, 360]);
  });
});
