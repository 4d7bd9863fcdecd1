import "./offline.css";
import { useSyncExternalStore } from "react";
import { isCrowded, onCrowd } from "../api/crowd";

const OFFLINE = "You are offline. What is on screen stays; everything else waits for the network.";
const CROWDED = "Very many people are here just now. What you asked for comes in a moment.";

function subscribe(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/** Why something takes longer than it should: no network, or a service with too much to do. */
export function OfflineBanner() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  const crowded = useSyncExternalStore(onCrowd, isCrowded);
  const why = !online ? OFFLINE : crowded ? CROWDED : "";
  return (
    <div role="status" className={why ? "offline" : "unseen"}>
      {why}
    </div>
  );
}
