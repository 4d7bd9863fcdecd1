import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Where `npm run dev` finds a running service.
const SERVICE = process.env["MATINEE_ADDRESS"] ?? "http://127.0.0.1:8480";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // The content security policy allows no data: addresses for scripts, styles and fonts.
    assetsInlineLimit: 0,
    manifest: true,
    // Shaka Player is large, lazy and beyond our reach.
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/media", "/artwork", "/steering"].map((path) => [path, { target: SERVICE }]),
    ),
  },
});
