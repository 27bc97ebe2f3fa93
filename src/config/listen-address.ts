import { isIPv6 } from "node:net";
import type { ListenAddress } from "./config.ts";
import { bad, good, type Reading } from "./reading.ts";

const MAX_PORT = 65_535;
const REMEDY = "use :PORT, HOST:PORT or [::1]:PORT";

function isHost(host: string, isBracketed: boolean): boolean {
  return isBracketed ? isIPv6(host) : /^[A-Za-z0-9._-]*$/.test(host);
}

/** Reads `:17626`, `localhost:17626` or `[::1]:17626`. */
export function readListenAddress(written: unknown): Reading<ListenAddress> {
  const match = typeof written === "string" ? /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(written) : null;
  const [, bracketed, plain = "", port = ""] = match ?? [];
  const host = bracketed ?? plain;
  if (!match || !isHost(host, bracketed !== undefined)) return bad(`is not an address to listen on; ${REMEDY}`);
  if (Number(port) > MAX_PORT) return bad(`has a port above ${MAX_PORT}; use one from 0 to ${MAX_PORT}`);
  return good({ host: host === "" ? undefined : host, port: Number(port) });
}

/** An address as users write it; equal addresses have equal texts. */
export function listenAddressText({ host = "", port }: ListenAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
