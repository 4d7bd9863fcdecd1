// The operator's side of the house.
import "./studio.css";
import { lazy, Suspense, useEffect, useRef } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { NotFound } from "../app/NotFound";
import { Icon, type IconName } from "../design/Icon";
import { LoadingPart } from "../design/States";
import { AddTitlePage } from "./AddTitlePage";
import { ArrivalsPage } from "./arrivals/ArrivalsPage";
import { FilesPage } from "./arrivals/FilesPage";
import { BillingPage } from "./billing/BillingPage";
import { DeliveryPage } from "./delivery/DeliveryPage";
import { EdgesPage } from "./EdgesPage";
import { EncodeReportPage } from "./EncodeReportPage";
import { EncodesPage } from "./encodes/EncodesPage";
import { EditTitlePage } from "./EditTitlePage";
import type { Role } from "../identity/messages";
import { hasRole, useSession } from "../session/session";
import { PeoplePage } from "./people/PeoplePage";
import { TitlesPage } from "./TitlesPage";
import { TrainingPage } from "./TrainingPage";
import { TrainingsPage } from "./TrainingsPage";

// Charts are drawn by a library of their own, which nobody else needs.
const InsightsPage = lazy(() => import("./insights/InsightsPage"));
const ProgrammePage = lazy(() => import("./programme/ProgrammePage"));
const ExperimentsPage = lazy(() => import("./experiments/ExperimentsPage"));
const CalendarPage = lazy(() => import("./workflow/CalendarPage"));
const ScriptsPage = lazy(() => import("./scripts/ScriptsPage"));
const LabelsPage = lazy(() => import("./labels/LabelsPage"));
const PublishingPage = lazy(() => import("./workflow/PublishingPage"));

interface StudioPart {
  to: string;
  name: string;
  icon: IconName;
  /** Who may open it, besides owners. */
  roles: readonly Role[];
  /** Addresses that belong to it though they do not begin like it. */
  also?: string;
}

const PARTS: readonly StudioPart[] = [
  {
    to: "/studio",
    name: "Titles",
    icon: "film",
    roles: ["editor", "publisher"],
    also: "/studio/titles",
  },
  {
    to: "/studio/files",
    name: "Add films",
    icon: "upload",
    roles: ["editor", "publisher"],
    also: "/studio/upload",
  },
  { to: "/studio/arrivals", name: "Arrivals", icon: "windowed", roles: ["editor", "publisher"] },
  { to: "/studio/encodes", name: "Encodes", icon: "quality", roles: ["editor", "publisher"] },
  { to: "/studio/calendar", name: "Calendar", icon: "history", roles: ["editor", "publisher"] },
  { to: "/studio/programme", name: "Programme", icon: "home", roles: ["editor", "publisher"] },
  {
    to: "/studio/experiments",
    name: "Experiments",
    icon: "speed",
    roles: ["publisher", "editor", "analyst"],
  },
  { to: "/studio/insights", name: "Insights", icon: "chart", roles: ["analyst", "finance"] },
  { to: "/studio/recommendations", name: "Recommendations", icon: "list", roles: ["analyst"] },
  { to: "/studio/delivery", name: "Delivery", icon: "globe", roles: [], also: "/studio/edges" },
  {
    to: "/studio/billing",
    name: "Billing",
    icon: "check",
    roles: ["finance", "analyst", "support"],
  },
  { to: "/studio/people", name: "People", icon: "person", roles: ["support"] },
  {
    to: "/studio/scripts",
    name: "Scripts",
    icon: "keyboard",
    roles: ["editor", "publisher", "support", "finance", "analyst"],
  },
];

function PartLink({ part }: { part: StudioPart }) {
  const [path] = useLocation();
  const { to, also } = part;
  const isIn = to === "/studio" ? path === to : path.startsWith(to);
  const here = isIn || (also !== undefined && path.startsWith(also));
  const link = useRef<HTMLAnchorElement>(null);
  // Where parts stand in one line that is too long for the screen, the one that is open is in view.
  useEffect(() => {
    if (here) link.current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [here]);
  return (
    <Link href={to} ref={link} className="studio__part" aria-current={here ? "page" : undefined}>
      <Icon name={part.icon} />
      {part.name}
    </Link>
  );
}

export default function Studio() {
  const session = useSession();
  if (session.status !== "signed_in") return null;
  const open = PARTS.filter(({ roles }) => hasRole(session.account, roles));
  const first = open[0];
  return (
    <div className="page studio">
      <nav className="studio__parts" aria-label="Studio">
        {open.map((part) => (
          <PartLink key={part.to} part={part} />
        ))}
      </nav>
      <div className="studio__page">
        <Switch>
          <Route path="/studio">
            {first && first.to !== "/studio" ? <Redirect to={first.to} replace /> : <TitlesPage />}
          </Route>
          <Route path="/studio/upload" component={AddTitlePage} />
          <Route path="/studio/files" component={FilesPage} />
          <Route path="/studio/arrivals" component={ArrivalsPage} />
          <Route path="/studio/encodes" component={EncodesPage} />
          <Route path="/studio/titles/:id/report">
            {({ id }) => <EncodeReportPage key={id} id={id} />}
          </Route>
          <Route path="/studio/titles/:id/publishing">
            {({ id }) => (
              <Suspense fallback={<LoadingPart />}>
                <PublishingPage key={id} id={id} />
              </Suspense>
            )}
          </Route>
          <Route path="/studio/labels">
            <Suspense fallback={<LoadingPart />}>
              <LabelsPage />
            </Suspense>
          </Route>
          <Route path="/studio/calendar">
            <Suspense fallback={<LoadingPart />}>
              <CalendarPage />
            </Suspense>
          </Route>
          <Route path="/studio/programme">
            <Suspense fallback={<LoadingPart />}>
              <ProgrammePage />
            </Suspense>
          </Route>
          <Route path="/studio/experiments/*?">
            <Suspense fallback={<LoadingPart />}>
              <ExperimentsPage />
            </Suspense>
          </Route>
          <Route path="/studio/titles/:id">{({ id }) => <EditTitlePage key={id} id={id} />}</Route>
          <Route path="/studio/insights/*?">
            <Suspense fallback={<LoadingPart />}>
              <InsightsPage />
            </Suspense>
          </Route>
          <Route path="/studio/recommendations" component={TrainingsPage} />
          <Route path="/studio/recommendations/:version">
            {({ version }) => <TrainingPage key={version} version={version} />}
          </Route>
          <Route path="/studio/delivery" component={DeliveryPage} />
          <Route path="/studio/edges" component={EdgesPage} />
          <Route path="/studio/billing/*?" component={BillingPage} />
          <Route path="/studio/people/*?" component={PeoplePage} />
          <Route path="/studio/scripts/*?">
            <Suspense fallback={<LoadingPart />}>
              <ScriptsPage />
            </Suspense>
          </Route>
          <Route component={NotFound} />
        </Switch>
      </div>
    </div>
  );
}
