import { stringify } from "yaml";
import type { EffectiveConfig, EffectiveSetting } from "./effective.ts";
import { shardText } from "./shards.ts";

const HEAD = `# The configuration in use, and where each value comes from: a flag, an environment variable, the file, or the default.
# Secrets are not shown. The flags stand below x-flags, a key that a configuration file may hold and that has no effect.
`;

function inline(value: unknown): string {
  return stringify(value, {
    collectionStyle: "flow",
    flowCollectionPadding: false,
    lineWidth: 0,
    blockQuote: false,
  }).trim();
}

/** A setting below its mapping. A default that is not a value is a comment. */
function leaf(name: string, { value, otherwise = "", origin }: EffectiveSetting): string {
  if (value === undefined) return `# ${name}: ${otherwise.replaceAll(/\s+/g, " ")} (${origin})`;
  return `${inline(name)}: ${inline(value)} # ${origin}`;
}

/** Settings as nested mappings, a line each. */
function mapping(settings: readonly (readonly [path: readonly string[], EffectiveSetting])[]): string[] {
  const groups = new Map<string, [readonly string[], EffectiveSetting][]>();
  for (const [[head = "", ...rest], setting] of settings)
    groups.set(head, [...(groups.get(head) ?? []), [rest, setting]]);
  return [...groups].flatMap(([name, below]) => {
    const lines = below.flatMap(([path, setting]) => (path.length === 0 ? [leaf(name, setting)] : []));
    const deeper = mapping(below.filter(([path]) => path.length > 0));
    if (deeper.length === 0) return lines;
    const isEmpty = deeper.every((line) => line.trimStart().startsWith("#"));
    return [`${isEmpty ? "# " : ""}${inline(name)}:`, ...deeper.map((line) => `  ${line}`)];
  });
}

function byPath(settings: readonly EffectiveSetting[]): string[] {
  return mapping(settings.map((setting) => [setting.key.split("."), setting]));
}

function listed(lines: readonly string[]): string[] {
  return lines.map((line, index) => `${index === 0 ? "  - " : "    "}${line}`);
}

/** How many of the workspaces are this shard's, as a comment. */
function shardLine({ placement }: EffectiveConfig): string[] {
  if (!placement) return [];
  const { own, polledBy } = placement;
  const count = polledBy.filter((index) => index === own.index).length;
  return [`  # This is shard ${shardText(own)}. Workspaces that it polls: ${count} of ${polledBy.length}.`];
}

/** Which shard polls a workspace, as a comment. */
function placeLine({ placement }: EffectiveConfig, workspace: number): string[] {
  const index = placement?.polledBy[workspace];
  if (!placement || index === undefined) return [];
  const { own } = placement;
  return [
    `  # polled by ${index === own.index ? "this shard" : `shard ${shardText({ ...own, index })}, not by this one`}`,
  ];
}

/** The settings as YAML that can be read as a configuration file, but for the secrets. */
export function effectiveYaml(config: EffectiveConfig): string {
  const { flags, common, workspaces } = config;
  const lines = [
    "x-flags:",
    // The dots in a flag's name are not levels.
    ...flags.map((flag) => `  ${leaf(flag.key, flag)}`),
    ...byPath(common),
    "workspaces:",
    ...shardLine(config),
    ...workspaces.flatMap((settings, index) => [...placeLine(config, index), ...listed(byPath(settings))]),
  ];
  return `${HEAD}\n${lines.join("\n")}\n`;
}
