// Tells the service which titles were really in view, so that what is passed over again and again
// makes room, and pictures that nobody takes do, too.
import { useCallback } from "react";
import { call } from "../../api/client";
import { useProfile } from "../useProfile";
import { Sightings, type Place } from "./sightings";

/** Half of a card for a second: a glance while scrolling by is none. */
const VISIBLE_SHARE = 0.5;
const LONG_ENOUGH_MS = 1_000;
/** What is seen together is told together. */
const TELL_AFTER_MS = 5_000;

interface Watched {
  profile: string;
  place: Place;
  timer?: ReturnType<typeof setTimeout> | undefined;
}

const watched = new WeakMap<Element, Watched>();
let own = { profile: "", sightings: new Sightings() };
let telling: ReturnType<typeof setTimeout> | undefined;

function tell(keepalive = false): void {
  clearTimeout(telling);
  telling = undefined;
  const body = own.sightings.take(Date.now());
  if (!body) return;
  // What cannot be told is lost: it was worth no more than one look.
  const request = { method: "POST", body, keepalive, dispensable: true } as const;
  call("/api/recommendations/impressions", request).catch(() => undefined);
}

function note({ profile, place }: Watched): void {
  // Another profile's token must not tell what this one saw.
  if (own.profile !== profile) own = { profile, sightings: new Sightings() };
  if (own.sightings.add(place, Date.now())) telling ??= setTimeout(() => tell(), TELL_AFTER_MS);
}

function look(entries: IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) {
    const one = watched.get(target);
    if (!one) continue;
    clearTimeout(one.timer);
    one.timer = isIntersecting ? setTimeout(() => note(one), LONG_ENOUGH_MS) : undefined;
  }
}

let observer: IntersectionObserver | undefined;

function observe(): IntersectionObserver {
  if (!observer) {
    observer = new IntersectionObserver(look, { threshold: VISIBLE_SHARE });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") tell(true);
    });
    window.addEventListener("pagehide", () => tell(true));
  }
  return observer;
}

/** Gives what an element takes as `ref` to be watched as a title that stands somewhere. */
export function useSeen(): (place: Place) => (element: Element | null) => (() => void) | undefined {
  const profile = useProfile();
  return useCallback(
    (place) => (element) => {
      if (!element || !profile) return undefined;
      const one: Watched = { profile, place };
      watched.set(element, one);
      observe().observe(element);
      return () => {
        clearTimeout(one.timer);
        observe().unobserve(element);
        watched.delete(element);
      };
    },
    [profile],
  );
}
