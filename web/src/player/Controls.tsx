import type { RefObject } from "react";
import { Link } from "wouter";
import type { PlaySession } from "../api/messages";
import { RoundButton } from "../design/Button";
import { Icon, type IconName } from "../design/Icon";
import type { Tracks } from "./engine";
import type { PanelName } from "./Panels";
import { Scrubber } from "./Scrubber";
import { SKIP_S } from "./shortcuts";
import { clockTime } from "./time";
import type { Playback } from "./usePlayback";

export interface Doing {
  toggle: () => void;
  skip: (by_s: number) => void;
  seek: (time_s: number) => void;
  mute: () => void;
  setVolume: (volume: number) => void;
  openPanel: (name: PanelName) => void;
  pip: () => void;
  fullscreen: () => void;
  help: () => void;
  next: () => void;
}

interface ControlsProps {
  session: PlaySession;
  playback: Playback;
  tracks: Tracks;
  doing: Doing;
  panel: PanelName | null;
  isFullscreen: boolean;
  canPip: boolean;
  playButton: RefObject<HTMLButtonElement | null>;
}

function Volume({ playback, doing }: Pick<ControlsProps, "playback" | "doing">) {
  const silent = playback.muted || playback.volume === 0;
  return (
    <span className="volume">
      <RoundButton
        icon={silent ? "muted" : "volume"}
        label={silent ? "Unmute" : "Mute"}
        onClick={doing.mute}
      />
      <input
        type="range"
        aria-label="Volume"
        min={0}
        max={100}
        value={silent ? 0 : Math.round(playback.volume * 100)}
        onChange={(event) => doing.setVolume(Number(event.target.value) / 100)}
      />
    </span>
  );
}

function PanelButton({
  name,
  icon,
  label,
  ...rest
}: { name: PanelName; icon: IconName; label: string } & Pick<ControlsProps, "panel" | "doing">) {
  return (
    <RoundButton
      icon={icon}
      label={label}
      aria-haspopup="dialog"
      aria-expanded={rest.panel === name}
      onClick={() => rest.doing.openPanel(name)}
    />
  );
}

/** Large, in the middle of the picture, for fingers. */
export function TouchControls({ playback, doing }: Pick<ControlsProps, "playback" | "doing">) {
  return (
    <div className="player__middle">
      <RoundButton
        icon="back10"
        label={`Back ${SKIP_S} seconds`}
        onClick={() => doing.skip(-SKIP_S)}
      />
      <RoundButton
        icon={playback.paused ? "play" : "pause"}
        label={playback.paused ? "Play" : "Pause"}
        onClick={doing.toggle}
      />
      <RoundButton
        icon="forward10"
        label={`Forward ${SKIP_S} seconds`}
        onClick={() => doing.skip(SKIP_S)}
      />
    </div>
  );
}

export function TopBar({ to, name, detail }: { to: string; name: string; detail: string | null }) {
  return (
    <div className="player__top">
      <Link href={to} className="round-button" aria-label="Back to the title">
        <Icon name="left" />
      </Link>
      <p className="player__name">
        {name}
        {detail && <span>{detail}</span>}
      </p>
    </div>
  );
}

export function BottomBar(props: ControlsProps) {
  const { session, playback, tracks, doing, panel, isFullscreen, canPip, playButton } = props;
  const left_s = Math.max(0, playback.duration_s - playback.time_s);
  return (
    <div className="player__bottom">
      <div className="player__line">
        <Scrubber session={session} playback={playback} seek={doing.seek} />
      </div>
      <div className="player__row">
        <span className="player__main">
          <RoundButton
            ref={playButton}
            icon={playback.paused ? "play" : "pause"}
            label={playback.paused ? "Play" : "Pause"}
            onClick={doing.toggle}
          />
          <RoundButton
            icon="back10"
            label={`Back ${SKIP_S} seconds`}
            onClick={() => doing.skip(-SKIP_S)}
          />
          <RoundButton
            icon="forward10"
            label={`Forward ${SKIP_S} seconds`}
            onClick={() => doing.skip(SKIP_S)}
          />
          <Volume playback={playback} doing={doing} />
        </span>
        <span className="player__clock">
          <span>{clockTime(playback.time_s)}</span>
          <span className="player__left" aria-label={`${clockTime(left_s)} left`}>
            −{clockTime(left_s)}
          </span>
        </span>
        <span className="player__end">
          {session.next_title_id && (
            <RoundButton icon="next" label="Next episode" onClick={doing.next} />
          )}
          <PanelButton
            name="tracks"
            icon="subtitles"
            label="Subtitles and audio"
            panel={panel}
            doing={doing}
          />
          <PanelButton
            name="speed"
            icon="speed"
            label="Playback speed"
            panel={panel}
            doing={doing}
          />
          {tracks.rungs.length > 1 && (
            <PanelButton
              name="quality"
              icon="quality"
              label="Quality"
              panel={panel}
              doing={doing}
            />
          )}
          <span className="player__for-keys">
            <RoundButton icon="keyboard" label="Keyboard shortcuts" onClick={doing.help} />
          </span>
          {canPip && <RoundButton icon="pip" label="Picture in picture" onClick={doing.pip} />}
          <RoundButton
            icon={isFullscreen ? "windowed" : "fullscreen"}
            label={isFullscreen ? "Leave full screen" : "Full screen"}
            onClick={doing.fullscreen}
          />
        </span>
      </div>
    </div>
  );
}
