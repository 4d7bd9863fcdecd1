import "../../session/account.css";
import "../identity.css";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { PageHeading } from "../../app/pageFocus";
import { Failure, LoadingPart } from "../../design/States";
import type { Security } from "../messages";
import { securityQuery } from "../queries";
import { DevicesPart } from "./DevicesPart";
import { EmailPart } from "./EmailPart";
import { PasskeysPart } from "./PasskeysPart";
import { PasswordPart } from "./PasswordPart";
import { ProvidersPart } from "./ProvidersPart";
import { TotpPart } from "./TotpPart";

export function Part({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

function Parts({ security }: { security: Security }) {
  return (
    <>
      {security.roles_rest && (
        <p className="urgent" role="note">
          {security.needs_factor
            ? "You belong to the staff: Studio opens once you sign in in two steps. Make a passkey, or set up an app for codes."
            : "You belong to the staff: sign out and in again with your second step, and Studio opens."}
        </p>
      )}
      <Part id="email" title="E-mail address">
        <EmailPart security={security} />
      </Part>
      <Part id="password" title="Password">
        <PasswordPart security={security} />
      </Part>
      <Part id="passkeys" title="Passkeys">
        <PasskeysPart passkeys={security.passkeys} />
      </Part>
      <Part id="codes" title="Codes from an app">
        <TotpPart security={security} />
      </Part>
      <ProvidersPart linked={security.providers} />
      <Part id="devices" title="Devices">
        <DevicesPart />
      </Part>
    </>
  );
}

export default function SecurityPage() {
  const { data, error, refetch } = useQuery(securityQuery);
  return (
    <div className="page page--narrow account">
      <PageHeading>Sign-in and security</PageHeading>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : data ? (
        <Parts security={data} />
      ) : (
        <LoadingPart />
      )}
    </div>
  );
}
