import { Command, CommanderError, Option } from "commander";
import { ConfigError } from "../errors.ts";
import type { Redactor } from "../redact.ts";
import { VERSION } from "../version.ts";
import { addBackfillOptions } from "./backfill-options.ts";
import { runBackfill } from "./backfill.ts";
import { runCheck } from "./check-config.ts";
import { addDashboardsOptions, runDashboards } from "./dashboards.ts";
import { runDemo } from "./demo.ts";
import { COULD_NOT_RUN, runDoctor } from "./doctor.ts";
import { createFirstRedactor } from "./early-errors.ts";
import { HEALTH_ADDRESS, runHealthcheck } from "./healthcheck.ts";
import { type Host, stopRequested } from "./host.ts";
import { runOnce } from "./once.ts";
import {
  type Options,
  addCheck,
  addConfigurationOptions,
  addFlags,
  addServerOptions,
  addressText,
  variablesHelp,
} from "./options.ts";
import { addRawOptions, runRaw } from "./raw.ts";
import { addRulesOptions, runRules } from "./rules.ts";
import { SIMULATOR_ADDRESS, addSimulatorOptions, runSimulator } from "./simulate.ts";
import { runExporter } from "./serve.ts";

const VERSION_TEXT = `roboflow-exporter ${VERSION}`;

type Run = (options: Options, host: Host) => Promise<number>;

/** Makes the action of a command. */
type Act = (run: Run) => (options: Options, command: Command) => Promise<void>;

/** A command's options, and those before its name: they count as if they were given after it. */
function optionsOf(command: Command): Options {
  const before = command.parent?.opts() ?? {};
  const known = command.options.map((option) => option.attributeName());
  const unknown = command.parent?.options.find(
    (option) => option.attributeName() in before && !known.includes(option.attributeName()),
  );
  if (unknown) command.error(`error: unknown option '${unknown.long ?? ""}' for ${command.name()}`);
  return { ...before, ...command.opts() };
}

/** Every command that reads the exporter's configuration can check it instead. */
function checkOr(run: Run): Run {
  return (options, host) => (options["config.check"] === true ? runCheck(options, host) : run(options, host));
}

/** The exit code of a misspelt flag must not be that of problems found. */
function throwCouldNotRun({ exitCode, code, message }: CommanderError): never {
  throw new CommanderError(exitCode === 0 ? 0 : COULD_NOT_RUN, code, message);
}

function addQuestions(program: Command, act: Act): void {
  const once = program
    .command("once")
    .description("poll every workspace once and print the metrics; exits 1 when a poll failed");
  addConfigurationOptions(once).action(act(checkOr(runOnce)));
  const doctor = program
    .command("doctor")
    .description("ask the API what its documentation leaves open; exits 1 on problems, 2 when it could not ask")
    .option("--json", "print one JSON document")
    .exitOverride(throwCouldNotRun);
  addConfigurationOptions(doctor).action(act(checkOr((options, host) => runDoctor(options, host))));
}

function addHistory(program: Command, act: Act): void {
  const raw = program
    .command("raw")
    .description("write a workspace's raw rows, one per labeled image, to standard output");
  addRawOptions(raw).action(act(checkOr(runRaw)));
  const backfill = program
    .command("backfill")
    .description("write the history before the first scrape to a file for promtool");
  addBackfillOptions(backfill).action(act(checkOr(runBackfill)));
}

function addShipped(program: Command, act: Act): void {
  const rules = program
    .command("rules")
    .allowExcessArguments(false)
    .description("print the shipped recording rules and alerts, or an example of Alertmanager's configuration");
  addRulesOptions(rules).action(act(runRules));
  const dashboards = program
    .command("dashboards")
    .allowExcessArguments(false)
    .description("print the shipped Grafana dashboards");
  addDashboardsOptions(dashboards).action(act(runDashboards));
}

function addSimulations(program: Command, act: Act): void {
  const demo = program
    .command("demo")
    .allowExcessArguments(false)
    .description("run the exporter on simulated workspaces, without a key");
  addSimulatorOptions(addServerOptions(demo)).action(act(runDemo));
  const simulate = program.command("simulate").allowExcessArguments(false).description("run the simulated API alone");
  addSimulatorOptions(simulate)
    .option("--web.listen-address <address>", `where to listen (default: ${SIMULATOR_ADDRESS})`)
    .action(act(runSimulator));
}

function addHealthcheck(program: Command, act: Act): void {
  program
    .command("healthcheck")
    .allowExcessArguments(false)
    .description("ask a running exporter for its health; exits 1 when it is not healthy")
    .option("--web.listen-address <address>", `where it listens (default: ${HEALTH_ADDRESS})`)
    .action(act((options, host) => runHealthcheck(addressText(options, HEALTH_ADDRESS), host)));
}

/** The program without its commands: it runs the exporter. */
function createServerCommand({ stdout, stderr }: Host, redact: Redactor, act: Act): Command {
  const program = new Command("roboflow-exporter")
    .description("Prometheus exporter for Roboflow's Annotation Insights")
    .version(VERSION_TEXT, "-v, --version")
    // Some programs use -v, others -V.
    .addOption(new Option("-V").hideHelp())
    .on("option:V", () => {
      stdout.write(`${VERSION_TEXT}\n`);
      throw new CommanderError(0, "commander.version", VERSION_TEXT);
    })
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(redact(text)) })
    .addHelpText("after", variablesHelp())
    .usage("[options] [command]")
    .helpCommand("help [command]", "print the help of the program, or of a command")
    .allowExcessArguments();
  const serve = act(checkOr(runExporter));
  return program.action(async (options: Options, { args, commands }: Command) => {
    const [command] = args;
    if (command === undefined) return serve(options, program);
    const names = commands.map((one) => one.name()).join(", ");
    const problem = `${JSON.stringify(command)} is not a command; use ${names}, or no command to run the exporter`;
    throw new ConfigError([`command: ${problem}`]);
  });
}

/** Builds the command line. Each command reports its exit code. */
function createProgram(host: Host, redact: Redactor, report: (code: number) => void): Command {
  const act: Act = (run) => async (_, command) => {
    report(await run(optionsOf(command), host));
  };
  const program = addFlags(addCheck(createServerCommand(host, redact, act)), "--");
  for (const add of [addQuestions, addHistory, addShipped, addSimulations, addHealthcheck]) add(program, act);
  return program;
}

/** The exit code of a program whose reader has closed its pipe, like the first of `once | head`: 128 and SIGPIPE. */
const READER_GONE = 141;
/** How long a reader that does not read can delay a program that was asked to stop. */
const STUCK_MS = 1_000;

/** What went wrong with standard output. */
function problemOf(failure: string): string {
  if (failure === "EPIPE") return "its reader closed it before everything was written";
  return `cannot be written completely (${failure}); choose another destination`;
}

/** Waits until standard output is written; if it cannot be, the command fails. */
async function delivered(exitCode: number, host: Host): Promise<number> {
  const given = new AbortController();
  const stuck = stopRequested(host).then(() => host.clock.sleep(STUCK_MS, given.signal));
  const failure = await Promise.race([host.stdout.settled(), stuck.then(() => "ETIMEDOUT")]);
  stuck.catch(() => undefined);
  given.abort();
  if (failure === undefined) return exitCode;
  host.stderr.write(`standard output: ${problemOf(failure)}\n`);
  return exitCode || (failure === "EPIPE" ? READER_GONE : 1);
}

/**
 * Runs the program.
 * @param argv the arguments after the program's name
 * @returns the exit code: 0 for success, 1 for a mistake of the user or a bug
 */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  return delivered(await runCommand(argv, host), host);
}

async function runCommand(argv: readonly string[], host: Host): Promise<number> {
  let exitCode = 0;
  const redact = createFirstRedactor(host, argv);
  const program = createProgram(host, redact, (code) => (exitCode = code));
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    // commander has already written its message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode;
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) host.stderr.write(`${redact(problem)}\n`);
    return 1;
  }
}
