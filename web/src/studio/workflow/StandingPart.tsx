import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Title } from "../../api/messages";
import { Button } from "../../design/Button";
import { Icon } from "../../design/Icon";
import { Failure, LoadingPart } from "../../design/States";
import { ActDialog } from "./ActDialog";
import type { Act, Missing, Workflow } from "./messages";
import { workflowQuery } from "./queries";
import { ACTS, standingSentence } from "./words";

function Lack({ lack: { detail, is_required } }: { lack: Missing }) {
  return (
    <li
      className={is_required ? "publishing__lack publishing__lack--required" : "publishing__lack"}
    >
      <Icon name={is_required ? "alert" : "info"} />
      <span>
        {detail}
        {is_required && <span className="unseen"> It is required.</span>}
      </span>
    </li>
  );
}

function lacksHeading({ missing, standing }: Workflow): string {
  if (!missing.some(({ is_required }) => is_required)) return "Worth adding";
  return standing === "released" ? "Still missing" : "Missing before it can be published";
}

/** What leads on comes first and stands out. */
const leads = (act: Act): boolean => act === "approve" || act === "publish" || act === "submit";

/** Where a title stands, what it lacks, and what may be done with it now. */
export function StandingPart({ title }: { title: Title }) {
  const { data, error, refetch } = useQuery(workflowQuery(title.id));
  const [asked, setAsked] = useState<Act | null>(null);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  return (
    <section aria-labelledby="standing">
      <h2 id="standing">Where it stands</h2>
      <p className="publishing__standing">{standingSentence(data)}</p>
      {data.missing.length > 0 && (
        <>
          <h3>{lacksHeading(data)}</h3>
          <ul className="publishing__lacks">
            {data.missing.map((lack) => (
              <Lack key={lack.what} lack={lack} />
            ))}
          </ul>
        </>
      )}
      <div className="studio__buttons">
        {data.acts.map((act) => (
          <Button key={act} look={leads(act) ? "primary" : "calm"} onClick={() => setAsked(act)}>
            {ACTS[act]}
          </Button>
        ))}
      </div>
      {asked && <ActDialog act={asked} title={title} onClose={() => setAsked(null)} />}
    </section>
  );
}
