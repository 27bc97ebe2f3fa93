/** What holds when nobody says otherwise. Durations in milliseconds, sizes in bytes. */
export const DEFAULTS = {
  listenAddresses: [":17626"],
  telemetryPath: "/metrics",
  maxRequests: 40,
  logLevel: "info",
  logFormat: "json",
  api: {
    url: "https://api.roboflow.com",
    auth: "query",
    end_date: "inclusive",
    timeout: 60_000,
    retries: 3,
    max_response_bytes: 32 * 2 ** 20,
  },
  intervalSeconds: 900,
  legacyIntervalSeconds: 3600,
  poll: { timezone: "UTC", concurrency: 2 },
  windows: ["today", "7d", "14d", "28d", "all"],
  systemLabelers: ["autolabelservice", "Auto Label"],
  series: 50_000,
} as const;
