import "./search.css";
import { useEffect, useRef, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { Icon } from "../../design/Icon";

/** Typing pauses this long before anything is asked. */
const PAUSE_MS = 180;

/** The words being searched for, kept in the address. */
export function useWords(): string {
  const [parameters] = useSearchParams();
  return parameters.get("q")?.trim() ?? "";
}

/** Searches as one types. */
export function SearchBox({ focusOnMount = false }: { focusOnMount?: boolean }) {
  const [path, navigate] = useLocation();
  const words = useWords();
  const [text, setText] = useState(words);
  const [known, setKnown] = useState(words);
  const timer = useRef<number>(undefined);
  const input = useRef<HTMLInputElement>(null);

  // The address changed by other means, such as stepping back.
  if (words !== known) {
    setKnown(words);
    if (words !== text.trim()) setText(words);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (focusOnMount && input.current?.checkVisibility()) input.current.focus();
  }, [focusOnMount]);

  const search = (wanted: string) => {
    clearTimeout(timer.current);
    const searching = path === "/search";
    if (!searching && !wanted.trim()) return;
    navigate(`/search?q=${encodeURIComponent(wanted.trim())}`, { replace: searching });
  };

  return (
    <form
      role="search"
      className="search-box"
      onSubmit={(event) => {
        event.preventDefault();
        search(text);
      }}
    >
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label="Search"
        placeholder="Titles, people, genres"
        value={text}
        maxLength={100}
        autoComplete="off"
        spellCheck={false}
        // Whoever comes here wants results soon; if they do not come now, the page asks again.
        onFocus={() => void import("./SearchResults").catch(() => undefined)}
        onChange={(event) => {
          const wanted = event.target.value;
          setText(wanted);
          clearTimeout(timer.current);
          timer.current = window.setTimeout(() => search(wanted), PAUSE_MS);
        }}
      />
    </form>
  );
}
