import "../identity.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { sentenceOf } from "../../api/problem";
import { bodyOf, exchange } from "../../api/transport";
import { LinkButton } from "../../design/Button";
import { Alert } from "../../design/Field";
import { Gate } from "../../session/Gate";
import type { Erasure, Receipt } from "../messages";
import { momentWords } from "../wording";
import { keptProof, type Proof } from "./proof";

const LOOK_INTERVAL_MS = 1_000;

const lookQuery = (proof: Proof | null) => ({
  queryKey: ["erasure", proof?.id],
  queryFn: async () => {
    const path = "/api/identity/privacy/erasures/look";
    return bodyOf<Erasure>(await exchange(path, { method: "POST", body: proof }));
  },
  enabled: proof !== null,
  refetchInterval: ({ state }: { state: { data: Erasure | undefined } }) =>
    state.data?.is_done ? false : LOOK_INTERVAL_MS,
});

/** What a service is called among people. */
const PART: Record<string, string> = {
  identity: "Account and profiles",
  billing: "Plan and payments",
  catalog: "Catalogue",
  viewing: "History and lists",
  encoding: "Films",
  recommendations: "Recommendations",
  delivery: "Delivery",
  playback: "Playing",
  insights: "Measurements",
};

const nameOf = (service: string): string => PART[service] ?? service;

const doneWords = ({ kept }: Receipt): string => (kept ? `Erased, except: ${kept}` : "Erased");

function Receipts({ erasure }: { erasure: Erasure }) {
  return (
    <>
      <p role="status">
        {erasure.is_done
          ? "Every part of the house has confirmed it. The key to what backups hold of you is destroyed."
          : "Your account is gone. The parts of the house confirm one by one…"}
      </p>
      <ul className="lines" aria-label="Confirmations">
        {erasure.receipts.map((receipt) => (
          <li key={receipt.service} className="line">
            <strong>{nameOf(receipt.service)}</strong>
            <span className="muted">{doneWords(receipt)}</span>
          </li>
        ))}
        {erasure.waiting_for.map((service) => (
          <li key={service} className="line">
            <strong>{nameOf(service)}</strong>
            <span className="muted">Under way…</span>
          </li>
        ))}
      </ul>
      <p className="muted">
        Number {erasure.id}, {momentWords(erasure.asked_at)}
      </p>
    </>
  );
}

/** What is shown to somebody who is no longer known here: the proof. */
export default function ErasedPage() {
  const [proof] = useState(keptProof);
  const { data, error } = useQuery(lookQuery(proof));
  return (
    <Gate title={data?.is_done ? "You are forgotten" : "Erasing your account"}>
      <div className="part">
        {error && <Alert>{sentenceOf(error)}</Alert>}
        {!proof && <p>There is nothing to show here.</p>}
        {data && <Receipts erasure={data} />}
        <LinkButton to="/">Go to the front page</LinkButton>
      </div>
    </Gate>
  );
}
