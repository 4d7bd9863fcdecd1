import "./account.css";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { call } from "../api/client";
import type { Plan, Subscription } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { plansQuery, queryClient, subscriptionQuery } from "../api/queries";
import { PageHeading } from "../app/pageFocus";
import { Button, LinkButton } from "../design/Button";
import { Alert } from "../design/Field";
import { Failure, Loading } from "../design/States";
import { CancelButton } from "./CancelButton";
import { PlanCard, priceWords } from "./PlanCard";
import { isStaff, signOut, useSession } from "./session";

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });

function standingOf({ status, plan, current_period_end }: Subscription): string {
  const day = DAY.format(new Date(current_period_end));
  const free = plan.price.amount_minor === 0;
  if (free && (status === "trialing" || status === "active")) return "Free of charge.";
  switch (status) {
    case "trialing":
      return `Free until ${day}, then ${priceWords(plan.price)} a ${plan.interval}.`;
    case "active":
      return `${priceWords(plan.price)} a ${plan.interval}. Renews on ${day}.`;
    case "cancelled":
      return `Cancelled. You can watch until ${day}; nothing more will be charged.`;
    case "incomplete":
      return "Waits for its first payment.";
    case "past_due":
      return `The last payment failed. You can watch until ${day} once it is paid.`;
    case "on_hold":
      return "On hold until the last invoice is paid.";
    case "paused":
      return "Paused. Nothing is charged until you resume.";
    case "ended":
      return `Ended on ${day}.`;
  }
}

function useSubscribe() {
  return useMutation({
    mutationFn: (plan: Plan) =>
      call<Subscription>("/api/billing/subscription", {
        method: "POST",
        body: { plan_id: plan.id },
      }),
    onSuccess: (subscription) => queryClient.setQueryData(subscriptionQuery.queryKey, subscription),
  });
}

function Plans() {
  const { data, error, refetch } = useQuery(plansQuery);
  const subscribe = useSubscribe();
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <>
      {subscribe.error && <Alert>{sentenceOf(subscribe.error)}</Alert>}
      {data?.length === 0 && <p className="muted">No plans are on sale. You can simply watch.</p>}
      <ul className="plans">
        {data?.map((plan) => (
          <li key={plan.id}>
            <PlanCard plan={plan}>
              <Button
                look="primary"
                wide
                busy={subscribe.isPending}
                aria-label={`${plan.trial_days > 0 ? "Start free trial" : "Choose"}: ${plan.name}`}
                onClick={() => subscribe.mutate(plan)}
              >
                {plan.trial_days > 0 ? "Start free trial" : "Choose"}
              </Button>
            </PlanCard>
          </li>
        ))}
      </ul>
    </>
  );
}

function PlanPart() {
  const { data, error, isPending, refetch } = useQuery(subscriptionQuery);
  if (isPending) {
    return (
      <Loading what="your plan">
        <div className="account__skeleton skeleton" />
      </Loading>
    );
  }
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data || data.status === "ended") {
    return (
      <>
        <p className="muted">
          {data ? standingOf(data) : "You have no plan yet. Choose one to watch."}
        </p>
        <Plans />
      </>
    );
  }
  return (
    <div className="account__plan">
      <div>
        <p className="account__name">{data.plan.name}</p>
        <p className="muted" role="status">
          {standingOf(data)}
        </p>
      </div>
      {data.status === "cancelled" ? null : <CancelButton subscription={data} />}
      {data.status === "cancelled" && (
        <details className="account__again">
          <summary>Choose a plan again</summary>
          <Plans />
        </details>
      )}
    </div>
  );
}

export default function AccountPage() {
  const session = useSession();
  const [, navigate] = useLocation();
  if (session.status !== "signed_in") return null;
  const { account, profile } = session;
  return (
    <div className="page page--narrow account">
      <PageHeading>Account</PageHeading>
      <section aria-labelledby="plan">
        <h2 id="plan">Plan</h2>
        <PlanPart />
      </section>
      <section aria-labelledby="who">
        <h2 id="who">You</h2>
        <p>{account.email}</p>
        <p className="muted">Member since {DAY.format(new Date(account.created_at))}</p>
        <div className="account__links">
          <LinkButton icon="person" to="/profiles">
            {profile ? `Switch profile (${profile.name})` : "Switch profile"}
          </LinkButton>
          <LinkButton icon="edit" to="/profiles/manage">
            Manage profiles
          </LinkButton>
          <LinkButton icon="history" to="/history">
            History
          </LinkButton>
          {isStaff(account) && (
            <LinkButton icon="film" to="/studio">
              Studio
            </LinkButton>
          )}
          <Button icon="signOut" onClick={() => void signOut().then(() => navigate("/"))}>
            Sign out
          </Button>
        </div>
      </section>
    </div>
  );
}
