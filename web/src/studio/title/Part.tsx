import type { ReactNode, SubmitEvent } from "react";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import type { useChange } from "./useChange";

interface PartProps {
  name: string;
  /** What it is for, in a sentence. */
  about?: string;
  /** How much there is, beside its name. */
  count?: number;
  change: ReturnType<typeof useChange>;
  save: (form: FormData) => void;
  children: ReactNode;
}

/** A part of a title's record that is saved by itself; closed until somebody wants it. */
export function Part({ name, about, count, change, save, children }: PartProps) {
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!change.isPending) save(new FormData(event.currentTarget));
  };
  return (
    <details className="record__part">
      <summary>
        {name}
        {count ? <span className="record__count">{count}</span> : null}
      </summary>
      <form className="form" onSubmit={submit} aria-label={name}>
        {about && <p className="studio__aside">{about}</p>}
        {children}
        {change.error && <Alert>{sentenceOf(change.error)}</Alert>}
        <div className="studio__buttons">
          <Button look="primary" small type="submit" busy={change.isPending}>
            Save {name.toLowerCase()}
          </Button>
          <span role="status" className="studio__saved">
            {change.isSuccess ? "Saved" : ""}
          </span>
        </div>
      </form>
    </details>
  );
}
