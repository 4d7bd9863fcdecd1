// What there is to choose from in a film, as Shaka Player lists it and as a viewer would.
import type shaka from "shaka-player/dist/shaka-player.dash-es2021.js";
import type { PlaySession } from "../api/messages";
import { languageWords } from "../catalog/wording";
import type { Track, Tracks } from "./engine";

type TrackInfo = PlaySession["audio"][number];
type AudioTrack = Pick<
  shaka.extern.AudioTrack,
  "active" | "language" | "label" | "codecs" | "channelsCount"
>;

export interface KnownTracks {
  audio: readonly TrackInfo[];
  subtitles: readonly TrackInfo[];
}

function labelOf(language: string, label: string | null, known: readonly TrackInfo[]): string {
  return (
    label ?? known.find((info) => info.language === language)?.label ?? languageWords(language)
  );
}

/**
 * The audio tracks that a viewer can tell apart. The same sound comes in several codecs and numbers
 * of channels; of those stands the one that plays, or else the one most like it.
 */
export function audioChoices<T extends AudioTrack>(all: readonly T[]): T[] {
  const playing = all.find(({ active }) => active);
  const likeness = (track: T): number =>
    Number(track.active) * 4 +
    Number(track.codecs === playing?.codecs) * 2 +
    Number(track.channelsCount === playing?.channelsCount);
  const best = new Map<string, T>();
  for (const track of all) {
    const key = `${track.language}\n${track.label ?? ""}`;
    const other = best.get(key);
    if (!other || likeness(track) > likeness(other)) best.set(key, track);
  }
  return [...best.values()];
}

/** The heights that can be chosen without changing codec or dynamic range, tallest first. */
export function heightsOf(
  variants: readonly Pick<shaka.extern.Track, "active" | "height" | "videoCodec" | "hdr">[],
): number[] {
  const playing = variants.find(({ active }) => active);
  const family = (codec: string | null | undefined) => codec?.split(".")[0];
  const alike = variants.filter(
    ({ videoCodec, hdr }) =>
      !playing || (family(videoCodec) === family(playing.videoCodec) && hdr === playing.hdr),
  );
  const heights = alike.flatMap(({ height }) => height ?? []);
  return [...new Set(heights)].sort((a, b) => b - a);
}

export const subtitleTracks = (player: shaka.Player): shaka.extern.TextTrack[] =>
  player.getTextTracks().filter(({ forced }) => !forced);

export const audioTracks = (player: shaka.Player): shaka.extern.AudioTrack[] =>
  audioChoices(player.getAudioTracks());

/** Everything for the menus; `rung` is the height that the viewer chose. */
export function tracksOf(player: shaka.Player, rung: number | null, known: KnownTracks): Tracks {
  const variants = player.getVariantTracks();
  const audio = audioTracks(player);
  const text = subtitleTracks(player);
  const trackOf = (
    { language, label }: { language: string; label: string | null },
    index: number,
    names: readonly TrackInfo[],
  ): Track => ({ id: String(index), language, label: labelOf(language, label, names) });
  const activeOf = (all: readonly { active: boolean }[]) => {
    const at = all.findIndex(({ active }) => active);
    return at === -1 ? null : String(at);
  };
  return {
    rungs: heightsOf(variants).map((height) => ({ height })),
    rung,
    height: variants.find(({ active }) => active)?.height ?? null,
    audio: audio.map((track, index) => trackOf(track, index, known.audio)),
    audioId: activeOf(audio),
    subtitles: text.map((track, index) => trackOf(track, index, known.subtitles)),
    subtitlesId: activeOf(text),
  };
}
