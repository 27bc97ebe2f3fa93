import fc from "fast-check";
import { expect, test } from "vitest";
import { plainText } from "../../src/untrusted.ts";

test.each([
  { name: "a plain text", text: "Roof tiles, 2nd", plain: "Roof tiles, 2nd" },
  { name: "tabs and line ends", text: " a\t\tb\r\nc\n", plain: "a b c" },
  { name: "separators of lines and paragraphs", text: "a\u2028b\u2029c\u0085d\vf", plain: "a b c d f" },
  { name: "spaces of other widths", text: "a\u00a0\u2003\u3000b", plain: "a b" },
  { name: "an escape sequence", text: "\u001b[31mred\u001b[0m", plain: "[31mred[0m" },
  { name: "a title for the terminal", text: "\u001b]0;title\u0007\u009d2;x\u009c", plain: "]0;title2;x" },
  { name: "the other controls", text: "a\u0000\u0008\u007f\u0080\u009fb", plain: "ab" },
  { name: "bidi controls", text: "\u202egnp.exe\u202c \u2066x\u2069\u200e\u200f\u061cy", plain: "gnp.exe xy" },
  { name: "zero-width characters", text: "a\u200bb\u2060c\ufeffd\u00ade", plain: "abcde" },
  { name: "annotations and tags", text: "a\ufff9b\ufffa\ufffb\u{e0041}c", plain: "abc" },
  { name: "half a surrogate pair", text: "a\ud800b", plain: "a\ufffdb" },
  { name: "joiners between letters", text: "می\u200cخواهم क\u094d\u200dष", plain: "می\u200cخواهم क\u094d\u200dष" },
  {
    name: "an emoji of several",
    text: "👩\u200d👩\u200d👧 ❤\ufe0f\u200d🔥",
    plain: "👩\u200d👩\u200d👧 ❤\ufe0f\u200d🔥",
  },
  { name: "joiners at the ends of words", text: "\u200da\u200c b \u200d \u200cc\u200d\u200dd", plain: "a b cd" },
  { name: "nothing that can be seen", text: " \u200b\u2060\u3164\u2800\ufe0f\u200d\n", plain: "" },
  { name: "letters of any script", text: "Łódź 屋根 крыша سقف", plain: "Łódź 屋根 крыша سقف" },
])("$name", ({ text, plain }) => {
  expect(plainText(text)).toBe(plain);
});

test("the result is one line, without controls, and stays as it is the second time", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const plain = plainText(text);
      expect(plain).not.toMatch(/[\p{Cc}\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]|^\s|\s$/u);
      expect(plainText(plain)).toBe(plain);
    }),
    { numRuns: 2_000 },
  );
});
