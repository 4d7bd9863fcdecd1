// Everything that may stand between a viewer and the film, each with a way out.
import { Problem, sentenceOf } from "../api/problem";
import { Button, LinkButton } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Note } from "../design/States";
import type { Trouble } from "./engine";
import type { Broken } from "./PlayerPage";
import { SHORTCUTS } from "./shortcuts";

const TITLES: Partial<Record<string, string>> = {
  not_entitled: "Your plan does not include this",
  above_maturity: "Not for this profile",
  no_profile: "Choose who is watching",
  unknown_title: "This title is not showing",
  not_playable_yet: "Not ready yet",
  too_many_streams: "Every seat is taken",
};

/** Why a play session could not be had. */
export function Refusal({
  error,
  back,
  retry,
}: {
  error: unknown;
  back: string;
  retry: () => void;
}) {
  const code = error instanceof Problem ? error.code : "";
  return (
    <div className="player__note" role="alert">
      <Note
        title={TITLES[code] ?? "This cannot be played right now"}
        actions={
          <>
            {code === "not_entitled" ? (
              <LinkButton look="primary" to="/account">
                Choose a plan
              </LinkButton>
            ) : (
              <Button look="primary" icon="replay" onClick={retry}>
                Try again
              </Button>
            )}
            <LinkButton to={back}>Back to the title</LinkButton>
          </>
        }
      >
        {sentenceOf(error)}
      </Note>
    </div>
  );
}

interface Words {
  title: string;
  text: string;
  retry: string;
}

/** What is said of each kind of trouble that did not mend by itself. */
const TROUBLE: Record<Trouble["kind"], Words> = {
  network: {
    title: "The picture is gone",
    text: "The film stopped coming. Check the connection; we go on where you stopped.",
    retry: "Try again",
  },
  refused: {
    title: "The picture is gone",
    text: "The film was closed to this player several times. Try again, or start from the title.",
    retry: "Try again",
  },
  locked: {
    title: "This browser cannot unlock the film",
    text: window.isSecureContext
      ? "The film is protected, and the key could not be used here. Try again, or use another browser."
      : "The film is protected, and browsers unlock films on secure pages only. Open Matinee by an address that begins with https.",
    retry: "Try again",
  },
  media: {
    title: "This browser cannot show the film",
    text: "The picture could not be decoded. Try again, or use another browser.",
    retry: "Try again",
  },
};

const ENDED: Words = {
  title: "Still watching?",
  text: "Playback was stopped, perhaps because it went on in another place or stood still for long.",
  retry: "Keep watching",
};

/** Playing broke off and did not mend by itself. */
export function Breakdown({
  broken,
  back,
  retry,
}: {
  broken: Broken;
  back: string;
  retry: () => void;
}) {
  const isOver = "problem" in broken && [404, 410].includes(broken.problem.status);
  if ("problem" in broken && !isOver) {
    return <Refusal error={broken.problem} back={back} retry={retry} />;
  }
  const words = "trouble" in broken ? TROUBLE[broken.trouble] : ENDED;
  return (
    <div className="player__note" role="alert">
      <Note
        title={words.title}
        actions={
          <>
            <Button look="primary" icon="play" onClick={retry}>
              {words.retry}
            </Button>
            <LinkButton to={back}>Back to the title</LinkButton>
          </>
        }
      >
        {words.text}
      </Note>
    </div>
  );
}

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog
      title="Keyboard shortcuts"
      onClose={onClose}
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <dl className="shortcuts">
        {SHORTCUTS.map(([keys, what]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
