import { LinkButton } from "../design/Button";
import { Note } from "../design/States";
import { PageHeading } from "./pageFocus";

/** What a child finds where the account is looked after. */
export function GrownUpsOnly() {
  return (
    <main className="page">
      <PageHeading unseen>For grown-ups</PageHeading>
      <Note
        title="This is for grown-ups"
        actions={
          <LinkButton look="primary" icon="person" to="/profiles">
            Switch profile
          </LinkButton>
        }
      >
        Whoever looks after this account can open it with a profile of their own.
      </Note>
    </main>
  );
}
