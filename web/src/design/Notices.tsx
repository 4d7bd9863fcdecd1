import "./notices.css";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { Button, RoundButton } from "./Button";
import { closeNotice, listenToNotices, noticeNow, type Notice } from "./notice";

const SHOWN_MS = 10_000;

function Words({ notice }: { notice: Notice }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Whoever is about to press something is given the time again.
    const timer = setInterval(() => {
      if (!frame.current?.matches(":hover, :focus-within")) closeNotice(notice);
    }, SHOWN_MS);
    return () => clearInterval(timer);
  }, [notice]);
  useEffect(() => {
    // What had the focus went with what was taken away.
    if (document.activeElement === document.body) frame.current?.querySelector("button")?.focus();
  }, [notice]);
  return (
    <div ref={frame} className="notice">
      <span>{notice.words}</span>
      {notice.action && (
        <Button
          small
          onClick={() => {
            closeNotice(notice);
            notice.action?.act();
          }}
        >
          {notice.action.label}
        </Button>
      )}
      <RoundButton icon="close" label="Close" onClick={() => closeNotice(notice)} />
    </div>
  );
}

/** Where notices appear; it is always there, so that it is read out when one comes. */
export function Notices() {
  const notice = useSyncExternalStore(listenToNotices, noticeNow);
  return (
    <div className="notices" role="status" data-region={notice ? "notices" : undefined}>
      {notice && <Words notice={notice} />}
    </div>
  );
}
