import { describe, expect, it } from "vitest";
import { codecsByPreference } from "./decoding";

const hardware = { supported: true, smooth: true, powerEfficient: true };
const software = { supported: true, smooth: true, powerEfficient: false };
const jerky = { supported: true, smooth: false, powerEfficient: false };
const none = { supported: false, smooth: false, powerEfficient: false };

describe("codecsByPreference", () => {
  it("takes AV1 where it runs smoothly and costs no more of the battery", () => {
    expect(codecsByPreference(hardware, hardware)[0]).toBe("av01");
    expect(codecsByPreference(hardware, software)[0]).toBe("av01");
    expect(codecsByPreference(software, software)[0]).toBe("av01");
  });

  it("takes H.264 where AV1 is jerky, unknown, or gives up the hardware", () => {
    expect(codecsByPreference(jerky, software)[0]).toBe("avc1");
    expect(codecsByPreference(none, hardware)[0]).toBe("avc1");
    expect(codecsByPreference(software, hardware)[0]).toBe("avc1");
  });

  it("keeps the other codec for films that have nothing else", () => {
    for (const av1 of [hardware, software, jerky, none]) {
      expect(new Set(codecsByPreference(av1, software))).toEqual(new Set(["av01", "avc1"]));
    }
  });
});
