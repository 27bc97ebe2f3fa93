import { type ServerLimits, SERVER_LIMITS } from "./server.ts";

/** Where Linux says what the process may use. */
export const PROCESS_LIMITS_FILE = "/proc/self/limits";

/** Files that are open for all else: the program itself, the log, connections to the API, the restart cache. */
const RESERVED = 40;
/** Less than this would keep Prometheus out as soon as somebody looks at a page. */
const FEWEST_CONNECTIONS = 8;
/** The part of the connections that one address may have. */
const SHARE = SERVER_LIMITS.connectionsPerAddress / SERVER_LIMITS.connections;

/**
 * The limits of each server, so that connections leave the process enough files that it can open. When there are none left,
 * the system refuses the next connection, which may be Prometheus'.
 * @param processLimits the content of {@link PROCESS_LIMITS_FILE}; undefined on a system without it
 * @param servers how many addresses are listened on
 */
export function limitsWithin(processLimits: string | undefined, servers: number): ServerLimits {
  const openFiles = Number(/^Max open files +(\d+)/m.exec(processLimits ?? "")?.[1] ?? Infinity);
  const room = Math.max(FEWEST_CONNECTIONS, Math.floor((openFiles - RESERVED) / servers));
  if (room >= SERVER_LIMITS.connections) return SERVER_LIMITS;
  return { ...SERVER_LIMITS, connections: room, connectionsPerAddress: Math.ceil(room * SHARE) };
}
