import "../identity.css";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useSearch } from "wouter";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button, LinkButton } from "../../design/Button";
import { Alert } from "../../design/Field";
import { LoadingPart } from "../../design/States";
import { Gate } from "../../session/Gate";
import type { ConsentAsked, ConsentGiven } from "../messages";

const OAUTH = "/api/identity/oauth";

function Question({ asked, query }: { asked: ConsentAsked; query: string }) {
  const answer = useMutation({
    mutationFn: (is_allowed: boolean) =>
      call<ConsentGiven>(`${OAUTH}/answer`, { method: "POST", body: { query, is_allowed } }),
    onSuccess: ({ url }) => location.assign(url),
  });
  const busy = answer.isPending || answer.isSuccess;
  return (
    <>
      {answer.error && <Alert>{sentenceOf(answer.error)}</Alert>}
      <p>{asked.client_name} would like to:</p>
      <ul className="wishes" aria-label="What it could do">
        {asked.scopes.map(({ name, words }) => (
          <li key={name}>{words}</li>
        ))}
      </ul>
      <p className="muted">
        You will go on to {asked.redirect_host}. You can end this at any time under “Devices” in
        your account.
      </p>
      <div className="gate__ways">
        <Button look="primary" wide busy={busy} onClick={() => answer.mutate(true)}>
          Allow
        </Button>
        <Button wide busy={busy} onClick={() => answer.mutate(false)}>
          Do not allow
        </Button>
      </div>
    </>
  );
}

/** Somebody else's application asks to act in a person's name (OAuth 2.0). */
export default function ConsentPage() {
  const query = useSearch();
  const { data, error } = useQuery({
    queryKey: ["consent", query],
    queryFn: ({ signal }) =>
      call<ConsentAsked>(`${OAUTH}/asked`, { method: "POST", body: { query }, signal }),
    staleTime: 0,
    retry: false,
  });
  return (
    <Gate title={data ? `Allow ${data.client_name}?` : "Connect an application"}>
      {error ? (
        <div className="form">
          <Alert>{sentenceOf(error)}</Alert>
          <LinkButton to="/">Go to the home page</LinkButton>
        </div>
      ) : data ? (
        <Question asked={data} query={query} />
      ) : (
        <LoadingPart />
      )}
    </Gate>
  );
}
