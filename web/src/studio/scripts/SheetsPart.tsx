import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { ask, call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { saveFile } from "../../billing/saveFile";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import { momentWords } from "../../identity/wording";
import { FilePicker } from "../FilePicker";
import { TableFrame, TableHead } from "../TableFrame";
import type { SheetImport } from "./messages";
import { renewScripts, SHEETS, sheetsQuery } from "./queries";
import { outcomeOf } from "./sheets";

// A library with its pictures takes a slow line long.
const SEND_TIMEOUT_S = 3600;
const EXPORT_TIMEOUT_S = 300;

function Errors({ sheet }: { sheet: SheetImport }) {
  if (sheet.errors.length === 0) return null;
  const label = `What is wrong with ${sheet.file_name}`;
  const more = sheet.errors_all - sheet.errors.length;
  return (
    <>
      <TableFrame label={label}>
        <table className="table">
          <TableHead names={["Line", "Column", "What is wrong"]} />
          <tbody>
            {sheet.errors.map(({ line, column, detail }, index) => (
              <tr key={index}>
                <th scope="row">{line || "–"}</th>
                <td>{column || "–"}</td>
                <td>{detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
      {more > 0 && <p className="muted">And {more} more.</p>}
    </>
  );
}

function SheetRow({ sheet }: { sheet: SheetImport }) {
  return (
    <li className="line">
      <span className="line__words">
        <strong>{sheet.file_name}</strong>
        <span className="muted">{momentWords(sheet.created_at)}</span>
        <span role="status">{outcomeOf(sheet)}</span>
        <Errors sheet={sheet} />
      </span>
    </li>
  );
}

function SendSheet() {
  const [file, setFile] = useState<File | null>(null);
  const sending = useMutation({
    mutationFn: ([body, isTrial]: readonly [File, boolean]) => {
      const wanted = new URLSearchParams({ file_name: body.name, is_trial: `${isTrial}` });
      return call<SheetImport>(`${SHEETS}?${wanted}`, {
        method: "POST",
        body,
        timeout_s: SEND_TIMEOUT_S,
      });
    },
    onSettled: renewScripts,
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const isTrial = new FormData(event.currentTarget).has("is_trial");
    if (file && !sending.isPending) sending.mutate([file, isTrial]);
  };
  return (
    <form className="form studio__form" onSubmit={submit} aria-labelledby="send-sheet">
      <h2 id="send-sheet">Bring titles in</h2>
      <FilePicker
        label="Sheet"
        accept=".csv,.tsv,.json,.zip"
        hint="CSV or JSON; or a ZIP of one with the pictures that it names"
        onFile={setFile}
      />
      <label className="check">
        <input type="checkbox" name="is_trial" />
        Only look at it, and change nothing
      </label>
      {sending.error && <Alert>{sentenceOf(sending.error)}</Alert>}
      <div>
        <Button look="primary" type="submit" busy={sending.isPending}>
          Bring in
        </Button>
      </div>
    </form>
  );
}

function TakeOut() {
  const taking = useMutation({
    mutationFn: async (kind: "csv" | "json") => {
      const answer = await ask(`/api/catalog/studio/sheet.${kind}`, {
        timeout_s: EXPORT_TIMEOUT_S,
      });
      saveFile(await answer.blob(), `titles.${kind}`);
    },
  });
  return (
    <section aria-labelledby="take-out">
      <h2 id="take-out" className="studio__sub">
        Take titles out
      </h2>
      <p className="muted">Every title with what is said of it; change it and bring it in again.</p>
      {taking.error && <Alert>{sentenceOf(taking.error)}</Alert>}
      <div className="studio__line">
        <Button busy={taking.isPending} onClick={() => taking.mutate("csv")}>
          As CSV
        </Button>
        <Button busy={taking.isPending} onClick={() => taking.mutate("json")}>
          As JSON
        </Button>
      </div>
    </section>
  );
}

/** Many titles at once, in and out. */
export function SheetsPart() {
  const { data, error, refetch } = useQuery(sheetsQuery);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  return (
    <>
      <SendSheet />
      {data.imports.length > 0 && (
        <ul className="lines" aria-label="Sheets that were sent">
          {data.imports.map((sheet) => (
            <SheetRow key={sheet.id} sheet={sheet} />
          ))}
        </ul>
      )}
      <TakeOut />
    </>
  );
}
