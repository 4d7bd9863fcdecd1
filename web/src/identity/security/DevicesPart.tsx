import { useMutation, useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import { sentenceOf } from "../../api/problem";
import { queryClient } from "../../api/queries";
import { Button } from "../../design/Button";
import { Alert } from "../../design/Field";
import { notify } from "../../design/notice";
import { Failure, LoadingPart } from "../../design/States";
import type { SignedInDevice } from "../messages";
import { devicesQuery } from "../queries";
import { dayWords, lastSeenWords } from "../wording";

const SESSIONS = "/api/identity/sessions";
const renew = () => queryClient.invalidateQueries({ queryKey: devicesQuery.queryKey });

function DeviceRow({ device }: { device: SignedInDevice }) {
  const end = useMutation({
    mutationFn: () => call(`${SESSIONS}/${device.id}`, { method: "DELETE" }),
    onSuccess: () => notify(`${device.name} was signed out.`),
    onSettled: renew,
  });
  return (
    <li className="line">
      <span className="line__words">
        <strong>{device.client_name ?? device.name}</strong>
        <span className="muted">
          {device.place ? `${device.place}, ` : ""}
          {lastSeenWords(device.last_seen_at)}; signed in {dayWords(device.signed_in_at)}
        </span>
        {end.error && <Alert>{sentenceOf(end.error)}</Alert>}
      </span>
      {device.is_current ? (
        <span className="badge badge--up">This device</span>
      ) : (
        <Button
          small
          busy={end.isPending}
          aria-label={`Sign out ${device.name}`}
          onClick={() => end.mutate()}
        >
          Sign out
        </Button>
      )}
    </li>
  );
}

export function DevicesPart() {
  const { data, error, refetch } = useQuery(devicesQuery);
  const endOthers = useMutation({
    mutationFn: () => call(`${SESSIONS}/end`, { method: "POST", body: { others_only: true } }),
    onSuccess: () => notify("Every other device was signed out."),
    onSettled: renew,
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  return (
    <div className="part">
      <ul className="lines" aria-label="Devices">
        {data.map((device) => (
          <DeviceRow key={device.id} device={device} />
        ))}
      </ul>
      {endOthers.error && <Alert>{sentenceOf(endOthers.error)}</Alert>}
      {data.length > 1 && (
        <div className="acts">
          <Button busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            Sign out all other devices
          </Button>
        </div>
      )}
    </div>
  );
}
