import { join } from "node:path";
import { showValue } from "../config/messages.ts";
import { ConfigError, systemCode, systemWords } from "../errors.ts";
import { hint } from "../nearest.ts";
import { bad, good, type Reader } from "../result.ts";
import { DEFAULTS, type Parameters } from "../rules/parameters.ts";
import type { Host } from "./host.ts";
import { attributeOf, type Options, textOption } from "./options.ts";

/** What `rules` and `dashboards` share: options that say where their files are used, and where they are written. */

/** Reads the options of a command, and collects what is wrong with them. */
export interface PlaceReader {
  /** The value of an option, or `otherwise` where it is not given or is wrong. */
  readonly read: <T>(name: string, reader: Reader<T>, otherwise: T) => T;
  /** @throws ConfigError with every problem found */
  readonly finish: () => void;
}

/** Makes the reader of a command's options. */
export function createPlaceReader(options: Options): PlaceReader {
  const problems: string[] = [];
  return {
    read: (name, reader, otherwise) => {
      const text = textOption(options, attributeOf(`--${name}`));
      const reading = text === undefined ? good(otherwise) : reader(text);
      if (reading.ok) return reading.value;
      problems.push(`--${name}: ${showValue(text)} ${reading.problem}`);
      return otherwise;
    },
    finish: () => {
      if (problems.length > 0) throw new ConfigError(problems);
    },
  };
}

/** Reads one of a few words. */
export function readWord<T extends string>(what: string, words: readonly T[]): Reader<T> {
  return (written) => {
    const word = words.find((name) => name === written);
    return word === undefined ? bad(`is not a ${what}; ${hint(String(written), words, "--help")}`) : good(word);
  };
}

type Severities = Parameters["severities"];

/** What every tool takes as the value of a label without quotes. */
const WORD = /^[A-Za-z][\w-]*$/;

/** Reads other words for severities: `critical=page,warning=ticket`. */
export const readSeverities: Reader<Severities> = (written) => {
  const pairs = String(written)
    .split(",")
    .map((pair) => pair.split("=").map((part) => part.trim()));
  if (pairs.some(([, value, more]) => value === undefined || !WORD.test(value) || more !== undefined))
    return bad("is not a list of severities and other words for them; write it as critical=page,warning=ticket");
  const known = Object.keys(DEFAULTS.severities);
  const unknown = pairs.map(([name = ""]) => name).find((name) => !known.includes(name));
  if (unknown !== undefined) return bad(`names ${JSON.stringify(unknown)}; ${hint(unknown, known, "--help")}`);
  return good({ ...DEFAULTS.severities, ...Object.fromEntries(pairs) });
};

/** Texts by file name. */
export type NamedTexts = ReadonlyMap<string, string>;

async function writeTexts(directory: string, texts: NamedTexts, { files }: Host): Promise<void> {
  // With the permissions that the user's other files have: Prometheus and Grafana run as other users.
  await files.mkdir(directory).catch((error: unknown) => {
    if (systemCode(error) !== "EEXIST") throw error;
  });
  for (const [name, text] of texts) {
    await using file = await files.open(join(directory, name), "w");
    await file.writeFile(text);
  }
}

/**
 * Writes files into the directory of `--output-dir`, or their text to standard output.
 * @param printed what is printed without a directory
 * @throws ConfigError when the directory cannot be written to
 */
export async function deliverTexts(
  options: Options,
  { printed, files }: { readonly printed: () => string; readonly files: () => NamedTexts },
  host: Host,
): Promise<number> {
  const directory = textOption(options, attributeOf("--output-dir"));
  if (directory === undefined) {
    host.stdout.write(printed());
    return 0;
  }
  try {
    await writeTexts(directory, files(), host);
    return 0;
  } catch (error) {
    const problem = `${showValue(directory)} cannot be written to (${systemWords(error)})`;
    throw new ConfigError([`--output-dir: ${problem}; give a directory this user may create and write to`]);
  }
}
