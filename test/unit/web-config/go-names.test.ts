import { expect, test } from "vitest";
import { cipherList, curveList, parseGoDuration } from "../../../src/web-config/go-names.ts";

test.each([
  { text: "0", ms: 0 },
  { text: "1s", ms: 1_000 },
  { text: "1m30s", ms: 90_000 },
  { text: "1.5h", ms: 5_400_000 },
  { text: "250ms", ms: 250 },
  { text: "1500us", ms: 1.5 },
  { text: "1500µs", ms: 1.5 },
  { text: "2000000ns", ms: 2 },
  { text: "", ms: undefined },
  { text: "1", ms: undefined },
  { text: "1d", ms: undefined },
  { text: "-1s", ms: undefined },
  { text: "1s 1s", ms: undefined },
])("the duration $text is $ms ms", ({ text, ms }) => {
  expect(parseGoDuration(text)).toBe(ms);
});

test("cipher suites of TLS 1.3 are always on", () => {
  expect(cipherList(["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"])).toBe(
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE-RSA-AES128-GCM-SHA256",
  );
});

test("curves keep their order", () => {
  expect(curveList(["CurveP521", "X25519", "CurveP256"])).toBe("P-521:X25519:P-256");
});
