import "./paying.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { subscriptionQuery } from "../api/queries";
import { useSession } from "../session/session";
import { standingOf } from "./standing";

const SELDOM_MS = 5 * 60_000;

/** Says on every page that something is unpaid, and leads to where that is mended; to no child. */
export function DebtBanner() {
  const session = useSession();
  const isKids = session.status === "signed_in" && session.profile?.is_kids === true;
  const { data } = useQuery({ ...subscriptionQuery, staleTime: SELDOM_MS, enabled: !isKids });
  if (data?.status !== "past_due" && data?.status !== "on_hold") return null;
  return (
    <div className="debt" role="status">
      <span>{standingOf(data)}</span>
      <Link href="/account">See what is to be paid</Link>
    </div>
  );
}
