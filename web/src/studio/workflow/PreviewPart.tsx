import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { Button } from "../../design/Button";
import { Field } from "../../design/Field";
import { Picture } from "../../design/Picture";
import { Failure, LoadingPart } from "../../design/States";
import { PagePreview } from "../programme/PagePreview";
import { previewQuery, type Whose } from "./queries";
import { isoMoment, localMoment } from "./windows";

function Seen({ at, whose }: { at: string; whose: Whose }) {
  const { data, error, refetch, ...more } = useInfiniteQuery(previewQuery(at, whose));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  const titles = data.pages.flatMap((page) => page.titles);
  const count = data.pages[0]?.count ?? 0;
  return (
    <>
      <p role="status" className="muted">
        {count === 1 ? "One title" : `${count} titles`}
      </p>
      <ul className="preview__titles">
        {titles.map(({ id, name, artwork }) => (
          <li key={id}>
            <Link href={`/studio/titles/${id}/publishing`} className="preview__title">
              <Picture src={artwork.poster} seed={id} name={name} className="preview__poster" />
              {name}
            </Link>
          </li>
        ))}
      </ul>
      {more.hasNextPage && (
        <Button busy={more.isFetchingNextPage} onClick={() => void more.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

/** What a viewer sees at a moment, from where they look: every title, and their home page. */
export function PreviewPart({ whose }: { whose: Whose }) {
  const [local, setLocal] = useState(() => localMoment(new Date().toISOString()));
  const at = isoMoment(local);
  return (
    <>
      <Titles {...{ whose, local, at }} onChange={setLocal} />
      {at && <PagePreview seen={{ whose, at }} />}
    </>
  );
}

interface TitlesProps {
  whose: Whose;
  local: string;
  at: string | null;
  onChange: (local: string) => void;
}

function Titles({ whose, local, at, onChange }: TitlesProps) {
  return (
    <section aria-labelledby="preview" className="preview">
      <h2 id="preview">What a viewer sees</h2>
      <p className="muted">
        At a moment, with the country, plan and device above. What is scheduled counts from its
        moment on; what is for some countries, plans or devices only shows when you name them.
      </p>
      <Field
        label="Moment"
        type="datetime-local"
        step={1}
        value={local}
        onChange={({ target }) => onChange(target.value)}
      />
      {at && <Seen at={at} whose={whose} />}
    </section>
  );
}
