import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, type SubmitEvent } from "react";
import { call } from "../api/client";
import type { Edge, EdgeDraft } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { queryClient } from "../api/queries";
import { PageHeading } from "../app/pageFocus";
import { Button, RoundButton } from "../design/Button";
import { Alert, Field } from "../design/Field";
import { Failure, Loading } from "../design/States";
import { textOf } from "../session/formText";
import { InviteEdge } from "./delivery/InviteEdge";
import { edgesQuery } from "./queries";
import { TableFrame, TableHead } from "./TableFrame";

const HEALTH: Record<Edge["health"], string> = {
  up: "Up",
  down: "Down",
  unknown: "Not checked yet",
};
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

const renewEdges = () => queryClient.invalidateQueries({ queryKey: edgesQuery.queryKey });

function Row({ edge, remove }: { edge: Edge; remove: () => void }) {
  return (
    <tr>
      <th scope="row">{edge.id}</th>
      <td>{edge.base_url || "This service’s own address"}</td>
      <td>{edge.region}</td>
      <td>
        <span className={`badge badge--${edge.health}`}>{HEALTH[edge.health]}</span>
      </td>
      <td className="table__number">
        {edge.latency_ms === null ? "–" : `${edge.latency_ms.toFixed(1)} ms`}
      </td>
      <td>{edge.checked_at === null ? "–" : TIME.format(new Date(edge.checked_at))}</td>
      <td>
        <RoundButton icon="trash" label={`Remove edge ${edge.id}`} onClick={remove} />
      </td>
    </tr>
  );
}

const COLUMNS = ["Edge", "Address", "Region", "Health", "Latency", "Checked"];
const NUMBERS = ["Latency"];

function Table({ edges }: { edges: readonly Edge[] }) {
  const removal = useMutation({
    mutationFn: (id: string) => call(`/api/delivery/edges/${id}`, { method: "DELETE" }),
    onSettled: renewEdges,
  });
  return (
    <>
      {removal.error && <Alert>{sentenceOf(removal.error)}</Alert>}
      <TableFrame label="Edges">
        <table className="table">
          <TableHead names={COLUMNS} numbers={NUMBERS} acts />
          <tbody>
            {edges.map((edge) => (
              <Row key={edge.id} edge={edge} remove={() => removal.mutate(edge.id)} />
            ))}
          </tbody>
        </table>
      </TableFrame>
    </>
  );
}

function AddEdge() {
  const form = useRef<HTMLFormElement>(null);
  const add = useMutation({
    mutationFn: (draft: EdgeDraft) =>
      call<Edge>(`/api/delivery/edges/${draft.id}`, { method: "PUT", body: draft }),
    onSuccess: async () => {
      form.current?.reset();
      await renewEdges();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (add.isPending) return;
    const data = new FormData(event.currentTarget);
    add.mutate({
      id: textOf(data, "id").trim(),
      base_url: textOf(data, "base_url").trim().replace(/\/+$/, ""),
      region: textOf(data, "region").trim(),
    });
  };
  return (
    <form ref={form} className="form studio__form" onSubmit={submit} aria-labelledby="add-edge">
      <h2 id="add-edge">Add an edge</h2>
      <p className="muted">
        One that was set up by hand: it is used as it is. A commercial network needs a program,
        which <code>matinee edge network</code> prints.
      </p>
      <div className="studio__pair">
        <Field
          label="Name of the edge"
          name="id"
          required
          maxLength={40}
          pattern="[a-z0-9][a-z0-9\-]*"
          hint="Small letters, digits and hyphens"
        />
        <Field label="Region" name="region" defaultValue="home" required pattern="[a-z0-9\-]+" />
      </div>
      <Field
        label="Address"
        name="base_url"
        type="url"
        required
        pattern="https?://[^\s\/]+/?"
        placeholder="https://edge.example.org"
        hint="Scheme and host, nothing behind"
      />
      {add.error && <Alert>{sentenceOf(add.error)}</Alert>}
      <div>
        <Button look="primary" type="submit" busy={add.isPending}>
          Add edge
        </Button>
      </div>
    </form>
  );
}

export function EdgesPage() {
  const { data, error, refetch } = useQuery(edgesQuery);
  return (
    <>
      <PageHeading>Edges</PageHeading>
      <p className="muted studio__lead">
        The hosts that media comes from. Viewers are steered to healthy ones by themselves.
      </p>
      {data ? (
        <Table edges={data.edges} />
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <Loading what="edges">
          <div className="studio__skeleton skeleton" />
        </Loading>
      )}
      <InviteEdge />
      <AddEdge />
    </>
  );
}
