import type { Command } from "commander";
import { readerOf, timezone, url, windows } from "../config/values.ts";
import { DASHBOARDS_FORMATS, type DashboardsFormat, dashboardsFiles, printDashboards } from "../dashboards/main.ts";
import { DEFAULT_PLACE, type Place } from "../dashboards/place.ts";
import { bad, good, type Reader } from "../result.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import { createPlaceReader, deliverTexts, readSeverities, readWord } from "./place.ts";

const AFTER_HELP = `
Targets and working hours come to the dashboards from the recorded series: they are options of rules. Give --severity-map
and --runbook-base-url to both commands alike.`;

/** Adds the options of `dashboards`. */
export function addDashboardsOptions(command: Command): Command {
  const { documents, windows: names } = DEFAULT_PLACE;
  return command
    .option("--format <format>", "json, or configmap for the sidecar of Grafana's chart (default: json)")
    .option("--output-dir <directory>", "write files into it instead of printing: with json one for each dashboard")
    .option("--datasource <uid>", "data source that is chosen at first, by uid or name (default: Grafana's)")
    .option("--timezone <zone>", "zone of the days, that of poll.timezone (default: UTC)")
    .option("--windows <names>", `the windows to choose from (default: ${names.join()})`)
    .option("--docs-base-url <url>", `where this project's files can be read (default: ${documents})`)
    .option("--runbook-base-url <url>", "where the runbooks are (default: prometheus/runbooks below --docs-base-url)")
    .option("--dashboard-base-url <url>", "what links between the dashboards begin with (default: their own Grafana)")
    .option("--severity-map <pairs>", "other values of the label severity, as given to rules")
    .addHelpText("after", AFTER_HELP);
}

const readDatasource: Reader<string> = (written) =>
  /^[^\p{Cc}"$\\]{1,200}$/u.test(String(written))
    ? good(String(written))
    : bad("is not the uid or name of a data source; copy it from Grafana");

/** Grafana's own word for UTC; other zones have their IANA names. */
const readZone: Reader<string> = (written) => {
  const zone = readerOf(timezone())(written);
  return zone.ok && zone.value === "UTC" ? good("utc") : zone;
};

const MAX_WINDOWS = 20;

const readWindows: Reader<readonly string[]> = (written) => {
  const names = String(written).split(",");
  const read = readerOf(windows(MAX_WINDOWS))(names.map((name) => name.trim()));
  return read.ok ? good(read.value.map(({ name }) => name)) : read;
};

/** What `dashboards` prints. */
interface DashboardsOptions {
  readonly format: DashboardsFormat;
  readonly place: Place;
}

/**
 * Reads the options of `dashboards`.
 * @throws ConfigError with every problem found
 */
function readDashboardsOptions(options: Options): DashboardsOptions {
  const { read, finish } = createPlaceReader(options);
  const datasource = read("datasource", readDatasource, undefined);
  const runbooks = read("runbook-base-url", readerOf(url()), undefined);
  const made: DashboardsOptions = {
    format: read("format", readWord("format", DASHBOARDS_FORMATS), "json"),
    place: {
      ...(datasource !== undefined && { datasource }),
      ...(runbooks !== undefined && { runbooks }),
      timezone: read("timezone", readZone, DEFAULT_PLACE.timezone),
      documents: read("docs-base-url", readerOf(url()), DEFAULT_PLACE.documents),
      grafana: read("dashboard-base-url", readerOf(url()), DEFAULT_PLACE.grafana),
      severities: read("severity-map", readSeverities, DEFAULT_PLACE.severities),
      windows: read("windows", readWindows, DEFAULT_PLACE.windows),
    },
  };
  finish();
  return made;
}

/** Prints the dashboards for the place where they are used, or writes their files. */
export function runDashboards(options: Options, host: Host): Promise<number> {
  const { format, place } = readDashboardsOptions(options);
  return deliverTexts(
    options,
    { printed: () => printDashboards(format, place), files: () => dashboardsFiles(format, place) },
    host,
  );
}
