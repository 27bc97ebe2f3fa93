import type { RuleFile } from "./model.ts";

export const qualityAlerts: RuleFile = {
  file: "alerts-quality.yml",
  comment:
    "Alerts about the quality of the work. They read the recording rules and need the windows 7d and 28d.\n\nThe label area lets Alertmanager route and inhibit: quality, output or exporter. Names are joined from one_name series,\nwhich fall back to ids. Values in messages are shares of review decisions; Roboflow's own rate is added where known.",
  groups: [
    {
      name: "roboflow-alerts-quality",
      rules: [
        {
          alert: "RoboflowLabelerApprovalBelowTarget",
          expr: `(
  project_labeler:roboflow_images_approved_per_reviewed:ratio{window="7d"}
  and on (workspace, project, labeler)
  (
    project_labeler:roboflow_images_approved_per_reviewed:wilson_upper95{window="7d"}
    < on (workspace, project) group_left ()
    project:roboflow_approval_target:ratio
  )
  and on (workspace, project, labeler)
  project_labeler:roboflow_images_reviewed:sum{window="7d"} >= 20
  unless on (workspace, project, labeler)
  (
    max by (workspace, project, labeler) (roboflow_approval_ratio{window="7d"})
    >= on (workspace, project) group_left ()
    project:roboflow_approval_target:ratio
  )
)
* on (workspace, project) group_left (project_name)
project:roboflow_project_info:one_name
* on (workspace, labeler) group_left (labeler_name)
labeler:roboflow_labeler_info:one_name`,
          for: "1h",
          keepFiringFor: "1h",
          labels: { severity: "warning", area: "quality" },
          summary: `A labeler's approvals are below the target.`,
          description: `{{ $labels.labeler_name }} in project {{ $labels.project_name }} (workspace {{ $labels.workspace }}): {{ $value | humanizePercentage }} {{ with printf "project_labeler:roboflow_images_reviewed:sum{workspace=%q,project=%q,labeler=%q,window=\\"7d\\"}" $labels.workspace $labels.project $labels.labeler | query -}} of {{ . | first | value | printf "%.0f" }} {{ end -}} review decisions of the last 7 days were approvals {{- with printf "project:roboflow_approval_target:ratio{workspace=%q,project=%q}" $labels.workspace $labels.project | query -}} , the target is {{ . | first | value | humanizePercentage }}{{ end }}. {{- with printf "max(roboflow_approval_ratio{workspace=%q,project=%q,labeler=%q,window=\\"7d\\"})" $labels.workspace $labels.project $labels.labeler | query }} Roboflow's own approval rate is {{ . | first | value | humanizePercentage }}.{{ end }}`,
        },
        {
          alert: "RoboflowLabelerApprovalFell",
          expr: `(
  project_labeler:roboflow_images_approved_per_reviewed:ratio{window="7d"}
  and on (workspace, project, labeler)
  (
    project_labeler:roboflow_images_approved_per_reviewed:ratio_baseline21d
    - on (workspace, project, labeler)
    project_labeler:roboflow_images_approved_per_reviewed:ratio{window="7d"}
    >= 0.05
  )
  and on (workspace, project, labeler)
  project_labeler:roboflow_images_approved_per_reviewed:zscore_7d_baseline21d < -3
  and on (workspace, project, labeler)
  project_labeler:roboflow_images_reviewed:sum{window="7d"} >= 20
  and on (workspace, project, labeler)
  project_labeler:roboflow_images_reviewed:baseline21d >= 50
)
* on (workspace, project) group_left (project_name)
project:roboflow_project_info:one_name
* on (workspace, labeler) group_left (labeler_name)
labeler:roboflow_labeler_info:one_name`,
          for: "1h",
          keepFiringFor: "1h",
          labels: { severity: "warning", area: "quality" },
          summary: `A labeler's approvals have fallen against the labeler's own baseline.`,
          description: `{{ $labels.labeler_name }} in project {{ $labels.project_name }} (workspace {{ $labels.workspace }}): {{ $value | humanizePercentage }} of the review decisions of the last 7 days were approvals {{- with printf "project_labeler:roboflow_images_approved_per_reviewed:ratio_baseline21d{workspace=%q,project=%q,labeler=%q}" $labels.workspace $labels.project $labels.labeler | query -}} , against {{ . | first | value | humanizePercentage }} in the 21 days before{{ end }}. {{- with printf "max(roboflow_approval_ratio{workspace=%q,project=%q,labeler=%q,window=\\"7d\\"})" $labels.workspace $labels.project $labels.labeler | query }} Roboflow's own approval rate is {{ . | first | value | humanizePercentage }}.{{ end }}`,
        },
        {
          alert: "RoboflowProjectApprovalBelowTarget",
          expr: `(
  project:roboflow_images_approved_per_reviewed:ratio{window="7d"}
  and on (workspace, project)
  (
    project:roboflow_images_approved_per_reviewed:wilson_upper95{window="7d"}
    < on (workspace, project)
    project:roboflow_approval_target:ratio
  )
  and on (workspace, project)
  project:roboflow_images_reviewed:sum{window="7d"} >= 50
  unless on (workspace, project)
  (
    max by (workspace, project) (roboflow_project_approval_ratio{window="7d"})
    >= on (workspace, project)
    project:roboflow_approval_target:ratio
  )
)
* on (workspace, project) group_left (project_name)
project:roboflow_project_info:one_name`,
          for: "1h",
          keepFiringFor: "1h",
          labels: { severity: "warning", area: "quality" },
          summary: `A project's approvals are below its target.`,
          description: `Project {{ $labels.project_name }} (workspace {{ $labels.workspace }}): {{ $value | humanizePercentage }} {{ with printf "project:roboflow_images_reviewed:sum{workspace=%q,project=%q,window=\\"7d\\"}" $labels.workspace $labels.project | query -}} of {{ . | first | value | printf "%.0f" }} {{ end -}} review decisions of the last 7 days were approvals {{- with printf "project:roboflow_approval_target:ratio{workspace=%q,project=%q}" $labels.workspace $labels.project | query -}} , the target is {{ . | first | value | humanizePercentage }}{{ end }}. {{- with printf "max(roboflow_project_approval_ratio{workspace=%q,project=%q,window=\\"7d\\"})" $labels.workspace $labels.project | query }} Roboflow's own approval rate is {{ . | first | value | humanizePercentage }}.{{ end }}`,
        },
        {
          alert: "RoboflowWorkspaceApprovalBelowTarget",
          expr: `workspace:roboflow_images_approved_per_reviewed:ratio{window="7d"}
and on (workspace)
(
  workspace:roboflow_images_approved_per_reviewed:wilson_upper95{window="7d"}
  < on (workspace)
  workspace:roboflow_approval_target:ratio
)
and on (workspace)
workspace:roboflow_images_reviewed:sum{window="7d"} >= 100
unless on (workspace)
(
  max by (workspace) (roboflow_workspace_approval_ratio{window="7d"})
  >= on (workspace)
  workspace:roboflow_approval_target:ratio
)`,
          for: "1h",
          keepFiringFor: "1h",
          labels: { severity: "warning", area: "quality" },
          summary: `A workspace's approvals are below its target.`,
          description: `Workspace {{ $labels.workspace }}: {{ $value | humanizePercentage }} {{ with printf "workspace:roboflow_images_reviewed:sum{workspace=%q,window=\\"7d\\"}" $labels.workspace | query -}} of {{ . | first | value | printf "%.0f" }} {{ end -}} review decisions of the last 7 days were approvals {{- with printf "workspace:roboflow_approval_target:ratio{workspace=%q}" $labels.workspace | query -}} , the projects' targets together ask for {{ . | first | value | humanizePercentage }}{{ end }}. {{- with printf "max(roboflow_workspace_approval_ratio{workspace=%q,window=\\"7d\\"})" $labels.workspace | query }} Roboflow's own approval rate is {{ . | first | value | humanizePercentage }}.{{ end }}`,
        },
        {
          alert: "RoboflowProjectNullShareJumped",
          expr: `(
  project:roboflow_images_marked_null_per_labeled:ratio{window="7d"}
  and on (workspace, project)
  (
    project:roboflow_images_marked_null_per_labeled:ratio{window="7d"}
    - on (workspace, project)
    project:roboflow_images_marked_null_per_labeled:ratio_baseline21d
    >= 0.1
  )
  and on (workspace, project)
  project:roboflow_images_marked_null_per_labeled:zscore_7d_baseline21d > 3
  and on (workspace, project)
  project:roboflow_images_labeled:sum{window="7d"} >= 100
  and on (workspace, project)
  project:roboflow_images_labeled:baseline21d >= 100
)
* on (workspace, project) group_left (project_name)
project:roboflow_project_info:one_name`,
          for: "2h",
          keepFiringFor: "1h",
          labels: { severity: "info", area: "quality" },
          summary: `More images of a project than usual are marked null.`,
          description: `Project {{ $labels.project_name }} (workspace {{ $labels.workspace }}): {{ $value | humanizePercentage }} of the images labeled in the last 7 days are marked null {{- with printf "project:roboflow_images_marked_null_per_labeled:ratio_baseline21d{workspace=%q,project=%q}" $labels.workspace $labels.project | query -}} , against {{ . | first | value | humanizePercentage }} in the 21 days before{{ end }}.`,
        },
        {
          alert: "RoboflowProjectModelAssistShareJumped",
          expr: `(
  project:roboflow_images_model_assisted_per_labeled:ratio{window="7d"}
  and on (workspace, project)
  abs(
    project:roboflow_images_model_assisted_per_labeled:ratio{window="7d"}
    - on (workspace, project)
    project:roboflow_images_model_assisted_per_labeled:ratio_baseline21d
  ) >= 0.2
  and on (workspace, project)
  abs(project:roboflow_images_model_assisted_per_labeled:zscore_7d_baseline21d) > 3
  and on (workspace, project)
  project:roboflow_images_labeled:sum{window="7d"} >= 100
  and on (workspace, project)
  project:roboflow_images_labeled:baseline21d >= 100
)
* on (workspace, project) group_left (project_name)
project:roboflow_project_info:one_name`,
          for: "2h",
          keepFiringFor: "1h",
          labels: { severity: "info", area: "quality" },
          summary: `The share of model-assisted images of a project has jumped.`,
          description: `Project {{ $labels.project_name }} (workspace {{ $labels.workspace }}): model assist was used on {{ $value | humanizePercentage }} of the images labeled in the last 7 days {{- with printf "project:roboflow_images_model_assisted_per_labeled:ratio_baseline21d{workspace=%q,project=%q}" $labels.workspace $labels.project | query -}} , against {{ . | first | value | humanizePercentage }} in the 21 days before{{ end }}.`,
        },
      ],
    },
  ],
};
