import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, type SubmitEvent } from "react";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button, RoundButton } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { Failure, LoadingPart } from "../../design/States";
import { dayWords } from "../../identity/wording";
import { textOf } from "../../session/formText";
import type { ApiScope, ApiToken, ApiTokenDraft, ApiTokens } from "./messages";
import { renewScripts, TOKENS, tokensQuery } from "./queries";

const DAYS_MAX = 366;

function stateOf({ expires_at, used_at }: ApiToken): string {
  const ends = new Date(expires_at) < new Date() ? "ended" : "works until";
  return `${ends} ${dayWords(expires_at)}; ${used_at ? `last used ${dayWords(used_at)}` : "never used"}`;
}

function TokenRow({ token }: { token: ApiToken }) {
  const ending = useMutation({
    mutationFn: () => call(`${TOKENS}/${token.id}`, { method: "DELETE" }),
    onSettled: renewScripts,
  });
  return (
    <li className="line">
      <span className="line__words">
        <strong>{token.name}</strong>
        <span className="muted">
          {token.scopes.join(", ")}; of {token.owner}; {stateOf(token)}
        </span>
        {ending.error && <Alert>{sentenceOf(ending.error)}</Alert>}
      </span>
      <RoundButton
        icon="trash"
        label={`End ${token.name}`}
        onClick={() => !ending.isPending && ending.mutate()}
      />
    </li>
  );
}

function draftOf(data: FormData, scopes: ApiTokens["scopes"]): ApiTokenDraft {
  return {
    name: textOf(data, "name").trim(),
    days: Number(textOf(data, "days")),
    scopes: scopes.map(({ name }) => name as ApiScope).filter((scope) => data.has(scope)),
  };
}

function MakeToken({ scopes }: { scopes: ApiTokens["scopes"] }) {
  const form = useRef<HTMLFormElement>(null);
  const making = useMutation({
    mutationFn: (body: ApiTokenDraft) => call<ApiToken>(TOKENS, { method: "POST", body }),
    onSuccess: () => form.current?.reset(),
    onSettled: renewScripts,
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!making.isPending) making.mutate(draftOf(new FormData(event.currentTarget), scopes));
  };
  return (
    <form ref={form} className="form studio__form" onSubmit={submit} aria-labelledby="make-token">
      <h2 id="make-token">Make a token</h2>
      <Field label="Name" name="name" required maxLength={60} hint="What it is for" />
      <Field
        label="Days that it works"
        name="days"
        type="number"
        min={1}
        max={DAYS_MAX}
        defaultValue={90}
        required
      />
      <fieldset>
        <legend className="field__label">It may, as far as your own roles go</legend>
        {scopes.map(({ name, words }) => (
          <label key={name} className="check">
            <input type="checkbox" name={name} />
            {words}
          </label>
        ))}
      </fieldset>
      {making.error && <Alert>{sentenceOf(making.error)}</Alert>}
      {making.data?.secret && (
        <p role="status">
          The token, shown this once: <code className="secret">{making.data.secret}</code>
        </p>
      )}
      <div>
        <Button look="primary" type="submit" busy={making.isPending}>
          Make token
        </Button>
      </div>
    </form>
  );
}

/** What programs show instead of signing in. */
export function TokensPart() {
  const { data, error, refetch } = useQuery(tokensQuery);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  return (
    <>
      <p className="muted studio__lead">
        A program sends its token as <code>Authorization: Bearer …</code> to any address below
        /api/.
      </p>
      {data.tokens.length === 0 && <p className="muted">There is no token yet.</p>}
      <ul className="lines lines--end" aria-label="API tokens">
        {data.tokens.map((token) => (
          <TokenRow key={token.id} token={token} />
        ))}
      </ul>
      <MakeToken scopes={data.scopes} />
    </>
  );
}
