import { expect, test } from "vitest";
import { limitsWithin } from "../../../src/http/open-files.ts";
import { SERVER_LIMITS } from "../../../src/http/server.ts";

function limitsFile(soft: string): string {
  return [
    "Limit                     Soft Limit           Hard Limit           Units     ",
    "Max processes             95906                95906                processes ",
    `Max open files            ${soft.padEnd(20)} 4096                 files     `,
    "Max locked memory         8388608              8388608              bytes     ",
  ].join("\n");
}

test.each([
  { files: "1048576", servers: 1, connections: 1_000, connectionsPerAddress: 250 },
  { files: "unlimited", servers: 1, connections: 1_000, connectionsPerAddress: 250 },
  { files: "1040", servers: 1, connections: 1_000, connectionsPerAddress: 250 },
  { files: "1024", servers: 1, connections: 984, connectionsPerAddress: 246 },
  { files: "1024", servers: 4, connections: 246, connectionsPerAddress: 62 },
  { files: "64", servers: 1, connections: 24, connectionsPerAddress: 6 },
  { files: "32", servers: 1, connections: 8, connectionsPerAddress: 2 },
])("$files open files leave each of $servers servers $connections connections", ({ files, servers, ...expected }) => {
  expect(limitsWithin(limitsFile(files), servers)).toEqual({ ...SERVER_LIMITS, ...expected });
});

test("a system that does not say how many files may be open changes nothing", () => {
  expect(limitsWithin(undefined, 1)).toBe(SERVER_LIMITS);
  expect(limitsWithin("", 1)).toBe(SERVER_LIMITS);
});
