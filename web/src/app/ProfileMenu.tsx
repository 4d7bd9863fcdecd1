import { useEffect, useId, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { queryClient } from "../api/queries";
import type { Account, Profile } from "../api/messages";
import { Avatar } from "../design/Avatar";
import { Icon } from "../design/Icon";
import { chooseProfile, isStaff, signOut } from "../session/session";

interface ProfileMenuProps {
  account: Account;
  profiles: Profile[];
  profile: Profile;
}

/** Closes when the focus or a click goes elsewhere, or on Escape. */
function useDisclosure() {
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const [path] = useLocation();
  const [openedAt, setOpenedAt] = useState(path);
  if (path !== openedAt) {
    setOpenedAt(path);
    setOpen(false);
  }
  useEffect(() => {
    if (!open) return;
    const leave = (event: Event) => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      opener.current?.focus();
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
      document.removeEventListener("keydown", escape);
    };
  }, [open]);
  return { open, setOpen, frame, opener };
}

export function ProfileMenu({ account, profiles, profile }: ProfileMenuProps) {
  const { open, setOpen, frame, opener } = useDisclosure();
  const [, navigate] = useLocation();
  const id = useId();

  const choose = async (chosen: Profile) => {
    setOpen(false);
    // Before, not after: the new profile's page asks as soon as the session says who is watching.
    queryClient.removeQueries();
    await chooseProfile(chosen.id);
    navigate("/");
  };

  return (
    <div className="profile-menu" ref={frame}>
      <button
        ref={opener}
        type="button"
        className="profile-menu__opener"
        aria-expanded={open}
        aria-controls={id}
        aria-label={`Account and profiles of ${profile.name}`}
        onClick={() => setOpen(!open)}
      >
        <Avatar name={profile.avatar} />
      </button>
      <div id={id} className="profile-menu__sheet" hidden={!open}>
        <ul>
          {profiles
            .filter((other) => other.id !== profile.id)
            .map((other) => (
              <li key={other.id}>
                <button
                  type="button"
                  onClick={() => void choose(other).catch(() => navigate("/profiles"))}
                >
                  <Avatar name={other.avatar} />
                  {other.name}
                </button>
              </li>
            ))}
          <li>
            <Link href={profile.is_kids ? "/profiles" : "/profiles/manage"}>
              <Icon name="edit" />
              {profile.is_kids ? "Switch profile" : "Manage profiles"}
            </Link>
          </li>
        </ul>
        <ul>
          {!profile.is_kids && (
            <li>
              <Link href="/account">
                <Icon name="person" />
                Account
              </Link>
            </li>
          )}
          <li>
            <Link href="/history">
              <Icon name="history" />
              History
            </Link>
          </li>
          {isStaff(account) && (
            <li>
              <Link href="/studio">
                <Icon name="film" />
                Studio
              </Link>
            </li>
          )}
          <li>
            <button type="button" onClick={() => void signOut().then(() => navigate("/"))}>
              <Icon name="signOut" />
              Sign out
            </button>
          </li>
        </ul>
      </div>
    </div>
  );
}
