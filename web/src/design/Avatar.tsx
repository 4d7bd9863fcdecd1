// A profile's picture: one small landscape per name.
import type { ReactNode } from "react";
import type { AvatarName } from "../api/messages";

interface Scene {
  sky: string;
  shapes: ReactNode;
}

const SCENES: Record<AvatarName, Scene> = {
  amber: {
    sky: "#f6a93b",
    shapes: (
      <>
        <circle cx="50" cy="62" r="24" fill="#ffe2a6" />
        <path d="M0 62h100v38H0z" fill="#b4571c" />
        <path d="M0 74h100v26H0z" fill="#7c3513" />
      </>
    ),
  },
  coral: {
    sky: "#f27f68",
    shapes: (
      <>
        <path
          d="M0 100V58a16.700 16.700 0 0 1 33.300 0 16.700 16.700 0 0 1 33.400 0 16.700 16.700 0 0 1 33.300 0v42z"
          fill="#c9473f"
        />
        <path
          d="M-17 100V80a17 17 0 0 1 34 0 17 17 0 0 1 33 0 17 17 0 0 1 33 0 17 17 0 0 1 34 0v20z"
          fill="#8e2a33"
        />
        <circle cx="70" cy="26" r="11" fill="#ffd9c4" />
      </>
    ),
  },
  fern: {
    sky: "#3f8f5f",
    shapes: (
      <>
        <path d="M50 96C20 76 20 40 50 12c30 28 30 64 0 84z" fill="#a9dba0" />
        <path
          d="M50 96V30M50 58l16-14M50 58L34 44M50 76l15-13M50 76L35 63"
          stroke="#256143"
          strokeWidth="4"
          fill="none"
          strokeLinecap="round"
        />
      </>
    ),
  },
  iris: {
    sky: "#5b4bb7",
    shapes: (
      <g fill="#c9bcff">
        <ellipse cx="50" cy="28" rx="14" ry="20" />
        <ellipse cx="50" cy="28" rx="14" ry="20" transform="rotate(72 50 50)" />
        <ellipse cx="50" cy="28" rx="14" ry="20" transform="rotate(144 50 50)" />
        <ellipse cx="50" cy="28" rx="14" ry="20" transform="rotate(216 50 50)" />
        <ellipse cx="50" cy="28" rx="14" ry="20" transform="rotate(288 50 50)" />
        <circle cx="50" cy="50" r="11" fill="#ffcd72" />
      </g>
    ),
  },
  lagoon: {
    sky: "#6cc5c8",
    shapes: (
      <>
        <circle cx="30" cy="30" r="13" fill="#fff3cf" />
        <path d="M0 56q12.500-10 25 0t25 0 25 0 25 0v44H0z" fill="#23899b" />
        <path d="M0 74q12.500-10 25 0t25 0 25 0 25 0v26H0z" fill="#125a73" />
      </>
    ),
  },
  moss: {
    sky: "#c7c57b",
    shapes: (
      <>
        <path d="M0 64Q30 34 62 62t38-8v46H0z" fill="#7f8f3f" />
        <path d="M0 82q34-26 60-6t40-8v32H0z" fill="#4d5f2b" />
        <circle cx="72" cy="26" r="10" fill="#fdf3c4" />
      </>
    ),
  },
  night: {
    sky: "#1f2b57",
    shapes: (
      <>
        <path d="M66 18a26 26 0 1 0 14 38 22 22 0 0 1-14-38z" fill="#f6e7b7" />
        <path
          d="M22 22v.1M34 48v.1M84 22v.1M18 66v.1M90 76v.1"
          stroke="#cfd8ff"
          strokeWidth="5"
          strokeLinecap="round"
        />
        <path d="M0 86q50-16 100 0v14H0z" fill="#10183a" />
      </>
    ),
  },
  plum: {
    sky: "#7a3566",
    shapes: (
      <>
        <circle cx="38" cy="60" r="26" fill="#b85a94" />
        <circle cx="66" cy="48" r="22" fill="#e59bc4" fillOpacity="0.85" />
        <path
          d="M52 30q6-16 20-18"
          stroke="#f3d6a0"
          strokeWidth="5"
          fill="none"
          strokeLinecap="round"
        />
      </>
    ),
  },
  rose: {
    sky: "#f3b4b6",
    shapes: (
      <>
        <circle cx="50" cy="50" r="34" fill="#d9607b" />
        <circle cx="54" cy="48" r="24" fill="#b83e60" />
        <circle cx="49" cy="51" r="14" fill="#8d2548" />
        <circle cx="51" cy="50" r="5" fill="#ffd3c9" />
      </>
    ),
  },
  slate: {
    sky: "#93a7b8",
    shapes: (
      <>
        <path d="M-4 100l36-58 22 32 14-18 36 44z" fill="#4d6274" />
        <path d="M32 42l10 14.500-7 3-5-4-6 3z" fill="#eef4f7" />
        <circle cx="72" cy="26" r="10" fill="#ffe9bf" />
      </>
    ),
  },
};

export const AVATARS = Object.keys(SCENES) as AvatarName[];

export function Avatar({ name }: { name: AvatarName }) {
  const scene = SCENES[name];
  return (
    <svg className="avatar" viewBox="0 0 100 100" aria-hidden="true">
      <rect width="100" height="100" fill={scene.sky} />
      {scene.shapes}
    </svg>
  );
}
