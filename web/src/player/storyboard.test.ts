import { describe, expect, it } from "vitest";
import { parseStoryboard, tileAt } from "./storyboard";

const BASE = "https://m.example/media/tok/pkg/storyboard.vtt";
const VTT = `WEBVTT

00:00.000 --> 00:10.000
sprite-0.jpg#xywh=0,0,240,135

NOTE a comment

cue-2
00:10.000 --> 00:20.000
sprite-0.jpg#xywh=240,0,240,135

01:00:00.500 --> 01:00:10.000
sprite-1.jpg#xywh=pixel:480,135,240,135

00:20.000 --> 00:30.000
no picture here
`;

describe("parseStoryboard", () => {
  it("reads times with and without hours, cue names, and both forms of a region", () => {
    expect(parseStoryboard(VTT, BASE)).toEqual([
      {
        start_s: 0,
        end_s: 10,
        sheet: "https://m.example/media/tok/pkg/sprite-0.jpg",
        x: 0,
        y: 0,
        width: 240,
        height: 135,
      },
      {
        start_s: 10,
        end_s: 20,
        sheet: "https://m.example/media/tok/pkg/sprite-0.jpg",
        x: 240,
        y: 0,
        width: 240,
        height: 135,
      },
      {
        start_s: 3600.5,
        end_s: 3610,
        sheet: "https://m.example/media/tok/pkg/sprite-1.jpg",
        x: 480,
        y: 135,
        width: 240,
        height: 135,
      },
    ]);
  });

  it("reads a file with carriage returns", () => {
    expect(parseStoryboard(VTT.replaceAll("\n", "\r\n"), BASE)).toEqual(parseStoryboard(VTT, BASE));
  });

  it("finds nothing in what is no storyboard", () => {
    expect(parseStoryboard("<html>\n\n404</html>", BASE)).toEqual([]);
  });
});

describe("tileAt", () => {
  const tiles = parseStoryboard(VTT, BASE);

  it.each([
    [0, 0],
    [9.99, 0],
    [10, 240],
    [500, 240],
    [3700, 480],
  ])("shows at %d s the tile at x = %d", (time_s, x) => {
    expect(tileAt(tiles, time_s)?.x).toBe(x);
  });

  it("shows none before the first, and none where there are none", () => {
    expect(tileAt(tiles.slice(1), 3)).toBeNull();
    expect(tileAt([], 3)).toBeNull();
  });
});
