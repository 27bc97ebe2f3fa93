import { MAIN_SOURCE } from "../sources/metric-names.ts";
import type { Parameters } from "./parameters.ts";

/** Minutes after midnight as a time of day. */
function clock(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

function routes({ severities }: Parameters): string {
  return `# Example configuration of Alertmanager for the rules of roboflow-exporter. Put your own receivers in, by the
# samples for Slack, mail and PagerDuty at its end, and set the working hours and their time zone. See README.md in this directory.
route:
  receiver: operators
  group_by: [alertname, workspace]
  group_wait: 10s
  group_interval: 5m
  repeat_interval: 12h
  routes:
    # About people's work: to those who lead it, at hours when they can act. Alerts that start at night are delivered in the morning.
    - matchers: ['area=~"quality|output"']
      receiver: annotation
      active_time_intervals: [working-hours]
      routes:
        # What may be: one list a day, at the hour when the working day begins.
        - matchers: ["tier=digest"]
          active_time_intervals: [working-hours] # not inherited from the route above
          group_by: [workspace]
          group_wait: 5m
          group_interval: 1d
          repeat_interval: 4d
    # About the exporter and the API: to those who run it, at any hour.
    - matchers: ["area=exporter", "severity=${severities.info}"]
      receiver: operators
      group_interval: 1h
      repeat_interval: 4d

`;
}

function timeIntervals({ notify: { from, to, timezone } }: Parameters): string {
  return `time_intervals:
  - name: working-hours
    time_intervals:
      - weekdays: ["monday:friday"]
        times:
          - start_time: "${clock(from)}"
            end_time: "${clock(to)}"
        location: ${timezone}

`;
}

const INHIBIT_RULES = `inhibit_rules:
  # Data that is old, or that the API refuses, says nothing about people's work.
  - source_matchers:
      - alertname=~"RoboflowDataStale|RoboflowApiKeyRejected|RoboflowPlanOrBilling|RoboflowWorkspaceNotFound|RoboflowResponseInvalid"
      - source="${MAIN_SOURCE}"
    target_matchers: ['area=~"quality|output"']
    equal: [workspace]
  # The reason why the data is stale says more than that it is stale.
  - source_matchers:
      - alertname=~"RoboflowApiKeyRejected|RoboflowPlanOrBilling|RoboflowWorkspaceNotFound|RoboflowResponseInvalid"
    target_matchers: ["alertname=RoboflowDataStale"]
    equal: [workspace, source]
  # Without any exporter, what still fires is a remnant. No workspace label here, so this holds for all of them.
  - source_matchers: ["alertname=RoboflowExporterAbsent"]
    target_matchers:
      ['alertname=~"Roboflow.+"', 'alertname!~"RoboflowExporterAbsent|RoboflowExporterDown|RoboflowDataMissing"']
  # A target that is down is the more precise message.
  - source_matchers: ["alertname=RoboflowExporterDown"]
    target_matchers: ["alertname=RoboflowExporterAbsent"]
  # The whole before its parts.
  - source_matchers: ["alertname=RoboflowWorkspaceLabelingStopped"]
    target_matchers: ["alertname=RoboflowProjectLabelingStopped"]
    equal: [workspace]
  - source_matchers: ["alertname=RoboflowWorkspaceThroughputDropped"]
    target_matchers: ['alertname=~"RoboflowProjectThroughputDropped|RoboflowLabelerIdle"']
    equal: [workspace]
  - source_matchers: ['alertname=~"RoboflowWorkspaceApprovalFell|RoboflowWorkspaceApprovalBelowTarget"']
    target_matchers:
      [
        'alertname=~"RoboflowProjectApprovalFell|RoboflowProjectApprovalBelowTarget|RoboflowLabelerApprovalFell|RoboflowLabelerApprovalBelowTarget|RoboflowLabelerApprovalFellDigest|RoboflowLabelerApprovalBelowTargetDigest"',
      ]
    equal: [workspace]
  # Not a project before its labelers: one of them can be the reason, and only their alert says who.
  # A ticket says it all.
  - source_matchers: ['alertname=~"RoboflowLabelerApprovalFell|RoboflowLabelerApprovalBelowTarget"']
    target_matchers: ['alertname=~"RoboflowLabelerApprovalFellDigest|RoboflowLabelerApprovalBelowTargetDigest"']
    equal: [workspace, labeler, project]
  # One message about one person in one project: below the target says more than fell.
  - source_matchers: ["alertname=RoboflowLabelerApprovalBelowTarget"]
    target_matchers: ["alertname=RoboflowLabelerApprovalFell"]
    equal: [workspace, labeler, project]
  - source_matchers: ["alertname=RoboflowLabelerApprovalBelowTargetDigest"]
    target_matchers: ["alertname=RoboflowLabelerApprovalFellDigest"]
    equal: [workspace, labeler, project]
  # Data that is missing for hours says more than that it is old; it holds without any exporter, too.
  - source_matchers: ["alertname=RoboflowDataMissing"]
    target_matchers: ["alertname=RoboflowDataStale"]
    equal: [workspace]

`;

const RECEIVERS = `# The webhooks are placeholders: a program of yours that listens there gets each notification as JSON. Alertmanager logs a
# failed delivery as long as nothing listens. Below each stand samples of other ways: remove the # and the webhook.
receivers:
  - name: annotation
    webhook_configs:
      - url: http://127.0.0.1:9099/annotation
        send_resolved: true
    # slack_configs:
    #   - api_url_file: /etc/alertmanager/slack-webhook-url
    #     channel: "#annotation"
    #     send_resolved: true
    # email_configs:
    #   - to: annotation-lead@example.com
    #     from: alertmanager@example.com
    #     smarthost: smtp.example.com:587
    #     auth_username: alertmanager@example.com
    #     auth_password_file: /etc/alertmanager/smtp-password
    #     send_resolved: true
  - name: operators
    webhook_configs:
      - url: http://127.0.0.1:9099/operators
        send_resolved: true
    # pagerduty_configs:
    #   - routing_key_file: /etc/alertmanager/pagerduty-key
    #     send_resolved: true
`;

/** An example configuration of Alertmanager for the rules, with the hours at which people want to hear of their work. */
export function renderAlertmanager(parameters: Parameters): string {
  return routes(parameters) + timeIntervals(parameters) + INHIBIT_RULES + RECEIVERS;
}
