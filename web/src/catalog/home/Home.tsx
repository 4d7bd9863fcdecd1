import "./home.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { HomePage } from "../../api/messages";
import { homeQuery } from "../../api/queries";
import { PageHeading } from "../../app/pageFocus";
import { LinkButton } from "../../design/Button";
import { Failure, Loading, Note } from "../../design/States";
import { isStaff, useSession } from "../../session/session";
import { useIsGone, useRowsLeft } from "../hiding/useHiding";
import { Row, RowSkeleton } from "../Row";
import { useProfile } from "../useProfile";
import { Hero, HeroSkeleton } from "./Hero";

function Empty() {
  const session = useSession();
  const staff = session.status === "signed_in" && isStaff(session.account);
  return (
    <Note
      title="The programme is being put together"
      actions={
        staff && (
          <LinkButton look="primary" icon="upload" to="/studio/upload">
            Add a title
          </LinkButton>
        )
      }
    >
      Nothing is showing yet. As soon as a first title is ready, it appears here by itself.
    </Note>
  );
}

/** The page as it is now, under the hero it opened with: what is being looked at does not move. */
function Programme({ page }: { page: HomePage }) {
  const [opening, setOpening] = useState(page.hero);
  const gone = useIsGone(opening?.card.id ?? "");
  if (page.hero && (!opening || (gone && page.hero.card.id !== opening.card.id))) {
    setOpening(page.hero);
  }
  // The same title may have been watched meanwhile; then Play has become Resume.
  const hero = page.hero?.card.id === opening?.card.id ? page.hero : opening;
  const rows = useRowsLeft(page.rows);
  if (!hero && rows.length === 0) return <Empty />;
  return (
    <>
      {hero && <Hero hero={hero} />}
      <div className={hero ? "programme programme--under-hero" : "programme"}>
        {rows.map((row, index) => (
          <Row key={row.id} row={row} line={index} eager={index < 2} />
        ))}
      </div>
    </>
  );
}

export function Home() {
  const profile = useProfile();
  const { data, error, refetch } = useQuery(homeQuery(profile));
  return (
    <div className="home">
      <PageHeading unseen>Home</PageHeading>
      {data ? (
        <Programme page={data} />
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <Loading what="the home page">
          <HeroSkeleton />
          <div className="programme programme--under-hero">
            <RowSkeleton shape="wide" />
            <RowSkeleton shape="poster" />
          </div>
        </Loading>
      )}
    </div>
  );
}
