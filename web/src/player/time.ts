// How a place in a film is written and said.

function parts(time_s: number): [hours: number, minutes: number, seconds: number] {
  const whole = Number.isFinite(time_s) ? Math.max(0, Math.floor(time_s)) : 0;
  return [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
}

const two = (value: number): string => String(value).padStart(2, "0");

/** "1:02:09", "2:09", "0:09". */
export function clockTime(time_s: number): string {
  const [hours, minutes, seconds] = parts(time_s);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

function counted(value: number, unit: string): string {
  return `${value} ${unit}${value === 1 ? "" : "s"}`;
}

/** "1 hour 2 minutes 9 seconds", for ears. */
export function spokenTime(time_s: number): string {
  const [hours, minutes, seconds] = parts(time_s);
  const said = [
    hours > 0 && counted(hours, "hour"),
    minutes > 0 && counted(minutes, "minute"),
    seconds > 0 && counted(seconds, "second"),
  ].filter((part) => part !== false);
  return said.join(" ") || "0 seconds";
}
