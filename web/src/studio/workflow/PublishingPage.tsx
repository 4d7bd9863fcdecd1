import "./workflow.css";
import { useQuery } from "@tanstack/react-query";
import type { StudioTitle } from "../../api/messages";
import { Problem } from "../../api/problem";
import { NotFound } from "../../app/NotFound";
import { PageHeading } from "../../app/pageFocus";
import { LinkButton } from "../../design/Button";
import { Failure, LoadingPart } from "../../design/States";
import { studioTitleQuery } from "../queries";
import { StatusBadge } from "../TitlesPage";
import { AmendmentPart } from "./AmendmentPart";
import { HistoryPart } from "./HistoryPart";
import { RightsPart } from "./RightsPart";
import { StandingPart } from "./StandingPart";

function Sheet({ row: { title } }: { row: StudioTitle }) {
  return (
    <>
      <div className="studio__head">
        <PageHeading>{`Publishing ${title.name}`}</PageHeading>
        <StatusBadge status={title.status} />
      </div>
      <div className="studio__columns">
        <div className="publishing__main">
          <StandingPart title={title} />
          <AmendmentPart titleId={title.id} />
          <RightsPart key={title.id} title={title} />
        </div>
        <div className="publishing__main">
          <LinkButton icon="edit" to={`/studio/titles/${title.id}`}>
            Edit the title
          </LinkButton>
          <HistoryPart titleId={title.id} />
        </div>
      </div>
    </>
  );
}

/** Where a title stands, who may see it when, and what was done with it. */
export default function PublishingPage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(studioTitleQuery(id));
  if (data) return <Sheet row={data} />;
  if (error instanceof Problem && error.status === 404) return <NotFound />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return <LoadingPart />;
}
