import { get } from "node:http";

const TIMEOUT_MS = 3_000;

/**
 * Asks a running exporter for its health.
 * @returns undefined when it is healthy, else what is wrong
 */
export function checkHealth(url: URL, timeoutMs = TIMEOUT_MS): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? undefined : `${url.href} answered ${response.statusCode ?? "nothing"}`);
    });
    request.on("timeout", () => {
      resolve(`${url.href} did not answer within ${timeoutMs / 1000} s`);
      request.destroy();
    });
    request.on("error", ({ message }) => {
      resolve(`${url.href} cannot be reached: ${message}`);
    });
  });
}
