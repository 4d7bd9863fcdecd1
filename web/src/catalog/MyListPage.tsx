import { useQuery } from "@tanstack/react-query";
import { cardsQuery, myListQuery } from "../api/queries";
import { PageHeading } from "../app/pageFocus";
import { LinkButton } from "../design/Button";
import { Failure, Loading, Note } from "../design/States";
import { CardGrid, CardGridSkeleton } from "./CardGrid";
import { useProfile } from "./useProfile";

function Shelf() {
  const profile = useProfile();
  const list = useQuery(myListQuery(profile));
  const ids = list.data?.title_ids ?? [];
  const cards = useQuery({ ...cardsQuery(profile, ids), placeholderData: (before) => before });
  const error = list.error ?? cards.error;
  if (list.data && ids.length === 0) {
    return (
      <Note
        title="Nothing put aside yet"
        actions={
          <LinkButton look="primary" icon="home" to="/">
            Find something
          </LinkButton>
        }
      >
        Press the plus on any title and it waits for you here.
      </Note>
    );
  }
  if (cards.data) {
    const listed = cards.data.filter(({ id }) => ids.includes(id));
    return <CardGrid cards={listed} label="My list" />;
  }
  if (error) {
    const retry = () => void (list.error ? list.refetch() : cards.refetch());
    return <Failure error={error} retry={retry} />;
  }
  return (
    <Loading what="my list">
      <CardGridSkeleton />
    </Loading>
  );
}

export default function MyListPage() {
  return (
    <div className="page">
      <PageHeading>My list</PageHeading>
      <Shelf />
    </div>
  );
}
