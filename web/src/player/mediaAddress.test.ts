import { describe, expect, it } from "vitest";
import { waysTo, withToken } from "./mediaAddress";

describe("withToken", () => {
  it("replaces the component behind /media/ and nothing else", () => {
    expect(withToken("https://a.example/media/old/pkg/media/v1/1.m4s?x=/media/y/", "new")).toBe(
      "https://a.example/media/new/pkg/media/v1/1.m4s?x=/media/y/",
    );
  });

  it("leaves addresses alone that carry no token", () => {
    expect(withToken("https://a.example/artwork/p.jpg", "new")).toBe(
      "https://a.example/artwork/p.jpg",
    );
    expect(withToken("https://a.example/media/file.mp4", "new")).toBe(
      "https://a.example/media/file.mp4",
    );
  });

  it("takes a token literally, whatever signs it holds", () => {
    expect(withToken("/media/old/p", "$1$&")).toBe("/media/$1$&/p");
  });
});

describe("waysTo", () => {
  const pathways = [
    { id: "a", base_url: "https://a.example/media/t1/pkg/" },
    { id: "b", base_url: "https://b.example/media/t1/pkg/" },
    { id: "c", base_url: "https://c.example/media/t1/pkg/" },
  ];

  it("gives the same file on every pathway, in their order wherever the address is from", () => {
    expect(waysTo("https://b.example/media/t1/pkg/v360/3.m4s", pathways)).toEqual([
      "https://a.example/media/t1/pkg/v360/3.m4s",
      "https://b.example/media/t1/pkg/v360/3.m4s",
      "https://c.example/media/t1/pkg/v360/3.m4s",
    ]);
  });

  it("knows a pathway by its place, though the token has been renewed since", () => {
    const [, other] = waysTo("https://a.example/media/t2/pkg/manifest.mpd", pathways);
    expect(withToken(other ?? "", "t2")).toBe("https://b.example/media/t2/pkg/manifest.mpd");
  });

  it("knows no other way to a file outside the pathways", () => {
    const address = "https://z.example/media/t1/other/manifest.mpd";
    expect(waysTo(address, pathways)).toEqual([address]);
    expect(waysTo(address, [])).toEqual([address]);
  });
});
