/** A full configuration file; a test loads it. */
export const EXAMPLE_YAML = `api:
  url: https://api.roboflow.com
  auth: query
  end_date: inclusive
  timeout: 60s
  retries: 3
  max_response_bytes: 32MiB

poll:
  interval: 15m # or: schedule: "0 6-20 * * 1-5"
  timezone: UTC
  jitter: 30s
  concurrency: 2
  stale_after: 1h
  legacy_interval: 1h

calendar:
  weekdays: [monday, tuesday, wednesday, thursday, friday]
  hours: 09:00-18:00
  holidays: [2026-12-25, 2027-01-01]

windows: [today, 7d, 14d, 28d, all]

labelers:
  identity: hmac
  hmac_key_file: /run/secrets/labelers-hmac-key
  system: [autolabelservice, Auto Label]

metrics:
  exclude: [roboflow_boxes_updated]

limits:
  series: 50000

workspaces:
  - name: acme-vision
    api_key_file: /run/secrets/acme-vision-key
    totals: [project, labeler]
    legacy: true
    approval_target:
      default: 0.9
      helmets: 0.95
  - name: acme-research
    api_key_env: ACME_RESEARCH_KEY
    projects: [cells, leaves]
    approval_target: 0.8
    poll:
      schedule: "0 6-20 * * 1-5"
    windows: [today, week, month]
`;
