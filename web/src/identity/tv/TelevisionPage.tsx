import "../identity.css";
import "./television.css";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Problem } from "../../api/problem";
import { sentenceOf } from "../../api/problem";
import { bodyOf, exchange } from "../../api/transport";
import { PageHeading } from "../../app/pageFocus";
import { Button, LinkButton } from "../../design/Button";
import { Alert } from "../../design/Field";
import { LoadingPart } from "../../design/States";
import { Wordmark } from "../../design/Wordmark";
import { enter } from "../../session/session";
import type { DeviceCode } from "../messages";
import { QrPicture } from "../QrPicture";
import { deviceName } from "./deviceName";
import { nextWait_s } from "./polling";

const DEVICE = "/api/identity/device";

async function newCode(): Promise<DeviceCode> {
  const body = { device_name: deviceName(navigator.userAgent) };
  return bodyOf(await exchange(`${DEVICE}/codes`, { method: "POST", body }));
}

/** Asks again and again whether the phone has agreed; signs in when it has. */
function useAnswer(code: DeviceCode | undefined): Problem | null {
  const [ended, setEnded] = useState<{ of: string; problem: Problem } | null>(null);
  const device_code = code?.device_code;
  const interval_s = code?.interval_s;
  useEffect(() => {
    if (!device_code || !interval_s) return;
    let wait_s = interval_s;
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      try {
        await enter(await exchange(`${DEVICE}/token`, { method: "POST", body: { device_code } }));
      } catch (error) {
        const next_s = nextWait_s(wait_s, error);
        if (next_s === null) {
          setEnded({ of: device_code, problem: error as Problem });
        } else {
          wait_s = next_s;
          timer = setTimeout(() => void look(), wait_s * 1000);
        }
      }
    };
    timer = setTimeout(() => void look(), wait_s * 1000);
    return () => clearTimeout(timer);
  }, [device_code, interval_s]);
  return ended && ended.of === device_code ? ended.problem : null;
}

function Code({ code }: { code: DeviceCode }) {
  const [host, ...path] = code.verification_uri.replace(/^https?:\/\//, "").split("/");
  return (
    <>
      <ol className="television__steps">
        <li>
          <p>Scan this with your phone</p>
          <QrPicture src={code.qr_svg} meaning={`The address ${code.verification_uri}`} />
        </li>
        <li>
          <p>
            or open{" "}
            <strong className="television__address">
              {host}/{path.join("/")}
            </strong>{" "}
            and type
          </p>
          <p
            className="television__code"
            aria-label={`Code ${code.user_code.replaceAll(/(?!^)/g, " ")}`}
          >
            {code.user_code}
          </p>
        </li>
      </ol>
      <p className="muted" role="status">
        This page goes on by itself once you have agreed.
      </p>
    </>
  );
}

/** A television's way to sign in: nobody types a password with a remote control (RFC 8628). */
export default function TelevisionPage() {
  const asked = useQuery({
    queryKey: ["device-code"],
    queryFn: newCode,
    gcTime: 0,
    staleTime: Infinity,
  });
  const again = useMutation({ mutationFn: () => asked.refetch() });
  const ended = useAnswer(asked.data);
  const error = asked.error ?? ended;
  return (
    <div className="television">
      <header>
        <Wordmark />
      </header>
      <main data-region="main">
        <PageHeading className="watching__title">Sign in on this screen</PageHeading>
        {error ? (
          <div className="form">
            <Alert>{sentenceOf(error)}</Alert>
            <Button look="primary" busy={again.isPending} onClick={() => again.mutate()}>
              Show a new code
            </Button>
          </div>
        ) : asked.data ? (
          <Code code={asked.data} />
        ) : (
          <LoadingPart />
        )}
        <LinkButton look="plain" to="/sign-in">
          Sign in with a keyboard instead
        </LinkButton>
      </main>
    </div>
  );
}
