/** What a reader of any file with recorded series has to know. */
export const CONVENTIONS =
  "Names are level:metric:operations. Each rule that reads the exporter starts with max by (...), so replicas count once " +
  "and job and instance go away. Each selector of a metric with a window names exactly one window, and the rule puts it on " +
  "its result. x / (n > 0) has no result where nothing was counted. Ratios are never averaged or summed: counts are. " +
  "A group reads the exporter and groups above it, never itself.";
