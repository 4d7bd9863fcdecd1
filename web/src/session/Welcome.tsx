// What somebody sees who has never been here.
import "./welcome.css";
import { useQuery } from "@tanstack/react-query";
import { plansQuery } from "../api/queries";
import { PageHeading } from "../app/pageFocus";
import { LinkButton } from "../design/Button";
import { Wordmark } from "../design/Wordmark";
import { PlanCard } from "./PlanCard";

const PROMISES = [
  [
    "Everything, on every screen",
    "Phone, laptop or television: pick up where you stopped, wherever you sit down.",
  ],
  [
    "A seat for everyone",
    "Five profiles per account, each with its own list, its own history and its own age limit.",
  ],
  [
    "Leave as easily as you came",
    "No contract. Two clicks end a plan, and it still plays until the day it is paid for.",
  ],
] as const;

function Plans() {
  const { data } = useQuery(plansQuery);
  if (!data || data.length === 0) return null;
  return (
    <section className="welcome__part" aria-labelledby="plans">
      <h2 id="plans">Choose your seat</h2>
      <ul className="plans">
        {data.map((plan) => (
          <li key={plan.id}>
            <PlanCard plan={plan} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export default function Welcome() {
  return (
    <>
      <header className="welcome__header">
        <Wordmark />
        <LinkButton small to="/sign-in">
          Sign in
        </LinkButton>
      </header>
      <main data-region="main">
        <section className="welcome__hero">
          <div className="sunburst" aria-hidden="true" />
          <PageHeading className="welcome__title">The curtain is always up</PageHeading>
          <p className="welcome__lead">
            Films and series worth an afternoon. Ready the moment you press play.
          </p>
          <LinkButton look="primary" to="/sign-up">
            Create account
          </LinkButton>
        </section>
        <ul className="welcome__promises">
          {PROMISES.map(([title, text]) => (
            <li key={title}>
              <h2>{title}</h2>
              <p>{text}</p>
            </li>
          ))}
        </ul>
        <Plans />
      </main>
    </>
  );
}
