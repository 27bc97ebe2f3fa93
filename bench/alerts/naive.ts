const QUALITY = "project, labeler";

/** What one would write first: plain comparisons, for the table. */
export const NAIVE_RULES = `groups:
  - name: naive
    rules:
      - alert: NaiveLabelerBelowTarget
        expr: |
          sum by (workspace, ${QUALITY}) (roboflow_images_approved{window="7d"})
          / sum by (workspace, ${QUALITY}) (
            roboflow_images_approved{window="7d"} + roboflow_images_rejected{window="7d"}
          ) < 0.9
        for: 1h
      - alert: NaiveLabelerFell
        expr: |
          sum by (workspace, ${QUALITY}) (roboflow_images_approved{window="7d"})
          / sum by (workspace, ${QUALITY}) (roboflow_images_approved{window="7d"} + roboflow_images_rejected{window="7d"})
          < sum by (workspace, ${QUALITY}) (roboflow_images_approved{window="28d"})
          / sum by (workspace, ${QUALITY}) (roboflow_images_approved{window="28d"} + roboflow_images_rejected{window="28d"})
          - 0.05
        for: 1h
      - alert: NaiveProjectDropped
        expr: |
          sum by (workspace, project) (roboflow_images_labeled{window="7d"})
          < 0.5 * sum by (workspace, project) (roboflow_images_labeled{window="28d"}) / 4
        for: 6h
      - alert: NaiveProjectStopped
        expr: |
          (
            sum by (workspace, project) (roboflow_images_labeled{window="7d"}) > 0
            unless sum by (workspace, project) (roboflow_images_labeled{window="today"}) > 0
          )
          and on () (day_of_week() > 0 and day_of_week() < 6 and hour() >= 15 and hour() < 18)
        for: 30m
`;
