import "../identity.css";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, type SubmitEvent } from "react";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { Button, LinkButton } from "../../design/Button";
import { Alert, Field } from "../../design/Field";
import { textOf } from "../../session/formText";
import { Gate } from "../../session/Gate";
import { forgetArrivedCode, useArrivedCode } from "../arrival";
import type { DeviceAsked } from "../messages";
import { momentWords } from "../wording";

const DEVICE = "/api/identity/device";

const useLook = () =>
  useMutation({
    mutationFn: (user_code: string) =>
      call<DeviceAsked>(`${DEVICE}/look`, { method: "POST", body: { user_code } }),
  });

function Facts({ device }: { device: DeviceAsked }) {
  return (
    <>
      <dl className="facts">
        <dt>Code</dt>
        <dd>{device.user_code}</dd>
        <dt>Device</dt>
        <dd>{device.device_name || "Unknown"}</dd>
        {device.client_name && (
          <>
            <dt>Application</dt>
            <dd>{device.client_name}</dd>
          </>
        )}
        <dt>Place</dt>
        <dd>{device.place || "Unknown"}</dd>
        <dt>Asked</dt>
        <dd>{momentWords(device.asked_at)}</dd>
      </dl>
      {device.scopes.length > 0 && (
        <ul className="wishes" aria-label="What it could do">
          {device.scopes.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Decision({ device, again }: { device: DeviceAsked; again: () => void }) {
  const answer = useMutation({
    mutationFn: (is_allowed: boolean) =>
      call(`${DEVICE}/answer`, {
        method: "POST",
        body: { user_code: device.user_code, is_allowed },
      }),
    onSuccess: forgetArrivedCode,
  });
  if (answer.isSuccess) {
    return (
      <Gate title={answer.variables ? "Done" : "Not signed in"}>
        <p role="status">
          {answer.variables
            ? "Your television goes on by itself in a few seconds."
            : "That screen stays signed out. If you did not ask for it, nothing else is to be done."}
        </p>
        <p className="gate__other">
          <LinkButton look="primary" wide to="/">
            Go to the home page
          </LinkButton>
        </p>
      </Gate>
    );
  }
  return (
    <Gate title="Sign in this screen?">
      {answer.error && <Alert>{sentenceOf(answer.error)}</Alert>}
      <Facts device={device} />
      {!device.is_same_place && (
        <p className="urgent" role="note">
          It is in another network than you are. Is it really in front of you?
        </p>
      )}
      <p className="muted">
        Agree only if the code on the screen is the same. It will be able to watch with your
        account.
      </p>
      <div className="gate__ways">
        <Button look="primary" wide busy={answer.isPending} onClick={() => answer.mutate(true)}>
          Yes, sign it in
        </Button>
        <Button wide busy={answer.isPending} onClick={() => answer.mutate(false)}>
          No, that is not mine
        </Button>
        <Button look="plain" onClick={again}>
          Type another code
        </Button>
      </div>
    </Gate>
  );
}

/** The phone's half of signing a television in. */
export default function ConfirmPage() {
  const arrived = useArrivedCode();
  const look = useLook();
  const isLooked = useRef(false);
  const { mutate } = look;
  useEffect(() => {
    if (!arrived || isLooked.current) return;
    isLooked.current = true;
    mutate(arrived);
  }, [arrived, mutate]);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = textOf(new FormData(event.currentTarget), "code").trim();
    if (!look.isPending) look.mutate(code);
  };
  if (look.data) {
    return <Decision device={look.data} again={() => look.reset()} />;
  }
  return (
    <Gate title="Sign in a television">
      <form className="form" onSubmit={submit}>
        {look.error && <Alert>{sentenceOf(look.error)}</Alert>}
        <Field
          label="Code on the television"
          name="code"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          required
          maxLength={20}
          defaultValue={arrived}
          hint="Letters, as they stand on its screen. The dash may be left out."
        />
        <Button look="primary" wide type="submit" busy={look.isPending}>
          Next
        </Button>
      </form>
    </Gate>
  );
}
