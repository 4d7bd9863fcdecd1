import "./workflow.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { PageHeading } from "../../app/pageFocus";
import { RoundButton } from "../../design/Button";
import { Failure, LoadingPart } from "../../design/States";
import type { Turn } from "./messages";
import { clockTime, daysOf, monthAfter, monthName } from "./months";
import { PreviewPart } from "./PreviewPart";
import { calendarQuery, type Whose } from "./queries";
import { WhoseFields } from "./WhoseFields";
import { audienceOf } from "./windows";

const WHAT: Record<Turn["what"], string> = {
  opens: "Comes",
  closes: "Goes",
  published: "Published",
};

function TurnItem({ turn }: { turn: Turn }) {
  const whom = turn.what === "published" ? "" : `for ${audienceOf(turn)}`;
  return (
    <li className="turn">
      <span className={`badge turn__what turn__what--${turn.what}`}>{WHAT[turn.what]}</span>
      <time dateTime={turn.at}>{clockTime(turn.at)}</time>
      <Link href={`/studio/titles/${turn.title_id}/publishing`}>{turn.name}</Link>
      <span className="muted">{whom}</span>
    </li>
  );
}

function Turns({ since, until, whose }: { since: Date; until: Date; whose: Whose }) {
  const { data, error, refetch } = useQuery(calendarQuery(since, until, whose));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingPart />;
  const days = daysOf(data.turns);
  return (
    <div role="status">
      {days.length === 0 && <p className="muted">Nothing comes or goes in this month.</p>}
      {days.map(({ date, name, turns }) => (
        <section key={date} aria-label={name} className="calendar__day">
          <h3>{name}</h3>
          <ul>
            {turns.map((turn) => (
              <TurnItem key={`${turn.title_id} ${turn.what} ${turn.at}`} turn={turn} />
            ))}
          </ul>
        </section>
      ))}
      {data.more && <p className="muted">There are more than can be shown. Choose a country.</p>}
    </div>
  );
}

/** What comes and what goes, month by month, and what somebody would see at some moment. */
export default function CalendarPage() {
  const [month, setMonth] = useState(() => monthAfter(new Date(), 0));
  const [whose, setWhose] = useState<Whose>({ country: "", plan: "", platform: "" });
  const until = monthAfter(month, 1);
  return (
    <>
      <PageHeading>Calendar</PageHeading>
      <WhoseFields whose={whose} onChange={setWhose} />
      <div className="calendar__month">
        <RoundButton
          icon="left"
          label={`Show ${monthName(monthAfter(month, -1))}`}
          onClick={() => setMonth(monthAfter(month, -1))}
        />
        <h2 aria-live="polite">{monthName(month)}</h2>
        <RoundButton
          icon="right"
          label={`Show ${monthName(until)}`}
          onClick={() => setMonth(until)}
        />
      </div>
      <Turns since={month} until={until} whose={whose} />
      <PreviewPart whose={whose} />
    </>
  );
}
