import "./plan.css";
import type { ReactNode } from "react";
import type { Plan } from "../api/messages";

/** "€7.99", in the viewer's own way of writing. The minor unit depends on the currency. */
export function priceWords({ amount_minor, currency }: Plan["price"]): string {
  if (amount_minor === 0) return "Free";
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount_minor / 10 ** digits);
}

export function PlanCard({ plan, children }: { plan: Plan; children?: ReactNode }) {
  const screens = plan.streams_at_once === 1 ? "1 screen" : `${plan.streams_at_once} screens`;
  return (
    <div className="plan">
      <h3>{plan.name}</h3>
      <p className="plan__price">
        {priceWords(plan.price)}
        {plan.price.amount_minor > 0 && <span> a {plan.interval}</span>}
      </p>
      <p className="muted">{plan.description}</p>
      <ul className="plan__terms">
        <li>{screens} at once</li>
        <li>Up to {plan.height_max >= 2160 ? "4K" : `${plan.height_max}p`}</li>
        {plan.trial_days > 0 && <li>{plan.trial_days} days free first</li>}
      </ul>
      {children}
    </div>
  );
}
