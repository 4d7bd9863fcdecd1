// Taking a title off every edge, seeing how far that has come, and serving it again.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { call } from "../../api/client";
import type { Takedown, TakedownDraft } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { cardsQuery, queryClient } from "../../api/queries";
import { useProfile } from "../../catalog/useProfile";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Alert, Field } from "../../design/Field";
import { textOf } from "../../session/formText";
import { takedownsQuery } from "../queries";
import { obeyedWords, standingTakedowns } from "./figures";
import { TableFrame, TableHead } from "../TableFrame";
import { TitleChoice } from "./TitleChoice";

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "medium" });

interface Chosen {
  id: string;
  name: string;
}

const useOrder = (done?: () => void) =>
  useMutation({
    mutationFn: (body: TakedownDraft) =>
      call<Takedown>("/api/delivery/takedowns", { method: "POST", body }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: takedownsQuery.queryKey });
      done?.();
    },
  });

function Ask({ title, close }: { title: Chosen; close: () => void }) {
  const order = useOrder(close);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = textOf(new FormData(event.currentTarget), "reason").trim();
    if (!order.isPending) order.mutate({ title_id: title.id, reason, lifted: false });
  };
  return (
    <Dialog
      title={`Take ${title.name} down?`}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Leave it</Button>
          <Button look="danger" type="submit" form="take-down" busy={order.isPending}>
            Take down
          </Button>
        </>
      }
    >
      <form id="take-down" className="form" onSubmit={submit}>
        <p className="muted">
          Every edge deletes its files and refuses it within seconds; who is watching is cut off. It
          stays in the catalogue, and can be served again.
        </p>
        <Field label="Reason" name="reason" maxLength={300} required />
        {order.error && <Alert>{sentenceOf(order.error)}</Alert>}
      </form>
    </Dialog>
  );
}

function List({ takedowns }: { takedowns: readonly Takedown[] }) {
  const ids = [...new Set(takedowns.map(({ title_id }) => title_id))];
  const { data: cards } = useQuery(cardsQuery(useProfile(), ids));
  const names = new Map(cards?.map(({ id, name }) => [id, name]));
  const standing = standingTakedowns(takedowns);
  const lift = useOrder();
  return (
    <>
      {lift.error && <Alert>{sentenceOf(lift.error)}</Alert>}
      <TableFrame label="Takedowns">
        <table className="table">
          <TableHead names={["Title", "Order", "Given", "Done by", "Reason"]} acts />
          <tbody>
            {takedowns.map((one) => {
              const name = names.get(one.title_id) ?? one.title_id;
              return (
                <tr key={`${one.title_id} ${one.asked_at}`}>
                  <th scope="row">{name}</th>
                  <td>{one.lifted ? "Serve again" : "Serve no more"}</td>
                  <td>{TIME.format(new Date(one.asked_at))}</td>
                  <td>{obeyedWords(one)}</td>
                  <td>{one.reason || "–"}</td>
                  <td>
                    {standing.has(one) && (
                      <Button
                        small
                        aria-label={`Serve ${name} again`}
                        busy={lift.isPending}
                        onClick={() => lift.mutate({ title_id: one.title_id, lifted: true })}
                      >
                        Serve again
                      </Button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableFrame>
    </>
  );
}

export function Takedowns() {
  const { data } = useQuery(takedownsQuery);
  const [title, setTitle] = useState<Chosen | null>(null);
  const [asking, setAsking] = useState(false);
  return (
    <section className="delivery__section" aria-labelledby="takedowns">
      <h2 className="studio__sub" id="takedowns">
        Taken down
      </h2>
      {data && data.takedowns.length > 0 && <List takedowns={data.takedowns} />}
      <div className="form studio__form">
        <TitleChoice label="Title to take down" choose={setTitle} />
        <div>
          <Button look="danger" disabled={title === null} onClick={() => setAsking(true)}>
            Take down …
          </Button>
        </div>
      </div>
      {asking && title && <Ask title={title} close={() => setAsking(false)} />}
    </section>
  );
}
