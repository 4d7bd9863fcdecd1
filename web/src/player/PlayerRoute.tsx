// Shows the player's page once its code is there. Not `lazy`: React holds back for 300 ms what follows
// a fallback, and whoever pressed Play would wait for nothing.
import { useEffect, useState } from "react";
import { LoadingPage } from "../design/States";
import { loadedPlayerPage, loadPlayerPage } from "./load";

export function PlayerRoute({ titleId }: { titleId: string }) {
  const [loaded, setLoaded] = useState(loadedPlayerPage);
  useEffect(() => {
    if (loaded) return;
    loadPlayerPage().then(
      () => setLoaded(loadedPlayerPage),
      (error: unknown) =>
        // Where errors of rendering go: the boundary above says it and offers to load again.
        setLoaded(() => {
          throw error;
        }),
    );
  }, [loaded]);
  if (!loaded) return <LoadingPage />;
  const { component: PlayerPage } = loaded;
  return <PlayerPage titleId={titleId} />;
}
