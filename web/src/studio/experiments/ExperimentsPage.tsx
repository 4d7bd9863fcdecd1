// Experiments on viewers: planned, begun, looked at and ended.
import "../workflow/workflow.css";
import "./experiments.css";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, Route, Switch } from "wouter";
import { sentenceOf } from "../../api/problem";
import { NotFound } from "../../app/NotFound";
import { PageHeading } from "../../app/pageFocus";
import { Button, LinkButton } from "../../design/Button";
import { Alert } from "../../design/Field";
import { Failure, LoadingPart, Note } from "../../design/States";
import { hasRole, useSession } from "../../session/session";
import { ExperimentForm } from "./ExperimentForm";
import { ExperimentPart } from "./ExperimentPart";
import type { Experiment, Experiments } from "./messages";
import { dropAdopted, experimentsQuery, renewExperiments } from "./queries";
import { LAYERS, layerName, momentWords, settingsWords, shareWords, STATES } from "./readings";

function useDecides(): boolean {
  const session = useSession();
  return session.status === "signed_in" && hasRole(session.account, ["publisher"]);
}

function Entry({ experiment }: { experiment: Experiment }) {
  const { id, name, state, layer, share, variants, started_at } = experiment;
  const stopped = variants.filter(({ stopped_at }) => stopped_at).length;
  const facts = [
    layerName(layer),
    `${shareWords(share ?? 1)} of profiles`,
    `${variants.length} variants`,
    stopped > 0 ? `${stopped} stopped` : "",
    started_at ? `since ${momentWords(started_at)}` : "",
  ];
  return (
    <li className="studio__title">
      <div className="studio__words">
        <span className="studio__name">
          <Link href={`/studio/experiments/${id}`}>{name}</Link>
        </span>
        <span className="studio__facts experiment__facts">
          <span className={`badge badge--${STATES[state].badge}`}>{STATES[state].name}</span>
          {facts.filter(Boolean).join(" · ")}
        </span>
      </div>
    </li>
  );
}

function Adopted({ adopted }: Pick<Experiments, "adopted">) {
  const decides = useDecides();
  const dropping = useMutation({ mutationFn: dropAdopted, onSettled: renewExperiments });
  const names = Object.keys(adopted);
  if (names.length === 0) return null;
  return (
    <>
      <h2 className="studio__sub">Adopted for everybody</h2>
      {dropping.error && <Alert>{sentenceOf(dropping.error)}</Alert>}
      <ul className="studio__titles">
        {Object.entries(adopted).map(([name, value]) => (
          <li key={name} className="studio__title">
            <span className="studio__words">{settingsWords({ [name]: value })}</span>
            {decides && (
              <Button small aria-label={`Take ${name} back`} onClick={() => dropping.mutate(name)}>
                Take back
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Listed({ experiments, free, adopted }: Experiments) {
  return (
    <>
      {experiments.length === 0 ? (
        <Note title="Nothing was tried yet">
          An experiment shows some profiles something else, and tells what came of it.
        </Note>
      ) : (
        <ul className="studio__titles" aria-label="Experiments">
          {experiments.map((experiment) => (
            <Entry key={experiment.id} experiment={experiment} />
          ))}
        </ul>
      )}
      <p className="muted">
        Profiles that are free for another experiment:{" "}
        {LAYERS.map(([layer, name]) => `${name} ${shareWords(free[layer] ?? 1)}`).join(", ")}.
      </p>
      <Adopted adopted={adopted} />
    </>
  );
}

function List() {
  const decides = useDecides();
  const { data, error, refetch } = useQuery(experimentsQuery);
  return (
    <>
      <div className="studio__head">
        <PageHeading>Experiments</PageHeading>
        {decides && (
          <LinkButton look="primary" icon="plus" to="/studio/experiments/new">
            Plan an experiment
          </LinkButton>
        )}
      </div>
      <p className="muted studio__lead">
        Each profile is shown one variant, always the same. A variant that surely plays worse than
        you allow is stopped by itself.
      </p>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : data ? (
        <Listed {...data} />
      ) : (
        <LoadingPart />
      )}
    </>
  );
}

export default function ExperimentsPage() {
  return (
    <Switch>
      <Route path="/studio/experiments" component={List} />
      <Route path="/studio/experiments/new" component={ExperimentForm} />
      <Route path="/studio/experiments/:id">
        {({ id }) => <ExperimentPart key={id} id={id} />}
      </Route>
      <Route component={NotFound} />
    </Switch>
  );
}
