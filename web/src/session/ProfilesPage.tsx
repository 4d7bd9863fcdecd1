import "./profiles.css";
import { useLocation } from "wouter";
import { sentenceOf } from "../api/problem";
import { PageHeading } from "../app/pageFocus";
import { Avatar } from "../design/Avatar";
import { LinkButton } from "../design/Button";
import { Alert } from "../design/Field";
import { Icon } from "../design/Icon";
import { Wordmark } from "../design/Wordmark";
import { Link } from "wouter";
import { PinDialog } from "../identity/profiles/PinDialog";
import { useProfileChoice } from "../identity/profiles/useProfileChoice";
import { useSession } from "./session";

/** An account holds at most this many profiles. */
export const PROFILES_MAX = 5;

export default function ProfilesPage() {
  const session = useSession();
  const [path, navigate] = useLocation();
  const choice = useProfileChoice(() => {
    if (path.startsWith("/profiles")) navigate("/", { replace: true });
  });
  if (session.status !== "signed_in") return null;
  return (
    <div className="watching">
      <header>
        <Wordmark />
      </header>
      <main data-region="main">
        <PageHeading className="watching__title">Who’s watching?</PageHeading>
        {choice.error && !choice.locked && <Alert>{sentenceOf(choice.error)}</Alert>}
        <ul className="watching__people" aria-label="Profiles">
          {session.profiles.map((profile) => (
            <li key={profile.id}>
              <button
                type="button"
                className="person"
                aria-disabled={choice.busy}
                onClick={() => !choice.busy && choice.choose(profile)}
              >
                <span className="person__picture">
                  <Avatar name={profile.avatar} />
                  {profile.has_pin && <Icon name="lock" />}
                </span>
                <span>{profile.name}</span>
                {profile.has_pin && <span className="unseen">locked with a PIN</span>}
                {profile.is_kids && <span className="person__kids">Kids</span>}
              </button>
            </li>
          ))}
          {session.profiles.length < PROFILES_MAX && (
            <li>
              <Link className="person" href="/profiles/manage?new=1">
                <span className="person__picture person__picture--new">
                  <Icon name="plus" />
                </span>
                <span>Add a profile</span>
              </Link>
            </li>
          )}
        </ul>
        {choice.locked && (
          <PinDialog
            title={`PIN of ${choice.locked.name}`}
            error={choice.error}
            busy={choice.busy}
            onPin={choice.unlock}
            onClose={choice.close}
          />
        )}
        <LinkButton look="plain" icon="edit" to="/profiles/manage">
          Manage profiles
        </LinkButton>
      </main>
    </div>
  );
}
