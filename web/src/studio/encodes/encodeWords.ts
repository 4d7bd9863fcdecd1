// Encodes under way in words and numbers.
import type { EncodeEntry, EncodeOutlook, EncodeReport } from "../../api/messages";
import { bitrateWords, CODECS, percentWords } from "../encodeReport";

export type Priority = EncodeEntry["priority"];

export const PRIORITIES: readonly (readonly [Priority, string])[] = [
  ["first", "Before all others"],
  ["usual", "In its turn"],
  ["last", "After all others"],
];

/** "about 2 h 10 min left"; finer only where it is short. */
export function leftWords(left_s: number | null): string {
  if (left_s === null) return "";
  const minutes = Math.round(left_s / 60);
  if (minutes < 1) return "less than a minute left";
  if (minutes < 60) return `about ${minutes} min left`;
  const hours = Math.floor(minutes / 60);
  // Nobody believes the minutes of a day.
  const rest = hours < 10 ? Math.round((minutes % 60) / 5) * 5 : 0;
  if (rest === 60) return `about ${hours + 1} h left`;
  return rest === 0 ? `about ${hours} h left` : `about ${hours} h ${rest} min left`;
}

/** "Season 1, episode 2 of Dark", for an episode. */
export function placeWords({ series, season, episode }: EncodeEntry): string {
  if (series === null || season === null || episode === null) return "";
  return season === 0
    ? `Special ${episode} of ${series}`
    : `Season ${season}, episode ${episode} of ${series}`;
}

/** "H.264: 21 % fewer bits, AV1: 48 % fewer bits". */
export function savedWords(saved: EncodeEntry["saved"]): string {
  return (["h264", "av1"] as const)
    .flatMap((codec) => {
      const share = saved[codec];
      if (share === undefined) return [];
      return [
        `${CODECS[codec]}: ${percentWords(Math.abs(share))} ${share >= 0 ? "fewer" : "more"}`,
      ];
    })
    .join(", ");
}

type Planned = EncodeEntry["planned"][number];

/** "1080p at 4.1 Mbit/s". */
export const rungWords = ({ lines, bitrate_bps }: Planned): string =>
  `${lines}p at ${bitrateWords(bitrate_bps)}`;

/** The rungs of a report as far as they were measured, and the planned ones in place of others. */
export function reportSoFar({ report, planned = [] }: EncodeOutlook): EncodeReport {
  const measured = new Set(report.rungs.map(({ name }) => name));
  const foretold = planned
    .filter(({ name }) => !measured.has(name))
    .map(({ name, codec, lines, bitrate_bps, vmaf }) => ({
      name,
      codec,
      dynamic_range: "sdr" as const,
      width: Math.round((lines * 16) / 9),
      height: lines,
      crf: 0,
      bitrate_bps,
      vmaf_aim: vmaf,
      vmaf,
      vmaf_low: vmaf,
      frames_measured: 0,
      rounds: 0,
    }));
  return { ...report, rungs: [...report.rungs, ...foretold] };
}
