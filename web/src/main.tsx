import "./design/index.css";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/queries";
import { App } from "./app/App";
import { onSignOut, start } from "./session/session";

onSignOut(() => queryClient.clear());
void start();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has lost its #root");
createRoot(root).render(<App />);
