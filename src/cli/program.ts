import { Command, CommanderError } from "commander";
import { ConfigError } from "../errors.ts";
import type { Redactor } from "../redact.ts";
import { VERSION } from "../version.ts";
import { addBackfillOptions } from "./backfill-options.ts";
import { runBackfill } from "./backfill.ts";
import { runDemo } from "./demo.ts";
import { COULD_NOT_RUN, runDoctor } from "./doctor.ts";
import { runExporter } from "./export.ts";
import { createFirstRedactor } from "./first-redactor.ts";
import { HEALTH_ADDRESS, runHealthcheck } from "./healthcheck.ts";
import { type Host, stopRequested } from "./host.ts";
import { runOnce } from "./once.ts";
import {
  type Options,
  addConfigurationOptions,
  addFlags,
  addServerOptions,
  textOption,
  variablesHelp,
} from "./options.ts";
import { runRaw } from "./raw.ts";
import { addRawOptions } from "./raw-options.ts";
import { runRules } from "./rules.ts";
import { addRulesOptions } from "./rules-options.ts";
import { SIMULATOR_ADDRESS, runSimulator } from "./simulate.ts";
import { addSimulatorOptions } from "./simulator-options.ts";

function unknownCommand(name: string): ConfigError {
  return new ConfigError([
    `command: ${JSON.stringify(name)} is unknown; use once, doctor, backfill, raw, rules, demo, simulate, healthcheck or none`,
  ]);
}

type Run = (options: Options, host: Host) => Promise<number>;

/** Makes an action of a command: one that takes its own flags, and one that also takes those before its name. */
interface Actions {
  readonly own: (run: Run) => (options: Options) => Promise<void>;
  readonly withParents: (run: Run) => (options: Options, command: Command) => Promise<void>;
}

/** A misspelt flag must not pass for problems found. */
function throwCouldNotRun({ exitCode, code, message }: CommanderError): never {
  throw new CommanderError(exitCode === 0 ? 0 : COULD_NOT_RUN, code, message);
}

function addQuestions(program: Command, { withParents }: Actions): void {
  const once = program
    .command("once")
    .description("poll every workspace once and print the metrics; exits 1 when a poll failed");
  addConfigurationOptions(once).action(withParents(runOnce));
  const doctor = program
    .command("doctor")
    .description("ask the API what its documentation leaves open; exits 1 on problems, 2 when it could not ask")
    .option("--json", "print one JSON document")
    .exitOverride(throwCouldNotRun);
  addConfigurationOptions(doctor).action(withParents((options, host) => runDoctor(options, host)));
}

function addHistory(program: Command, { withParents }: Actions): void {
  const raw = program
    .command("raw")
    .allowExcessArguments(false)
    .description("write a workspace's raw rows, one per labeled image, to standard output");
  addRawOptions(raw).action(withParents(runRaw));
  const backfill = program
    .command("backfill")
    .description("write the history before the first scrape to a file for promtool");
  addBackfillOptions(backfill).action(withParents(runBackfill));
}

function addRules(program: Command, { own }: Actions): void {
  const rules = program
    .command("rules")
    .allowExcessArguments(false)
    .description("print the shipped recording rules and alerts, or an example of Alertmanager's configuration");
  addRulesOptions(rules).action(own(runRules));
}

function addSimulations(program: Command, { own }: Actions): void {
  const demo = program
    .command("demo")
    .allowExcessArguments(false)
    .description("run the exporter on simulated workspaces, without a key");
  addSimulatorOptions(addServerOptions(demo)).action(own(runDemo));
  const simulate = program.command("simulate").allowExcessArguments(false).description("run the simulated API alone");
  addSimulatorOptions(simulate)
    .option("--web.listen-address <address>", `where to listen (default: ${SIMULATOR_ADDRESS})`)
    .action(own(runSimulator));
}

function addHealthcheck(program: Command, { own }: Actions): void {
  program
    .command("healthcheck")
    .allowExcessArguments(false)
    .description("ask a running exporter for its health; exits 1 when it is not healthy")
    .option("--web.listen-address <address>", `where it listens (default: ${HEALTH_ADDRESS})`)
    .action(own((options, host) => runHealthcheck(textOption(options, "web.listenAddress") ?? HEALTH_ADDRESS, host)));
}

/** Builds the command line. Each command reports its exit code. */
function createProgram(host: Host, redact: Redactor, report: (code: number) => void): Command {
  const { stdout, stderr } = host;
  const actions: Actions = {
    own: (run) => async (options) => {
      report(await run(options, host));
    },
    // A flag before the command's name is the program's, and must not be lost.
    withParents: (run) => async (_, command) => {
      report(await run(command.optsWithGlobals(), host));
    },
  };
  const program = new Command("roboflow-exporter")
    .description("Prometheus exporter for Roboflow's Annotation Insights")
    .version(`roboflow-exporter ${VERSION}`, "--version")
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(redact(text)) })
    .option("--config.check", "check the configuration, print what is wrong, and exit")
    .addHelpText("after", variablesHelp())
    .usage("[options] [command]")
    .allowExcessArguments()
    .action(async (options: Options, { args }: Command) => {
      const [command] = args;
      if (command !== undefined) throw unknownCommand(command);
      await actions.own(runExporter)(options);
    });
  addFlags(program, "--");
  for (const add of [addQuestions, addHistory, addRules, addSimulations, addHealthcheck]) add(program, actions);
  return program;
}

/** As the system has it for a program whose reader has gone away, like the first of `once | head`: 128 and SIGPIPE. */
const READER_GONE = 141;
/** How long a reader who does not read holds up a program that was asked to stop. */
const STUCK_MS = 1_000;

/** What is said of output that is not out. */
function problemOf(failure: string): string {
  if (failure === "EPIPE") return "its reader has gone away before all was written";
  return `cannot be written whole (${failure}); choose a place that takes it`;
}

/** Sees to it that what went to standard output is out, or that the command fails. */
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
 * @returns the exit code: 0 for success, 1 for anything the user or a bug must answer for
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
