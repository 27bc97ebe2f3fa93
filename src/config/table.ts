import { z } from "zod";
import { code, markdownTable } from "../markdown.ts";

/** A value as a user would write it. */
type Written = string | number | boolean | readonly string[] | Readonly<Record<string, string | readonly string[]>>;

/** What the docs, `--help` and the messages say about a key. */
export interface Notes {
  /** What it means. */
  readonly note: string;
  /** The value that holds when none is given, as a user would write it. */
  readonly default?: Written;
  /** What happens when none is given, where that is not a value. */
  readonly otherwise?: string;
  /** Another value as a user would write it. Needed where there is no default, and where there is a variable. */
  readonly example?: Written;
  /** The environment variable that replaces the key. One without the prefix `ROBOFLOW_` can be written with it too. */
  readonly env?: string;
  /** The flag, and what stands for its value in `--help`; without that it takes no value. */
  readonly flag?: readonly [name: string, placeholder?: string];
  /** How messages show the value, where it may be secret. */
  readonly show?: (value: unknown) => string;
}

/** The notes of every key, by its schema. */
const NOTES = z.registry<Notes>();

/** A key that may be left out. */
export function key<T extends z.ZodType>(schema: T, notes: Notes): z.ZodExactOptional<T> {
  const optional = schema.exactOptional();
  NOTES.add(optional, notes);
  return optional;
}

/** One key of the table. */
export interface Row extends Notes {
  /** With `[]` where a list's index stands: `workspaces[].totals`. */
  readonly path: string;
  /** As a user writes it: a flag, a variable, or the path in the file. */
  readonly name: string;
  /** What values it takes, in words. */
  readonly type: string;
  readonly schema: z.core.$ZodType;
  /** Whether it can be given several times, or with commas. */
  readonly isList: boolean;
}

function withoutOptional(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodExactOptional ? schema.unwrap() : schema;
}

/** What holds the keys below a key: of what can be switched on, the mapping that may stand there instead. */
function holderOf(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = withoutOptional(schema);
  const out = inner instanceof z.ZodPipe ? inner.out : inner;
  return out instanceof z.ZodOptional ? out.unwrap() : out;
}

function rowOf(path: string, optional: z.core.$ZodType): Row[] {
  const notes = NOTES.get(optional);
  const schema = withoutOptional(optional);
  const type = z.globalRegistry.get(schema)?.description ?? "";
  const isList = schema instanceof z.ZodArray;
  return notes ? [{ ...notes, path, type, schema, isList, name: notes.flag?.[0] ?? path }] : [];
}

/** The rows of a mapping's keys, in their order, each before those of the keys below it. */
export function rowsOf(schema: z.core.$ZodType, prefix = ""): Row[] {
  const inner = holderOf(schema);
  if (inner instanceof z.ZodArray) return rowsOf(inner.element, `${prefix}[]`);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries<z.core.$ZodType>(inner.shape).flatMap(([name, child]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    return [...rowOf(path, child), ...rowsOf(child, path)];
  });
}

/** What the exporter's environment variables begin with. */
export const PREFIX = "ROBOFLOW_";

/** The rows that a variable replaces, under its name. */
export function variablesOf(rows: readonly Row[]): Row[] {
  return rows.flatMap((row) => (row.env === undefined ? [] : [{ ...row, name: row.env }]));
}

/** What an environment variable can be called: any can have the prefix. */
export function namesOf({ name }: Row): string[] {
  return name.startsWith(PREFIX) ? [name] : [name, `${PREFIX}${name}`];
}

/** Whether a key belongs to one workspace. */
export const isOfWorkspace = ({ path }: Row) => path.startsWith("workspaces[].");

/** The defaults of a mapping's keys, as a user would write them. */
export function defaultsOf(schema: z.core.$ZodType): Readonly<Record<string, unknown>> {
  const rows = rowsOf(schema).filter((row) => row.default !== undefined);
  return Object.fromEntries(rows.map((row) => [row.path, row.default]));
}

/** The value that a text means for a key: flags and variables are texts. */
export function fromText({ schema, isList }: Pick<Row, "schema" | "isList">, text: string): unknown {
  if (isList) return text.split(",").map((part) => part.trim());
  if (schema instanceof z.ZodNumber && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text)) return Number(text);
  if (schema instanceof z.ZodBoolean && /^(?:true|false)$/.test(text)) return text === "true";
  return text;
}

const isList = (written: object): written is readonly string[] => Array.isArray(written);

/** A value as one text. */
function writtenText(written: Written): string {
  if (typeof written !== "object") return String(written);
  if (isList(written)) return written.join(", ");
  return Object.entries(written)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : `[${value.join(", ")}]`}`)
    .join(", ");
}

/** A value that the key takes, preferably not its default. */
export function exampleText({ example, default: written = "" }: Notes): string {
  return writtenText(example ?? written);
}

/** What holds without the key; undefined where there is nothing to say. */
export function defaultText({ default: written, otherwise }: Notes): string | undefined {
  return written === undefined ? otherwise : writtenText(written);
}

const example = (row: Row) => (row.example === undefined ? undefined : code(writtenText(row.example)));

/** A table of flags, or of keys of the file, for the docs. */
export function keyTable(head: string, rows: readonly Row[]): string {
  const columns = {
    [head]: ({ name }: Row) => code(name),
    Type: ({ type }: Row) => type,
    Default: defaultText,
    Example: example,
    Meaning: ({ note }: Row) => note,
  };
  return markdownTable(columns, rows);
}

/** A table of environment variables for the docs. */
export function variableTable(rows: readonly Row[], namesOf: (row: Row) => readonly string[]): string {
  const columns = {
    Variable: (row: Row) => namesOf(row).map(code).join(" or "),
    Replaces: ({ path, flag }: Row) => code(flag?.[0] ?? path),
    Type: ({ type }: Row) => type,
    Example: (row: Row) => code(exampleText(row)),
    Meaning: ({ note }: Row) => note,
  };
  return markdownTable(columns, rows);
}
