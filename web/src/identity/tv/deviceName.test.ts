import { expect, it } from "vitest";
import { deviceName } from "./deviceName";

it.each([
  ["Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36", "Samsung television"],
  ["Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36", "LG television"],
  ["Mozilla/5.0 (Linux; Android 12; AFTSSS) AppleWebKit/537.36", "Fire TV"],
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "Linux computer"],
  ["", "A screen"],
])("reads %s", (agent, name) => {
  expect(deviceName(agent)).toBe(name);
});
