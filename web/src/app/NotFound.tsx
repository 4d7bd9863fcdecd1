import { LinkButton } from "../design/Button";
import { Note } from "../design/States";
import { PageHeading } from "./pageFocus";

export function NotFound() {
  return (
    <div className="page">
      <PageHeading unseen>Page not found</PageHeading>
      <Note
        title="Nothing is showing here"
        actions={
          <LinkButton look="primary" icon="home" to="/">
            Go to the home page
          </LinkButton>
        }
      >
        The address may be mistyped, or what was here has left the programme.
      </Note>
    </div>
  );
}
