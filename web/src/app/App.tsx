// What is shown for which address, and to whom.
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Redirect, Route, Switch, useLocation, useSearch, useSearchParams } from "wouter";
import { queryClient } from "../api/queries";
import { Home } from "../catalog/home/Home";
import { TitlePage } from "../catalog/title/TitlePage";
import { Failure, LoadingPage, LoadingPart } from "../design/States";
import { takeArrivedCode } from "../identity/arrival";
import { destinationOf } from "../session/destination";
import { isStaff, start, useSession, type SessionState } from "../session/session";
import { useStepUp } from "../session/stepUp";
import { ErrorBoundary } from "./ErrorBoundary";
import { GrownUpsOnly } from "./GrownUpsOnly";
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
const PersonPage = lazy(() => import("../catalog/person/PersonPage"));
const SearchResults = lazy(() => import("../catalog/search/SearchResults"));
const MyListPage = lazy(() => import("../catalog/MyListPage"));
const HistoryPage = lazy(() => import("../catalog/HistoryPage"));
const SecurityPage = lazy(() => import("../identity/security/SecurityPage"));
const PrivacyPage = lazy(() => import("../identity/privacy/PrivacyPage"));
const ErasedPage = lazy(() => import("../identity/privacy/ErasedPage"));
const TelevisionPage = lazy(() => import("../identity/tv/TelevisionPage"));
const ConfirmPage = lazy(() => import("../identity/tv/ConfirmPage"));
const ConsentPage = lazy(() => import("../identity/signIn/ConsentPage"));
const ReturnPage = lazy(() => import("../identity/signIn/ReturnPage"));
const ForgotPasswordPage = lazy(() => import("../identity/signIn/ForgotPasswordPage"));
const ResetPasswordPage = lazy(() => import("../identity/signIn/ResetPasswordPage"));
const VerifyEmailPage = lazy(() => import("../identity/signIn/VerifyEmailPage"));
const VerifySignUpPage = lazy(() => import("../identity/signIn/VerifySignUpPage"));
const MoveProfilePage = lazy(() => import("../identity/profiles/MoveProfilePage"));
const StepUpDialog = lazy(() => import("../identity/StepUpDialog"));
const Studio = lazy(() => import("../studio/Studio"));

/** Open to all: whoever comes by a letter may be signed in here, or not. */
const OPEN = [
  ["/sign-in/back", ReturnPage],
  ["/forgot-password", ForgotPasswordPage],
  ["/reset-password", ResetPasswordPage],
  ["/verify-email", VerifyEmailPage],
  ["/move-profile", MoveProfilePage],
  ["/erased", ErasedPage],
] as const;

const openRoutes = OPEN.map(([path, page]) => <Route key={path} path={path} component={page} />);

/** What was asked for comes after signing in; a code in its address waits here. */
function SignInFirst() {
  const [path] = useLocation();
  const search = useSearch();
  takeArrivedCode();
  const next = encodeURIComponent(search ? `${path}?${search}` : path);
  return <Redirect to={`/sign-in?next=${next}`} replace />;
}

function SignedOut() {
  return (
    <Switch>
      <Route path="/" component={Welcome} />
      <Route path="/sign-in" component={SignInPage} />
      <Route path="/sign-up" component={SignUpPage} />
      <Route path="/sign-up/verify" component={VerifySignUpPage} />
      <Route path="/tv" component={TelevisionPage} />
      {openRoutes}
      <Route component={SignInFirst} />
    </Switch>
  );
}

/** Goes on to the page that was asked for before signing in. */
function AfterSignIn() {
  const [parameters] = useSearchParams();
  return <Redirect to={destinationOf(parameters.get("next"))} replace />;
}

function SignedIn({ session }: { session: SessionState & { status: "signed_in" } }) {
  const isKids = session.profile?.is_kids === true;
  return (
    <Switch>
      <Route path="/sign-in" component={AfterSignIn} />
      <Route path="/sign-up/*?" component={AfterSignIn} />
      <Route path="/tv" component={AfterSignIn} />
      {openRoutes}
      <Route path="/tv/confirm" component={isKids ? GrownUpsOnly : ConfirmPage} />
      <Route path="/oauth/authorize" component={isKids ? GrownUpsOnly : ConsentPage} />
      <Route path="/profiles/manage" component={isKids ? GrownUpsOnly : ManageProfilesPage} />
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
              <Route path="/person/:id">{({ id }) => <PersonPage key={id} id={id} />}</Route>
              <Route path="/search" component={SearchResults} />
              <Route path="/my-list" component={MyListPage} />
              <Route path="/history" component={HistoryPage} />
              {isKids && <Route path="/account/*?" component={GrownUpsOnly} />}
              <Route path="/account" component={AccountPage} />
              <Route path="/account/security" component={SecurityPage} />
              <Route path="/account/privacy" component={PrivacyPage} />
              {session.rolesRest && (
                <Route path="/studio/*?">
                  <Redirect to="/account/security" replace />
                </Route>
              )}
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

function StepUp() {
  return useStepUp() ? <StepUpDialog /> : null;
}

export function App() {
  return (
    <ErrorBoundary>
      <QueryClientProvider client={queryClient}>
        <OfflineBanner />
        <Suspense fallback={<LoadingPage />}>
          <Pages />
          <StepUp />
        </Suspense>
      </QueryClientProvider>
    </ErrorBoundary>
  );
}
