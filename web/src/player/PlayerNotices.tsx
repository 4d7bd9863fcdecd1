// Everything that may stand between a viewer and the film, each with a way out.
import { Problem, sentenceOf } from "../api/problem";
import { Button, LinkButton } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Note } from "../design/States";
import { SHORTCUTS } from "./shortcuts";

const TITLES: Partial<Record<string, string>> = {
  not_entitled: "Your plan does not include this",
  maturity: "Not for this profile",
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

/** Playing broke off and did not mend by itself. */
export function Breakdown({
  code,
  back,
  retry,
}: {
  code: string;
  back: string;
  retry: () => void;
}) {
  const text =
    code === "session_ended"
      ? "Playback was stopped, perhaps because it went on in another place or stood still for long."
      : "The film stopped coming. Check the connection; we go on where you stopped.";
  return (
    <div className="player__note" role="alert">
      <Note
        title={code === "session_ended" ? "Still watching?" : "The picture is gone"}
        actions={
          <>
            <Button look="primary" icon="play" onClick={retry}>
              {code === "session_ended" ? "Keep watching" : "Try again"}
            </Button>
            <LinkButton to={back}>Back to the title</LinkButton>
          </>
        }
      >
        {text}
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
