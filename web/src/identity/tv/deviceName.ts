// What a screen calls itself when it asks to be signed in.

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/Tizen|SMART-TV/i, "Samsung television"],
  [/Web0S|webOS/i, "LG television"],
  [/AFT\w+/, "Fire TV"],
  [/Android.*\bTV\b|GoogleTV|BRAVIA/i, "Android television"],
  [/AppleTV/i, "Apple TV"],
  [/PlayStation/i, "PlayStation"],
  [/Xbox/i, "Xbox"],
  [/iPad/, "iPad"],
  [/iPhone/, "iPhone"],
  [/Android/, "Android device"],
  [/Windows/, "Windows computer"],
  [/Mac OS X/, "Mac"],
  [/CrOS/, "Chromebook"],
  [/Linux/, "Linux computer"],
];

/** A name that a person knows their device by, read out of its user agent. */
export function deviceName(agent: string): string {
  return KINDS.find(([pattern]) => pattern.test(agent))?.[1] ?? "A screen";
}
