import "./paying.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { subscriptionQuery } from "../api/queries";
import { standingOf } from "./standing";

const SELDOM_MS = 5 * 60_000;

/** Says on every page that something is unpaid, and leads to where that is mended. */
export function DebtBanner() {
  const { data } = useQuery({ ...subscriptionQuery, staleTime: SELDOM_MS });
  if (data?.status !== "past_due" && data?.status !== "on_hold") return null;
  return (
    <div className="debt" role="status">
      <span>{standingOf(data)}</span>
      <Link href="/account">See what is to be paid</Link>
    </div>
  );
}
