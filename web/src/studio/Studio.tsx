// The operator's side of the house.
import "./studio.css";
import type { ReactNode } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { NotFound } from "../app/NotFound";
import { Icon, type IconName } from "../design/Icon";
import { AddTitlePage } from "./AddTitlePage";
import { BillingPage } from "./billing/BillingPage";
import { DeliveryPage } from "./delivery/DeliveryPage";
import { EdgesPage } from "./EdgesPage";
import { EncodeReportPage } from "./EncodeReportPage";
import { EditTitlePage } from "./EditTitlePage";
import { InsightsPage } from "./InsightsPage";
import { TitlesPage } from "./TitlesPage";
import { TrainingPage } from "./TrainingPage";
import { TrainingsPage } from "./TrainingsPage";

function Part({ to, icon, children }: { to: string; icon: IconName; children: ReactNode }) {
  const [path] = useLocation();
  const here =
    to === "/studio"
      ? path === to || path.startsWith("/studio/titles")
      : path.startsWith(to) || (to === "/studio/delivery" && path === "/studio/edges");
  return (
    <Link href={to} className="studio__part" aria-current={here ? "page" : undefined}>
      <Icon name={icon} />
      {children}
    </Link>
  );
}

export default function Studio() {
  return (
    <div className="page studio">
      <nav className="studio__parts" aria-label="Studio">
        <Part to="/studio" icon="film">
          Titles
        </Part>
        <Part to="/studio/upload" icon="upload">
          Add a title
        </Part>
        <Part to="/studio/insights" icon="chart">
          Insights
        </Part>
        <Part to="/studio/recommendations" icon="list">
          Recommendations
        </Part>
        <Part to="/studio/delivery" icon="globe">
          Delivery
        </Part>
        <Part to="/studio/billing" icon="check">
          Billing
        </Part>
      </nav>
      <div className="studio__page">
        <Switch>
          <Route path="/studio" component={TitlesPage} />
          <Route path="/studio/upload" component={AddTitlePage} />
          <Route path="/studio/titles/:id/report">
            {({ id }) => <EncodeReportPage key={id} id={id} />}
          </Route>
          <Route path="/studio/titles/:id">{({ id }) => <EditTitlePage key={id} id={id} />}</Route>
          <Route path="/studio/insights" component={InsightsPage} />
          <Route path="/studio/recommendations" component={TrainingsPage} />
          <Route path="/studio/recommendations/:version">
            {({ version }) => <TrainingPage key={version} version={version} />}
          </Route>
          <Route path="/studio/delivery" component={DeliveryPage} />
          <Route path="/studio/edges" component={EdgesPage} />
          <Route path="/studio/billing/*?" component={BillingPage} />
          <Route component={NotFound} />
        </Switch>
      </div>
    </div>
  );
}
