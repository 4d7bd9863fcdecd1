import "./design/index.css";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/queries";
import { App } from "./app/App";
import { renewWhenStale } from "./app/staleParts";
import { onSignOut, start } from "./session/session";

onSignOut(() => queryClient.clear());
renewWhenStale({ events: window, kept: () => sessionStorage, reload: () => location.reload() });
void start();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has lost its #root");
createRoot(root).render(<App />);
