// Where a title lies: each rendition, and how much of it is on which edge.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EdgeOverview, TitlePlacement } from "../../api/messages";
import { sentenceOf } from "../../api/problem";
import { Alert } from "../../design/Field";
import { placementQuery } from "../queries";
import { bytesWords, fullness, shareWords } from "./figures";
import { TitleChoice } from "./TitleChoice";
import { TableFrame, TableHead } from "../TableFrame";

type Folder = TitlePlacement["folders"][number];

function Cell({ folder, edge }: { folder: Folder; edge: string }) {
  const held = folder.held_bytes[edge] ?? 0;
  const isPlanned = folder.planned_edges.includes(edge);
  const share = fullness(held, folder.bytes);
  const words = held > 0 ? shareWords(share) : isPlanned ? "Coming" : "–";
  const look = held > 0 ? "delivery__held" : undefined;
  return (
    <td className="table__number">
      <span
        className={look}
        style={look && { opacity: 0.55 + 0.45 * (share ?? 1) }}
        title={isPlanned ? "Planned to be here" : undefined}
      >
        {words}
      </span>
    </td>
  );
}

function Matrix({ placement, edges }: { placement: TitlePlacement; edges: readonly string[] }) {
  if (placement.folders.length === 0) {
    return <p className="muted">Its files were not counted yet. That takes a minute.</p>;
  }
  return (
    <TableFrame label="Where it lies">
      <table className="table">
        <TableHead names={["Rendition", "Size", ...edges]} numbers={["Size", ...edges]} />
        <tbody>
          {placement.folders.map((folder) => (
            <tr key={folder.folder}>
              <th scope="row">{folder.folder || "Manifests and pictures"}</th>
              <td className="table__number">{bytesWords(folder.bytes)}</td>
              {edges.map((edge) => (
                <Cell key={edge} folder={folder} edge={edge} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

export function TitleWhere({ edges }: { edges: readonly EdgeOverview[] }) {
  const [title, setTitle] = useState<{ id: string; name: string } | null>(null);
  const { data, error } = useQuery({ ...placementQuery(title?.id ?? ""), enabled: title !== null });
  const names = edges.filter(({ edge }) => edge.role !== "commercial").map(({ edge }) => edge.id);
  return (
    <section className="delivery__section" aria-labelledby="title-where">
      <h2 className="studio__sub" id="title-where">
        Where a title lies
      </h2>
      <div className="form studio__form">
        <TitleChoice label="Title" choose={setTitle} />
      </div>
      {error && <Alert>{sentenceOf(error)}</Alert>}
      {title && data && (
        <>
          <p className="muted">
            {title.name} is steered {data.title_class === "all" ? "like most titles" : "as "}
            {data.title_class !== "all" && <code>{data.title_class}</code>}.
          </p>
          <Matrix placement={data} edges={names} />
        </>
      )}
    </section>
  );
}
