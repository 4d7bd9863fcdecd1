// What is shown for which address, and to whom.
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Redirect, Route, Switch, useLocation, useSearchParams } from "wouter";
import { queryClient } from "../api/queries";
import { Home } from "../catalog/home/Home";
import { TitlePage } from "../catalog/title/TitlePage";
import { Failure, LoadingPage, LoadingPart } from "../design/States";
import { destinationOf } from "../session/destination";
import { isStaff, start, useSession, type SessionState } from "../session/session";
import { ErrorBoundary } from "./ErrorBoundary";
import { NotFound } from "./NotFound";
import { OfflineBanner } from "./OfflineBanner";
import { usePageChange } from "./pageFocus";
import { Shell } from "./Shell";
import { useArrowKeys } from "./useArrowKeys";
import { PlayerRoute } from "../player/PlayerRoute";

const Welcome = lazy(() => import("../session/Welcome"));
const SignInPage = lazy(() => import("../session/SignInPage"));
const SignUpPage = lazy(() => import("../session/SignUpPage"));
const ProfilesPage = lazy(() => import("../session/ProfilesPage"));
const ManageProfilesPage = lazy(() => import("../session/ManageProfilesPage"));
const AccountPage = lazy(() => import("../session/AccountPage"));
const SearchResults = lazy(() => import("../catalog/search/SearchResults"));
const MyListPage = lazy(() => import("../catalog/MyListPage"));
const HistoryPage = lazy(() => import("../catalog/HistoryPage"));
const Studio = lazy(() => import("../studio/Studio"));

function SignedOut() {
  const [path] = useLocation();
  return (
    <Switch>
      <Route path="/" component={Welcome} />
      <Route path="/sign-in" component={SignInPage} />
      <Route path="/sign-up" component={SignUpPage} />
      <Route>
        <Redirect to={`/sign-in?next=${encodeURIComponent(path)}`} replace />
      </Route>
    </Switch>
  );
}

/** Goes on to the page that was asked for before signing in. */
function AfterSignIn() {
  const [parameters] = useSearchParams();
  return <Redirect to={destinationOf(parameters.get("next"))} replace />;
}

function SignedIn({ session }: { session: SessionState & { status: "signed_in" } }) {
  return (
    <Switch>
      <Route path="/sign-in" component={AfterSignIn} />
      <Route path="/sign-up" component={AfterSignIn} />
      <Route path="/profiles/manage" component={ManageProfilesPage} />
      <Route path="/profiles" component={ProfilesPage} />
      {session.profile ? (
        <Route path="/watch/:id">{({ id }) => <PlayerRoute key={id} titleId={id} />}</Route>
      ) : (
        <Route component={ProfilesPage} />
      )}
      <Route>
        <Shell>
          <Suspense fallback={<LoadingPart />}>
            <Switch>
              <Route path="/" component={Home} />
              <Route path="/title/:slug">
                {({ slug }) => <TitlePage key={slug} idOrSlug={slug} />}
              </Route>
              <Route path="/search" component={SearchResults} />
              <Route path="/my-list" component={MyListPage} />
              <Route path="/history" component={HistoryPage} />
              <Route path="/account" component={AccountPage} />
              {isStaff(session.account) && <Route path="/studio/*?" component={Studio} />}
              <Route component={NotFound} />
            </Switch>
          </Suspense>
        </Shell>
      </Route>
    </Switch>
  );
}

function Pages() {
  const session = useSession();
  usePageChange();
  useArrowKeys();
  switch (session.status) {
    case "starting":
      return <LoadingPage />;
    case "unreachable":
      return (
        <main>
          <Failure error={session.problem} retry={() => void start()} />
        </main>
      );
    case "signed_out":
      return <SignedOut />;
    case "signed_in":
      return <SignedIn session={session} />;
  }
}

export function App() {
  return (
    <ErrorBoundary>
      <QueryClientProvider client={queryClient}>
        <OfflineBanner />
        <Suspense fallback={<LoadingPage />}>
          <Pages />
        </Suspense>
      </QueryClientProvider>
    </ErrorBoundary>
  );
}
