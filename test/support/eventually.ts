import { setTimeout as pause } from "node:timers/promises";

const PAUSE_MS = 200;

/**
 * Asks again until the check no longer throws, for what other programs do in their own time.
 * @returns what the check returned
 * @throws the check's last error when it still throws at the deadline
 */
export async function eventually<T>(check: () => T | Promise<T>, timeoutMs: number): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() >= deadline) throw error;
    }
    await pause(PAUSE_MS);
  }
}
