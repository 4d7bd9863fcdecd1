import { expect, it } from "vitest";
import { copiesOf } from "./Picture";

const STEM = "/artwork/1/poster-0123456789abcdef";

it("names every copy of a picture by its width", () => {
  expect(copiesOf(`${STEM}-200-400-600.jpg`)).toBe(
    `${STEM}-200.jpg 200w, ${STEM}-400.jpg 400w, ${STEM}-200-400-600.jpg 600w`,
  );
});

it.each([
  `${STEM}-600.jpg`,
  // A mark of digits only is no width.
  "/artwork/1/poster-1234567890123456-600.jpg",
  "/artwork/1/still-1-abc.jpg",
  "https://elsewhere.example/poster.png",
])("asks for %s as it is", (src) => {
  expect(copiesOf(src)).toBeUndefined();
});
