import "./player.css";
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from "react";
import { useLocation } from "wouter";
import type { Title } from "../api/messages";
import { AfterFilm, afterOf } from "./AfterFilm";
import { BottomBar, TopBar, TouchControls } from "./Controls";
import type { Engine } from "./engine";
import { Measures } from "./measures";
import { Panels, type PanelName } from "./Panels";
import type { Broken } from "./PlayerPage";
import { ShortcutsDialog } from "./PlayerNotices";
import { useFullscreen, useMediaSession, useWakeLock } from "./screenComforts";
import { putUp } from "./stage";
import { Surface } from "./Surface";
import { useEngine } from "./useEngine";
import type { Showing } from "./showing";
import { useHeartbeat } from "./useHeartbeat";
import { useIdle } from "./useIdle";
import { usePlayback } from "./usePlayback";
import { useReports } from "./useReports";
import { useShortcuts } from "./useShortcuts";
import { useSteering } from "./useSteering";

interface PlayerProps {
  heading: ReactNode;
  showing: Showing;
  title: Title | undefined;
  /** The series of an episode. */
  series: Title | undefined;
  /** When Play was pressed. */
  pressed_ms: number;
  back: string;
  /** A new session is wanted, to go on from here. */
  reopen: (at_s: number) => void;
  /** Playing broke off for good. */
  fail: (broken: Broken, at_s: number) => void;
}

const clock = () => performance.now();

export function Player(props: PlayerProps) {
  const { showing, title, series, pressed_ms, back, reopen, fail } = props;
  const { session, start_s, stage } = showing;
  const frame = useRef<HTMLElement>(null);
  const screen = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement | null>(stage.video);
  const playButton = useRef<HTMLButtonElement>(null);
  const engine = useRef<Engine | null>(null);
  const [measures] = useState(() => new Measures(clock, pressed_ms));
  const [, navigate] = useLocation();
  const [panel, setPanel] = useState<PanelName | null>(null);
  const [helping, setHelping] = useState(false);
  const [dismissed, setDismissed] = useState(false);

  // The stage was made with the press of Play, and the film may stand on it already.
  useLayoutEffect(
    () => putUp(stage, screen.current, session.title_name),
    [stage, session.title_name],
  );
  const here_s = () => stage.video.currentTime || start_s;
  const tellFailure = useReports({ showing, engine, measures });
  useHeartbeat({ showing, engine, onEnded: (problem) => fail({ problem }, here_s()) });
  const { tracks, isDry } = useEngine({
    showing,
    engine,
    onRefused: (code) => {
      tellFailure.current(code);
      reopen(here_s());
    },
    onFailed: ({ kind, code }) => {
      tellFailure.current(code);
      fail({ trouble: kind }, here_s());
    },
  });
  const playback = usePlayback(video, session.duration_s);
  const { isFullscreen, toggle: fullscreen } = useFullscreen(frame, video);
  const goNext = useCallback(() => {
    if (session.next_title_id)
      navigate(`/watch/${session.next_title_id}?from=start`, { replace: true });
  }, [navigate, session.next_title_id]);

  const idle = useIdle(!playback.paused && panel === null && !helping && playback.started);
  const { stir } = idle;
  const closePanel = () => {
    setPanel(null);
    frame.current?.focus({ preventScroll: true });
  };
  const steering = useSteering({
    video,
    engine,
    tracks,
    fullscreen,
    stir,
    openPanel: (name) => setPanel((open) => (open === name ? null : name)),
    help: () => setHelping(true),
    next: goNext,
    leave: () => (panel ? closePanel() : navigate(back)),
    enterControls: () => playButton.current?.focus(),
  });
  const onKeyDown = useShortcuts(steering, playback);
  useMediaSession(title, session.title_name, playback, steering);
  useWakeLock(playback.started && !playback.paused && !playback.ended);
  useEffect(() => frame.current?.focus({ preventScroll: true }), []);
  const canPip = useMemo(
    () => "pictureInPictureEnabled" in document && document.pictureInPictureEnabled,
    [],
  );

  const after = afterOf(session, playback, dismissed);
  const replay = () => {
    steering.seek(0);
    frame.current?.focus({ preventScroll: true });
  };
  const episode =
    title?.kind === "episode"
      ? `S${title.season ?? 0} E${title.episode ?? 0} · ${title.name}`
      : null;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys mean the film wherever the focus is
    <main
      ref={frame}
      className="player"
      data-region="player"
      data-hidden={idle.hidden}
      tabIndex={-1}
      aria-label={`Player: ${session.title_name}`}
      onKeyDown={(event) => {
        stir();
        onKeyDown(event);
      }}
      onPointerMove={(event) => event.pointerType === "mouse" && stir()}
      onFocus={stir}
    >
      {props.heading}
      <div ref={screen} className="player__screen" />
      <Surface
        shown={!idle.hidden}
        toggle={steering.toggle}
        skip={steering.skip}
        fullscreen={fullscreen}
        show={stir}
        hide={idle.rest}
      />
      <div role="status" className="player__waiting">
        {playback.waiting && !(playback.started && playback.paused) && (
          <>
            <span className="spinner" />
            <span className={isDry ? "player__mending" : "unseen"}>
              {isDry
                ? "Nothing comes from the network. The film goes on by itself as soon as it is back."
                : "Loading the picture"}
            </span>
          </>
        )}
      </div>
      <div className="player__controls" inert={after === "end"}>
        <TopBar to={back} name={series?.name ?? session.title_name} detail={episode} />
        {!playback.waiting && !playback.ended && (
          <TouchControls playback={playback} doing={steering} />
        )}
        <BottomBar
          session={session}
          playback={playback}
          tracks={tracks}
          doing={steering}
          panel={panel}
          isFullscreen={isFullscreen}
          canPip={canPip}
          playButton={playButton}
        />
        {panel && (
          <>
            <button
              type="button"
              className="player__shade"
              tabIndex={-1}
              aria-hidden="true"
              onClick={closePanel}
            />
            <Panels
              open={panel}
              tracks={tracks}
              speed={playback.speed}
              chooseAudio={steering.chooseAudio}
              chooseSubtitles={steering.chooseSubtitles}
              chooseRung={steering.chooseRung}
              chooseSpeed={steering.setSpeed}
            />
          </>
        )}
      </div>
      <AfterFilm
        after={after}
        session={session}
        playback={playback}
        back={back}
        next={goNext}
        replay={replay}
        dismiss={() => setDismissed(true)}
      />
      {helping && <ShortcutsDialog onClose={() => setHelping(false)} />}
    </main>
  );
}
