// What a page shows while it has nothing to show.
import type { ReactNode } from "react";
import { sentenceOf } from "../api/problem";
import { Button } from "./Button";
import { SunMark } from "./Wordmark";

interface NoteProps {
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}

/** A quiet page-filling message with a way on. */
export function Note({ title, children, actions }: NoteProps) {
  return (
    <div className="note">
      <div className="note__sign">
        <SunMark />
      </div>
      <p className="note__title">{title}</p>
      {children && <p className="note__text">{children}</p>}
      {actions && <div className="note__actions">{actions}</div>}
    </div>
  );
}

/** Says what failed and offers to try again. */
export function Failure({
  error,
  retry,
  actions,
}: {
  error: unknown;
  retry?: () => void;
  actions?: ReactNode;
}) {
  return (
    <div role="alert">
      <Note
        title="That did not work"
        actions={
          <>
            {retry && (
              <Button look="primary" icon="replay" onClick={retry}>
                Try again
              </Button>
            )}
            {actions}
          </>
        }
      >
        {sentenceOf(error)}
      </Note>
    </div>
  );
}

/** Names what is loading for those who cannot see the grey shapes. */
export function Loading({ what, children }: { what: string; children: ReactNode }) {
  return (
    <div aria-busy="true">
      <span className="unseen" role="status">
        Loading {what}
      </span>
      <div aria-hidden="true">{children}</div>
    </div>
  );
}

/** A part of a page is on its way. */
export function LoadingPart() {
  return (
    <div className="loading-page">
      <div className="spinner" role="status" aria-label="Loading" />
    </div>
  );
}

/** Nothing is there yet, not even the frame around the page. */
export function LoadingPage() {
  return (
    <main>
      <h1 className="unseen">Matinee</h1>
      <LoadingPart />
    </main>
  );
}
