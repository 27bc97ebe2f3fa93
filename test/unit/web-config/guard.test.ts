import { Socket } from "node:net";
import { expect, test } from "vitest";
import { isLocal } from "../../../src/web-config/guard.ts";

test.each([
  { remote: "127.0.0.1", local: "127.0.0.1", is: true },
  { remote: "127.0.0.9", local: "127.0.0.1", is: true },
  { remote: "::1", local: "::1", is: true },
  { remote: "::ffff:127.0.0.1", local: "::ffff:127.0.0.1", is: true },
  { remote: "10.0.0.5", local: "10.0.0.5", is: true },
  { remote: "10.0.0.6", local: "10.0.0.5", is: false },
  { remote: "128.127.0.1", local: "10.0.0.5", is: false },
  { remote: "::ffff:10.0.0.6", local: "::ffff:10.0.0.5", is: false },
  { remote: "1::1", local: "2::1", is: false },
  { remote: undefined, local: undefined, is: false },
])("a client at $remote, asking $local, is on this machine: $is", ({ remote, local, is }) => {
  const socket = new Socket();
  Object.defineProperties(socket, { remoteAddress: { value: remote }, localAddress: { value: local } });
  expect(isLocal(socket)).toBe(is);
});
