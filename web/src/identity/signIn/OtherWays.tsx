import { useMutation, useQuery } from "@tanstack/react-query";
import { useSearchParams } from "wouter";
import { sentenceOf } from "../../api/problem";
import { bodyOf, exchange } from "../../api/transport";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import { destinationOf, keepDestination } from "../../session/destination";
import { enter } from "../../session/session";
import type { PasskeyAsked, ProviderVisit, ProviderWay, SecondFactorAsked } from "../messages";
import { canUsePasskeys, signedByPasskey } from "../passkeys";
import { waysQuery } from "../queries";

async function signInByPasskey(): Promise<SecondFactorAsked | null> {
  const path = "/api/identity/sign-in/passkey";
  const asked = await exchange(`${path}/options`, { method: "POST", body: {} });
  const { ticket, options } = await bodyOf<PasskeyAsked>(asked);
  const credential = await signedByPasskey(options);
  return enter(await exchange(path, { method: "POST", body: { ticket, credential } }));
}

async function leaveFor({
  provider,
  next,
}: {
  provider: ProviderWay;
  next: string;
}): Promise<void> {
  const path = `/api/identity/sign-in/with/${encodeURIComponent(provider.id)}`;
  const answer = await exchange(path, { method: "POST", body: {} });
  keepDestination(next);
  location.assign((await bodyOf<ProviderVisit>(answer)).url);
}

/** Signing in with a passkey, or with an account of another house. `onAsked` gets what is still to be
 * shown, if anything. */
export function OtherWays({ onAsked }: { onAsked: (asked: SecondFactorAsked | null) => void }) {
  const { data } = useQuery(waysQuery);
  const [parameters] = useSearchParams();
  const passkey = useMutation({ mutationFn: signInByPasskey, onSuccess: onAsked });
  const leave = useMutation({ mutationFn: leaveFor });
  const error = passkey.error ?? leave.error;
  const next = destinationOf(parameters.get("next"));
  if (!canUsePasskeys() && !data?.providers.length) return null;
  return (
    <div className="gate__ways">
      <p className="gate__or" aria-hidden="true">
        or
      </p>
      {error && <Alert>{sentenceOf(error)}</Alert>}
      {canUsePasskeys() && (
        <Button wide busy={passkey.isPending} onClick={() => passkey.mutate()}>
          Sign in with a passkey
        </Button>
      )}
      {data?.providers.map((provider) => (
        <Button
          key={provider.id}
          wide
          busy={leave.isPending || leave.isSuccess}
          onClick={() => leave.mutate({ provider, next })}
        >
          Continue with {provider.name}
        </Button>
      ))}
    </div>
  );
}
