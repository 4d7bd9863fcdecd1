import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Redirect, useLocation, useSearchParams } from "wouter";
import { ask } from "../../api/client";
import { Problem, sentenceOf } from "../../api/problem";
import { exchange } from "../../api/transport";
import { LinkButton } from "../../design/Button";
import { Alert } from "../../design/Field";
import { keptDestination } from "../../session/destination";
import { Gate } from "../../session/Gate";
import { enter, useSession } from "../../session/session";
import type { SecondFactorAsked } from "../messages";
import { SecondFactor } from "./SecondFactor";

const BACK = "/api/identity/sign-in/back";
const REFUSED = new Problem(400, "provider_refused", "The other service did not sign you in.");

/** Answers that were handed in: signing in shows this page anew, and each may be handed in once. */
const handedIn = new Set<string>();

/** Signs in; or, of somebody who is signed in, connects the account elsewhere. */
async function handIn(answer: URLSearchParams, isIn: boolean): Promise<SecondFactorAsked | null> {
  const [code, state] = [answer.get("code"), answer.get("state")];
  if (!code || !state) throw REFUSED;
  const request = { method: "POST", body: { code, state } } as const;
  if (!isIn) return enter(await exchange(BACK, request));
  await ask(BACK, request);
  return null;
}

/** Where an identity provider leads back to. */
export default function ReturnPage() {
  const [parameters] = useSearchParams();
  const [, navigate] = useLocation();
  const [asked, setAsked] = useState<SecondFactorAsked | null>(null);
  const isIn = useSession().status === "signed_in";
  const back = useMutation({
    mutationFn: (answer: URLSearchParams) => handIn(answer, isIn),
    onSuccess: setAsked,
  });
  const key = parameters.toString();
  const { mutate } = back;
  useEffect(() => {
    if (handedIn.has(key)) return;
    handedIn.add(key);
    mutate(new URLSearchParams(key));
  }, [mutate, key]);
  if (asked) return <SecondFactor asked={asked} back={() => navigate("/sign-in")} />;
  if (isIn && (back.isSuccess || (back.isIdle && handedIn.has(key)))) {
    return <Redirect to={keptDestination()} replace />;
  }
  return (
    <Gate title="Signing you in">
      {back.error ? (
        <div className="form">
          <Alert>{sentenceOf(back.error)}</Alert>
          <LinkButton look="primary" wide to="/sign-in">
            Go to sign in
          </LinkButton>
        </div>
      ) : (
        <p role="status">One moment…</p>
      )}
    </Gate>
  );
}
