import { describe, expect, test } from "vitest";
import { brokenError, connectError } from "../../../src/roboflow/connection-errors.ts";
import { ApiError } from "../../../src/errors.ts";

const PEER = "api.test:443";

function withCode(code: unknown, message = "GET http://api/?api_key=secret failed"): Error {
  return Object.assign(new Error(message), { code });
}

describe("what keeps a connection from being made", () => {
  test.each([
    { code: "UND_ERR_CONNECT_TIMEOUT", says: "no answer in time (UND_ERR_CONNECT_TIMEOUT)", reason: "timeout" },
    { code: "ETIMEDOUT", says: "no answer in time (ETIMEDOUT)", reason: "timeout" },
    {
      code: "EHOSTUNREACH",
      says: "the host cannot be reached (EHOSTUNREACH); check this machine's routes and firewall",
      reason: "network",
    },
    {
      code: "ENETUNREACH",
      says: "the network cannot be reached (ENETUNREACH); check this machine's routes and firewall",
      reason: "network",
    },
    {
      code: "EMFILE",
      says: "this process has too many files open (EMFILE); raise its limit (ulimit -n)",
      reason: "network",
    },
    {
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
      says: "its certificate is for another name (ERR_TLS_CERT_ALTNAME_INVALID); use a name that the certificate holds",
      reason: "network",
    },
    {
      code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      says: "it requires a client certificate, which the exporter does not have (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED)",
      reason: "network",
    },
    { code: "INVALID_CA", says: "its certificate is not valid (INVALID_CA)", reason: "network" },
    { code: "EWHATEVER", says: "EWHATEVER", reason: "network" },
  ])("becomes words for $code", ({ code, says, reason }) => {
    for (const error of [withCode(code), new TypeError("outer", { cause: withCode(code) })]) {
      const made = connectError(PEER, error);
      expect({ message: made.message, reason: made.reason }).toEqual({
        message: `cannot connect to ${PEER}: ${says}`,
        reason,
      });
      expect(made.cause).toBeUndefined();
    }
  });

  test("is said for each address, once where it is the same", () => {
    const errors = [
      Object.assign(withCode("ENETUNREACH"), { address: "fd00::1" }),
      Object.assign(withCode("ETIMEDOUT"), { address: "192.0.2.1" }),
    ];
    expect(connectError(PEER, new AggregateError(errors)).message).toBe(
      `cannot connect to ${PEER}: fd00::1: the network cannot be reached (ENETUNREACH), ` +
        "192.0.2.1: no answer in time (ETIMEDOUT); check this machine's routes and firewall",
    );
    const same = new AggregateError([withCode("ECONNRESET"), withCode("ECONNRESET")]);
    expect(connectError(PEER, same).message).toBe(`cannot connect to ${PEER}: the connection was reset (ECONNRESET)`);
  });

  test("is a timeout only where no address failed otherwise", () => {
    const all = new AggregateError([withCode("ETIMEDOUT"), withCode("ETIMEDOUT")]);
    const some = new AggregateError([withCode("ETIMEDOUT"), withCode("ECONNREFUSED")]);
    expect([connectError(PEER, all).reason, connectError(PEER, some).reason]).toEqual(["timeout", "network"]);
  });

  test.each([undefined, null, "secret", new Error("secret"), withCode(20), withCode("api_key=x"), { cause: null }])(
    "says nothing of %s, which has no code",
    (error) => {
      expect(connectError(PEER, error).message).toBe(`cannot connect to ${PEER}: no code`);
    },
  );
});

test("what breaks a connection is said with the moment", () => {
  const [before, after] = [false, true].map((hasAnswer) => brokenError(PEER, withCode("EPIPE"), hasAnswer).message);
  expect(before).toBe(`the connection to ${PEER} failed before the answer: the connection was closed (EPIPE)`);
  expect(after).toBe(`the connection to ${PEER} failed in the middle of the answer: the connection was closed (EPIPE)`);
});

test("an ApiError stays what it is", () => {
  const error = new ApiError("too large", { reason: "too_large" });
  expect([connectError(PEER, error), brokenError(PEER, error, true)]).toEqual([error, error]);
});
