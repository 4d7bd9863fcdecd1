import { expect, it } from "vitest";
import { grown, keyed, moved } from "./numbered";

it("moves an entry as far as there is room", () => {
  expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
  expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b", "c"], 0, -1)).toEqual(["a", "b", "c"]);
  expect(moved(["a", "b", "c"], 2, 5)).toEqual(["a", "b", "c"]);
  expect(moved(["a"], 3, 1)).toEqual(["a"]);
});

it("gives a new entry a key that no other has, whatever went before it", () => {
  const [, second] = keyed([{ name: "a" }, { name: "b" }]);
  const list = grown(second ? [second] : [], { name: "c" });
  expect(list.map(({ key }) => key)).toEqual([1, 2]);
  expect(grown([], { name: "d" })[0]?.key).toBe(0);
});
