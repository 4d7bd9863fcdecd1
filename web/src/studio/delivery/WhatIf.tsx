// What would be: an edge gone, a title asked for more often. Nothing of it is done.
import { useMutation } from "@tanstack/react-query";
import { useId, useState, type SubmitEvent } from "react";
import { call } from "../../api/client";
import type { EdgeOverview, WhatIf as Answer, WhatIfDraft } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { bitrateWords, fullness, shareWords } from "./figures";
import { TitleChoice } from "./TitleChoice";
import { TableFrame, TableHead } from "../TableFrame";

const USUAL_FACTOR = 3;

function Sentence({ now, then, is_measured }: Omit<Answer, "loads" | "method">) {
  return (
    <p className="delivery__verdict" role="status">
      {!is_measured && "Nothing was asked for lately, so all titles count as wanted alike. "}
      {shareWords(then.moved_share)} of what viewers want would move.{" "}
      {shareWords(then.missed_share)} would come from shield or origin (now{" "}
      {shareWords(now.missed_share)}), and{" "}
      {then.overload_share > 0
        ? `${shareWords(then.overload_share)} would be more than its edge can send.`
        : "every edge could send its part."}
    </p>
  );
}

function Loads({ loads }: Pick<Answer, "loads">) {
  return (
    <TableFrame label="Edges then">
      <table className="table">
        <TableHead
          names={["Edge", "Now", "Then", "Of what it can send"]}
          numbers={["Now", "Then"]}
        />
        <tbody>
          {loads.map(({ pathway, limit_bps, now_bps, then_bps }) => {
            const share = fullness(then_bps, limit_bps);
            return (
              <tr key={pathway}>
                <th scope="row">{pathway}</th>
                <td className="table__number">{bitrateWords(now_bps)}</td>
                <td className="table__number">{bitrateWords(then_bps)}</td>
                <td>
                  <span className="level">
                    <span>{shareWords(share)}</span>
                    {share !== null && (
                      <span className="level__bar" aria-hidden="true">
                        <span style={{ inlineSize: `${100 * share}%` }} />
                      </span>
                    )}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Gone({
  edges,
  gone,
  toggle,
}: {
  edges: readonly EdgeOverview[];
  gone: ReadonlySet<string>;
  toggle: (edge: string) => void;
}) {
  return (
    <fieldset className="delivery__gone">
      <legend>Gone</legend>
      {edges.map(({ edge: { id } }) => (
        <label key={id}>
          <input type="checkbox" checked={gone.has(id)} onChange={() => toggle(id)} /> {id}
        </label>
      ))}
    </fieldset>
  );
}

export function WhatIf({ edges }: { edges: readonly EdgeOverview[] }) {
  const heading = useId();
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const [title, setTitle] = useState<{ id: string; name: string } | null>(null);
  const [factor, setFactor] = useState(String(USUAL_FACTOR));
  const ask = useMutation({
    mutationFn: (body: WhatIfDraft) =>
      call<Answer>("/api/delivery/what-if", { method: "POST", body }),
  });
  const toggle = (edge: string) =>
    setGone((before) => {
      const after = new Set(before);
      if (!after.delete(edge)) after.add(edge);
      return after;
    });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const demand = title ? [{ title_id: title.id, factor: Number(factor) }] : [];
    if (!ask.isPending) ask.mutate({ gone: [...gone], demand });
  };
  return (
    <section className="delivery__section" aria-labelledby={heading}>
      <h2 className="studio__sub" id={heading}>
        What if
      </h2>
      <form className="form studio__form" onSubmit={submit} aria-labelledby={heading}>
        <Gone edges={edges} gone={gone} toggle={toggle} />
        <div className="studio__pair">
          <TitleChoice label="A title" choose={setTitle} />
          <Field
            label="Wanted so many times as often"
            type="number"
            min={0}
            max={1000}
            step="any"
            required
            value={factor}
            onChange={(event) => setFactor(event.target.value)}
          />
        </div>
        {ask.error && <Alert>{sentenceOf(ask.error)}</Alert>}
        <div>
          <Button look="primary" type="submit" busy={ask.isPending}>
            Work it out
          </Button>
        </div>
      </form>
      {ask.data && (
        <>
          <Sentence {...ask.data} />
          <Loads loads={ask.data.loads} />
        </>
      )}
    </section>
  );
}
