import { expect, test } from "vitest";
import { Html, html } from "../../../src/pages/html.ts";
import { durationText, spanText, timeTag } from "../../../src/pages/times.ts";

test("what is put into a template is escaped, wherever it stands", () => {
  const name = `<script>alert("1")</script>&'`;
  const escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;";
  expect(html`<p title="${name}">${name}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
});

test("templates nest, lists are joined, nothing is nothing", () => {
  const items = ["a&b", "c"].map((item) => html`<li>${item}</li>`);
  const list = html`<ul>
    ${[items, undefined, 7]}
  </ul>`;
  expect(list.text.replaceAll(/\s/g, "")).toBe("<ul><li>a&amp;b</li><li>c</li>7</ul>");
  expect(html`${list}${new Html("<hr>")}`.text).toBe(`${list.text}<hr>`);
});

test.each([
  [-180_000, "3 min ago"],
  [-59_400, "59 s ago"],
  [-3_600_000, "1 h ago"],
  [-200_000_000, "2 d ago"],
  [-400, "now"],
  [0, "now"],
  [600, "in 1 s"],
  [725_000, "in 12 min"],
])("%i ms from now is %s, with the exact time to point at", (ms, words) => {
  const now = Date.parse("2026-11-18T12:00:00.250Z");
  const iso = new Date(now + ms).toISOString();
  const exact = `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
  expect(timeTag(now + ms, now).text).toBe(`<time datetime="${iso}" title="${exact}">${words}</time>`);
});

test("lengths of time have a unit that fits", () => {
  expect([0, 840, 3_210, 59_999, 60_000, 125_000].map(durationText)).toEqual([
    ...["0 ms", "840 ms", "3.2 s", "60.0 s", "1 min", "2 min"],
  ]);
  expect(spanText(0)).toBe("0 s");
});
