import { useMutation, useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import type { LinkedProvider, ProviderVisit, ProviderWay } from "../messages";
import { keepDestination } from "../../session/destination";
import { renewSecurity, waysQuery } from "../queries";
import { dayWords } from "../wording";

const PROVIDERS = "/api/identity/providers";

function ProviderRow({ provider, linked }: { provider: ProviderWay; linked?: LinkedProvider }) {
  const act = useMutation({
    mutationFn: async () => {
      if (linked) {
        await call(`${PROVIDERS}/${linked.id}`, { method: "DELETE" });
        await renewSecurity();
      } else {
        const path = `${PROVIDERS}/${encodeURIComponent(provider.id)}/link`;
        const { url } = await call<ProviderVisit>(path, { method: "POST", body: {} });
        keepDestination("/account/security");
        location.assign(url);
      }
    },
  });
  return (
    <li className="line">
      <span className="line__words">
        <strong>{provider.name}</strong>
        <span className="muted">
          {linked ? `Connected since ${dayWords(linked.linked_at)}` : "Not connected"}
        </span>
        {act.error && <Alert>{sentenceOf(act.error)}</Alert>}
      </span>
      <Button
        small
        busy={act.isPending}
        aria-label={`${linked ? "Disconnect" : "Connect"} ${provider.name}`}
        onClick={() => act.mutate()}
      >
        {linked ? "Disconnect" : "Connect"}
      </Button>
    </li>
  );
}

/** Accounts of other houses that one may sign in with; nothing where the operator offers none. */
export function ProvidersPart({ linked }: { linked: readonly LinkedProvider[] }) {
  const { data } = useQuery(waysQuery);
  const offered = data?.providers ?? [];
  if (offered.length === 0) return null;
  return (
    <section aria-labelledby="providers">
      <h2 id="providers">Accounts elsewhere</h2>
      <ul className="lines" aria-label="Accounts elsewhere">
        {offered.map((provider) => {
          const mine = linked.find((each) => each.provider === provider.id);
          return (
            <ProviderRow key={provider.id} provider={provider} {...(mine && { linked: mine })} />
          );
        })}
      </ul>
    </section>
  );
}
