// Arrow keys move the focus through rows and controls, as on a television.
import { useEffect } from "react";
import { nextBox, type Direction } from "./arrowKeys";

const DIRECTIONS: Partial<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

const FOCUSABLE =
  'a[href], button:not([disabled]), input:not([type="hidden"]), select, textarea, [tabindex="0"]';

/** Marks a part of the page that is walked through before leaving it. Within, `data-row` marks what is
 * brought to the middle of the screen, `data-top` what is seen best from the page's top. */
const REGION = "[data-region]";

/** What is passed over, so that the next row is one key away: what can be done about a card, and
 * about a row; that is to the left of the row's first card. */
const ASIDE = "[data-aside]";
const ASIDE_OF_ROW = '[data-aside="row"]';

const isShown = (element: Element): boolean =>
  element.checkVisibility({ visibilityProperty: true, opacityProperty: false });

function focusablesIn(root: ParentNode): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (element) => element.tabIndex >= 0 && isShown(element),
  );
}

/** Whether the focused control needs this arrow key for itself. */
function keepsKey(element: Element, direction: Direction): boolean {
  const sideways = direction === "left" || direction === "right";
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true;
  if (element.getAttribute("role") === "slider") return true;
  if (!(element instanceof HTMLInputElement)) return false;
  if (["radio", "range", "number", "date"].includes(element.type)) return true;
  return sideways && !["checkbox", "button", "submit", "file"].includes(element.type);
}

/** Without a mouse or a finger there is nothing but the focus: any arrow key brings it up. */
function hasOnlyKeys(): boolean {
  return (
    matchMedia("(any-pointer: none)").matches ||
    /\b(TV|Tizen|Web0S|AFT\w+)\b/i.test(navigator.userAgent)
  );
}

function moveTo(element: HTMLElement): void {
  element.focus({ preventScroll: true });
  const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const behavior = smooth ? "smooth" : "auto";
  if (element.closest("[data-top]")) {
    window.scrollTo({ top: 0, behavior });
    return;
  }
  element.scrollIntoView({
    behavior,
    block: element.closest("[data-row]") ? "center" : "nearest",
    inline: "nearest",
  });
}

function nextIn(region: Element, from: HTMLElement, direction: Direction): HTMLElement | null {
  const others = focusablesIn(region).filter(
    (element) => element !== from && !element.matches(ASIDE),
  );
  const boxes = others.map((element) => element.getBoundingClientRect());
  const index = nextBox(from.getBoundingClientRect(), boxes, direction);
  return index === null ? null : (others[index] ?? null);
}

function asideOf(from: HTMLElement): HTMLElement | null {
  return from.closest("section")?.querySelector<HTMLElement>(ASIDE_OF_ROW) ?? null;
}

/** The region above or below, when the one with the focus has nothing more that way. */
function across(region: Element, from: HTMLElement, direction: Direction): HTMLElement | null {
  if (direction === "left" || direction === "right") return null;
  const regions = [...document.querySelectorAll(REGION)].filter(isShown);
  const other = regions[regions.indexOf(region) + (direction === "down" ? 1 : -1)];
  if (!other) return null;
  const onScreen = focusablesIn(other).filter((element) => {
    const box = element.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  });
  return nextIn(other, from, direction) ?? onScreen[0] ?? null;
}

function onKeyDown(event: KeyboardEvent): void {
  const direction = DIRECTIONS[event.key];
  if (!direction || event.defaultPrevented) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const focused = document.activeElement;
  const region = focused?.closest("dialog") ?? focused?.closest(REGION);
  if (!(focused instanceof HTMLElement) || !region || focused.tabIndex < 0) {
    const first = document.querySelector(`main${REGION}`);
    const target = first && hasOnlyKeys() ? focusablesIn(first)[0] : undefined;
    if (target) {
      event.preventDefault();
      moveTo(target);
    }
    return;
  }
  if (keepsKey(focused, direction)) return;
  const inside = nextIn(region, focused, direction);
  const next =
    inside ??
    (region.matches("dialog") ? null : across(region, focused, direction)) ??
    (direction === "left" && !focused.matches(ASIDE) ? asideOf(focused) : null);
  if (!next) return;
  event.preventDefault();
  moveTo(next);
}

/** Listens for arrow keys. Call once. */
export function useArrowKeys(): void {
  useEffect(() => {
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
