import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api/client";
import type { Paying, Plan, Subscription } from "../api/messages";
import { sentenceOf } from "../api/problem";
import { plansQuery, queryClient, subscriptionQuery } from "../api/queries";
import { Button } from "../design/Button";
import { Alert, Choice, Field } from "../design/Field";
import { Failure, Loading } from "../design/States";
import { CancelButton } from "../session/CancelButton";
import { PlanCard, priceWords } from "../session/PlanCard";
import { useSession } from "../session/session";
import { payingQuery, renewPaying, usePay } from "./paying";
import { eachWords, standingOf } from "./standing";

interface Wish {
  plan: Plan;
  price_id?: string | undefined;
  coupon?: string | undefined;
}

/** Chooses a plan; one that is to be paid first leads to the gateway's page at once. */
function useChoice() {
  const pay = usePay();
  const session = useSession();
  const choose = useMutation({
    mutationFn: ({ plan, price_id, coupon }: Wish) =>
      call<Subscription>("/api/billing/subscription", {
        method: "POST",
        body: {
          plan_id: plan.id,
          price_id,
          coupon,
          email: session.status === "signed_in" ? session.account.email : undefined,
          time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        },
      }),
    onSuccess: async (subscription) => {
      const paying = await call<Paying>("/api/billing/paying");
      queryClient.setQueryData(payingQuery.queryKey, paying);
      const order = paying.due.find((due) => due.is_order && !due.title_id);
      if (order) pay.mutate(order.invoice_id);
      else queryClient.setQueryData(subscriptionQuery.queryKey, subscription);
    },
  });
  return {
    choose: (wish: Wish) => choose.mutate(wish),
    busy: choose.isPending || pay.isPending || pay.isSuccess,
    error: choose.error ?? pay.error,
  };
}

const verbOf = ({ trial_days }: Plan, running: boolean) =>
  running ? "Change" : trial_days > 0 ? "Start free trial" : "Choose";

interface OfferProps {
  plan: Plan;
  verb: string;
  busy: boolean;
  choose: (price_id: string | undefined) => void;
}

/** A plan to choose, at one of its prices where there are several. */
function Offer({ plan, verb, busy, choose }: OfferProps) {
  const [price, setPrice] = useState<string>();
  const prices = plan.prices ?? [];
  return (
    <PlanCard plan={plan}>
      {prices.length > 1 && (
        <Choice
          label="Paid"
          options={prices.map((each) => [each.id, `${priceWords(each.price)} ${eachWords(each)}`])}
          value={price ?? prices[0]?.id}
          onChange={(event) => setPrice(event.target.value)}
        />
      )}
      <Button
        look="primary"
        wide
        busy={busy}
        aria-label={`${verb}: ${plan.name}`}
        onClick={() => choose(price)}
      >
        {verb}
      </Button>
    </PlanCard>
  );
}

function Coupon({ code, setCode }: { code: string; setCode: (code: string) => void }) {
  return (
    <details className="account__again">
      <summary>I have a coupon</summary>
      <Field
        label="Coupon"
        hint="Then choose a plan"
        maxLength={40}
        autoComplete="off"
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
    </details>
  );
}

function Plans({ running }: { running?: Subscription }) {
  const { data, error, refetch } = useQuery(plansQuery);
  const [code, setCode] = useState("");
  const choice = useChoice();
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const others = data?.filter(({ id }) => id !== running?.plan.id || running.next_plan);
  const coupon = code.trim() || undefined;
  return (
    <>
      {choice.error && <Alert>{sentenceOf(choice.error)}</Alert>}
      {data?.length === 0 && <p className="muted">No plans are on sale. You can simply watch.</p>}
      <ul className="plans">
        {others?.map((plan) => (
          <li key={plan.id}>
            <Offer
              plan={plan}
              verb={verbOf(plan, running !== undefined)}
              busy={choice.busy}
              choose={(price_id) => choice.choose({ plan, price_id, coupon })}
            />
          </li>
        ))}
      </ul>
      {others && others.length > 0 && <Coupon code={code} setCode={setCode} />}
    </>
  );
}

function Resume() {
  const resume = useMutation({
    mutationFn: () => call<Subscription>("/api/billing/subscription/resume", { method: "POST" }),
    onSuccess: renewPaying,
  });
  return (
    <>
      {resume.error && <Alert>{sentenceOf(resume.error)}</Alert>}
      <Button look="primary" busy={resume.isPending} onClick={() => resume.mutate()}>
        Resume
      </Button>
    </>
  );
}

function Pause() {
  const pause = useMutation({
    mutationFn: () =>
      call<Subscription>("/api/billing/subscription/pause", { method: "POST", body: {} }),
    onSuccess: (after) => queryClient.setQueryData(subscriptionQuery.queryKey, after),
  });
  return (
    <>
      {pause.error && <Alert>{sentenceOf(pause.error)}</Alert>}
      <Button busy={pause.isPending} onClick={() => pause.mutate()}>
        Pause at the period’s end
      </Button>
    </>
  );
}

function Running({ subscription }: { subscription: Subscription }) {
  const { status, plan } = subscription;
  const isPaid = plan.price.amount_minor > 0;
  return (
    <div className="account__plan">
      <div>
        <p className="account__name">{plan.name}</p>
        <p className="muted" role="status">
          {standingOf(subscription)}
        </p>
      </div>
      <div className="account__acts">
        {status === "paused" && <Resume />}
        {status === "active" && isPaid && <Pause />}
        {status !== "cancelled" && <CancelButton subscription={subscription} />}
      </div>
      {status !== "on_hold" && status !== "past_due" && status !== "paused" && (
        <details className="account__again">
          <summary>{status === "cancelled" ? "Choose a plan again" : "Change plan"}</summary>
          {status === "cancelled" ? <Plans /> : <Plans running={subscription} />}
        </details>
      )}
    </div>
  );
}

export function PlanPart() {
  const { data, error, isPending, refetch } = useQuery(subscriptionQuery);
  if (isPending) {
    return (
      <Loading what="your plan">
        <div className="account__skeleton skeleton" />
      </Loading>
    );
  }
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (data && data.status !== "ended" && data.status !== "incomplete") {
    return <Running subscription={data} />;
  }
  return (
    <>
      <p className="muted">
        {data?.status === "ended" ? standingOf(data) : "You have no plan yet. Choose one to watch."}
      </p>
      <Plans />
    </>
  );
}
