// The frame around every page of a signed-in viewer.
import "./shell.css";
import { useEffect, useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { DebtBanner } from "../billing/DebtBanner";
import { SearchBox } from "../catalog/search/SearchBox";
import { Avatar } from "../design/Avatar";
import { Icon, type IconName } from "../design/Icon";
import { Notices } from "../design/Notices";
import { Wordmark } from "../design/Wordmark";
import { isStaff, useSession } from "../session/session";
import { ProfileMenu } from "./ProfileMenu";

function Tab({ to, icon, children }: { to: string; icon?: IconName; children: ReactNode }) {
  const [path] = useLocation();
  const here = to === "/" ? path === "/" : path.startsWith(to);
  return (
    <Link href={to} className="tab" aria-current={here ? "page" : undefined}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}

/** True once the page has left its top, when the header needs a ground to stand on. */
function useScrolled(): boolean {
  const [scrolled, setScrolled] = useState(false);
  useEffect(() => {
    const look = () => setScrolled(scrollY > 12);
    look();
    window.addEventListener("scroll", look, { passive: true });
    return () => window.removeEventListener("scroll", look);
  }, []);
  return scrolled;
}

export function Shell({ children }: { children: ReactNode }) {
  const session = useSession();
  const scrolled = useScrolled();
  if (session.status !== "signed_in" || !session.profile) return null;
  return (
    <>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <header className="header" data-region="header" data-solid={scrolled}>
        <Link href="/" className="header__home" aria-label="Matinee home">
          <Wordmark />
        </Link>
        <nav className="header__nav" aria-label="Main">
          <Tab to="/">Home</Tab>
          <Tab to="/my-list">My list</Tab>
          <Tab to="/history">History</Tab>
          {isStaff(session.account) && <Tab to="/studio">Studio</Tab>}
        </nav>
        <div className="header__end">
          <SearchBox />
          <ProfileMenu
            account={session.account}
            profiles={session.profiles}
            profile={session.profile}
          />
        </div>
      </header>
      <DebtBanner />
      <main id="content" tabIndex={-1} data-region="main">
        {children}
      </main>
      <Notices />
      <nav className="tabs" aria-label="Main" data-region="tabs">
        <Tab to="/" icon="home">
          Home
        </Tab>
        <Tab to="/search" icon="search">
          Search
        </Tab>
        <Tab to="/my-list" icon="list">
          My list
        </Tab>
        <Link href="/account" className="tab">
          <Avatar name={session.profile.avatar} />
          Account
        </Link>
      </nav>
    </>
  );
}
