import type { RuleFile } from "./model.ts";

export const outputAlerts: RuleFile = {
  file: "alerts-output.yml",
  comment:
    'Alerts about the amount of work. They read the recording rules and need the windows today, 7d and 28d.\n\nWho did nothing in a window has no series there. So "stopped" and "idle" are written with unless, and only while\nroboflow_workspace_images_labeled shows that the window is polled at all.',
  groups: [
    {
      name: "roboflow-alerts-output",
      rules: [
        {
          alert: "RoboflowWorkspaceThroughputDropped",
          expr: `(
  workspace:roboflow_images_labeled_by_humans:sum{window="7d"}
  or on (workspace)
  0 * workspace:roboflow_images_labeled_by_humans:sum{window="28d"}
)
/ on (workspace)
(workspace:roboflow_images_labeled_by_humans:weekly_baseline21d >= 200)
< 0.5
and on (workspace)
roboflow_workspace_images_labeled{window="7d"}`,
          for: "6h",
          keepFiringFor: "1h",
          labels: { severity: "warning", area: "output" },
          summary: `Labeling in a workspace has dropped to less than half.`,
          description: `Workspace {{ $labels.workspace }}: people labeled {{ $value | humanizePercentage }} in the last 7 days of what they labeled per week in the 21 days before {{- with printf "workspace:roboflow_images_labeled_by_humans:weekly_baseline21d{workspace=%q}" $labels.workspace | query -}} , which was {{ . | first | value | printf "%.0f" }} images{{ end }}.`,
        },
        {
          alert: "RoboflowProjectThroughputDropped",
          expr: `(
  (
    project:roboflow_images_labeled_by_humans:sum{window="7d"}
    or on (workspace, project)
    0 * project:roboflow_images_labeled_by_humans:sum{window="28d"}
  )
  / on (workspace, project)
  (project:roboflow_images_labeled_by_humans:weekly_baseline21d >= 100)
  < 0.5
  and on (workspace)
  roboflow_workspace_images_labeled{window="7d"}
)
* on (workspace, project) group_left (project_name)
project:roboflow_project_info:one_name`,
          for: "6h",
          keepFiringFor: "1h",
          labels: { severity: "info", area: "output" },
          summary: `Labeling in a project has dropped to less than half.`,
          description: `Project {{ $labels.project_name }} (workspace {{ $labels.workspace }}): people labeled {{ $value | humanizePercentage }} in the last 7 days of what they labeled per week in the 21 days before {{- with printf "project:roboflow_images_labeled_by_humans:weekly_baseline21d{workspace=%q,project=%q}" $labels.workspace $labels.project | query -}} , which was {{ . | first | value | printf "%.0f" }} images{{ end }}.`,
        },
        {
          alert: "RoboflowWorkspaceLabelingStopped",
          expr: `workspace:roboflow_images_labeled_by_humans:sum{window="7d"} >= 50
and on (workspace)
workspace:roboflow_images_labeled_by_humans:weekly_baseline21d >= 50
unless on (workspace)
workspace:roboflow_images_labeled_by_humans:sum{window="today"} > 0
and on (workspace)
roboflow_workspace_images_labeled{window="today"}
and on ()
global:roboflow_working_hours:bool == 1`,
          for: "30m",
          labels: { severity: "warning", area: "output" },
          summary: `Nobody labels in a workspace on a working day.`,
          description: `Workspace {{ $labels.workspace }}: nobody has labeled an image today, after {{ $value | printf "%.0f" }} images in the last 7 days.`,
        },
        {
          alert: "RoboflowProjectLabelingStopped",
          expr: `(
  project:roboflow_images_labeled_by_humans:sum{window="7d"} >= 50
  and on (workspace, project)
  project:roboflow_images_labeled_by_humans:weekly_baseline21d >= 50
  unless on (workspace, project)
  project:roboflow_images_labeled_by_humans:sum{window="today"} > 0
  and on (workspace)
  roboflow_workspace_images_labeled{window="today"}
  and on ()
  global:roboflow_working_hours:bool == 1
)
* on (workspace, project) group_left (project_name)
project:roboflow_project_info:one_name`,
          for: "30m",
          labels: { severity: "info", area: "output" },
          summary: `Nobody labels in a project on a working day.`,
          description: `Project {{ $labels.project_name }} (workspace {{ $labels.workspace }}): nobody has labeled an image today, after {{ $value | printf "%.0f" }} images in the last 7 days.`,
        },
        {
          alert: "RoboflowLabelerIdle",
          expr: `(
  labeler:roboflow_images_labeled_by_humans:sum{window="28d"} >= 20
  unless on (workspace, labeler)
  labeler:roboflow_images_labeled_by_humans:sum{window="7d"} > 0
  and on (workspace)
  workspace:roboflow_images_labeled_by_humans:sum{window="7d"} > 0
)
* on (workspace, labeler) group_left (labeler_name)
labeler:roboflow_labeler_info:one_name`,
          for: "6h",
          keepFiringFor: "1h",
          labels: { severity: "info", area: "output" },
          summary: `A labeler who was active has labeled nothing for 7 days.`,
          description: `{{ $labels.labeler_name }} (workspace {{ $labels.workspace }}) has labeled nothing in the last 7 days, after {{ $value | printf "%.0f" }} images in the 21 days before.`,
        },
        {
          alert: "RoboflowProjectReviewBacklog",
          expr: `(
  project:roboflow_images_labeled:sum{window="7d"}
  - on (workspace, project)
  project:roboflow_images_reviewed:sum{window="7d"}
  >= 100
  and on (workspace, project)
  (
    project:roboflow_images_reviewed:sum{window="7d"}
    / on (workspace, project)
    project:roboflow_images_labeled:sum{window="7d"}
    < on (workspace, project)
    0.5 * project:roboflow_images_reviewed:baseline21d / project:roboflow_images_labeled:baseline21d
  )
  and on (workspace, project)
  project:roboflow_images_reviewed:baseline21d >= 50
)
* on (workspace, project) group_left (project_name)
project:roboflow_project_info:one_name`,
          for: "6h",
          keepFiringFor: "1h",
          labels: { severity: "info", area: "output" },
          summary: `Reviews of a project no longer keep pace with labeling.`,
          description: `Project {{ $labels.project_name }} (workspace {{ $labels.workspace }}): in the last 7 days {{ $value | printf "%.0f" }} more images were labeled than review decisions taken, and there were less than half as many decisions per labeled image as in the 21 days before.`,
        },
      ],
    },
  ],
};
