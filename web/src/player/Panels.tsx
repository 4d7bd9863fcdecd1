// The sheets that open from the control bar: subtitles and audio, quality, speed.
import { useEffect, useRef, type ReactNode } from "react";
import type { Track, Tracks } from "./engine";
import { SPEEDS } from "./shortcuts";

export type PanelName = "tracks" | "quality" | "speed";

interface ChoiceProps {
  name: string;
  options: readonly (readonly [value: string, label: string, note?: string])[];
  chosen: string;
  choose: (value: string) => void;
}

function Choice({ name, options, chosen, choose }: ChoiceProps) {
  return (
    <fieldset className="panel__choice">
      <legend>{name}</legend>
      {options.map(([value, label, note]) => (
        <label key={value}>
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === chosen}
            onChange={() => choose(value)}
          />
          <span>
            {label}
            {note && <span className="panel__note"> {note}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Panel({ label, children }: { label: string; children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    ref.current?.querySelector<HTMLElement>("input:checked, input")?.focus();
  }, []);
  return (
    <div ref={ref} className="panel" role="dialog" aria-label={label}>
      {children}
    </div>
  );
}

const optionOf = ({ id, label }: Track) => [id, label] as const;

interface PanelsProps {
  open: PanelName;
  tracks: Tracks;
  speed: number;
  chooseAudio: (id: string) => void;
  chooseSubtitles: (id: string | null) => void;
  chooseRung: (height: number | null) => void;
  chooseSpeed: (speed: number) => void;
}

export function Panels(props: PanelsProps) {
  const { open, tracks } = props;
  if (open === "tracks") {
    return (
      <Panel label="Subtitles and audio">
        <Choice
          name="Subtitles"
          options={[["", "Off"], ...tracks.subtitles.map(optionOf)]}
          chosen={tracks.subtitlesId ?? ""}
          choose={(id) => props.chooseSubtitles(id || null)}
        />
        {tracks.audio.length > 0 && (
          <Choice
            name="Audio"
            options={tracks.audio.map(optionOf)}
            chosen={tracks.audioId ?? ""}
            choose={props.chooseAudio}
          />
        )}
      </Panel>
    );
  }
  if (open === "quality") {
    const now = tracks.height === null ? undefined : `${tracks.height}p`;
    return (
      <Panel label="Quality">
        <Choice
          name="Quality"
          options={[
            now ? ["", "Auto", now] : ["", "Auto"],
            ...tracks.rungs.map(({ height }) => [String(height), `${height}p`] as const),
          ]}
          chosen={tracks.rung === null ? "" : String(tracks.rung)}
          choose={(height) => props.chooseRung(height ? Number(height) : null)}
        />
      </Panel>
    );
  }
  return (
    <Panel label="Playback speed">
      <Choice
        name="Playback speed"
        options={SPEEDS.map(
          (speed) => [String(speed), speed === 1 ? "Normal" : `${speed}×`] as const,
        )}
        chosen={String(props.speed)}
        choose={(speed) => props.chooseSpeed(Number(speed))}
      />
    </Panel>
  );
}
