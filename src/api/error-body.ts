import type { Redactor } from "../redact.ts";

const MAX_LENGTH = 200;

function textOf(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const text: unknown = Reflect.get(value, key);
  return typeof text === "string" && text.trim() !== "" ? text : undefined;
}

function rawError(json: unknown): string | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  const error: unknown = Reflect.get(json, "error");
  if (error === undefined || error === null || error === false || error === "") return undefined;
  if (typeof error === "string") {
    const message = textOf(json, "message");
    return message === undefined ? error : `${error}: ${message}`;
  }
  return textOf(error, "message") ?? textOf(error, "type") ?? "no message";
}

// Redacted before it is cut: half a key is no longer recognized as one.
function oneLine(text: string, redact: Redactor): string {
  return redact(text).replace(/\s+/g, " ").trim().slice(0, MAX_LENGTH);
}

/**
 * One redacted line out of the five shapes of error bodies seen on the platform: `{error: text}`, `{error, hint}`,
 * `{error: {message}}`, `{error: code, message}`, `{code, message}`.
 * @returns undefined when the body carries no `error`.
 */
export function describeErrorBody(json: unknown, redact: Redactor): string | undefined {
  const text = rawError(json);
  return text === undefined ? undefined : oneLine(text, redact);
}

/** As {@link describeErrorBody}, for a body whose status already said that it is an error. */
export function describeFailure(body: string, redact: Redactor): string {
  try {
    const json: unknown = JSON.parse(body);
    return describeErrorBody(json, redact) ?? oneLine(textOf(json, "message") ?? "no message", redact);
  } catch {
    // An HTML page says nothing in one line; plain text does.
    return /^\s*</.test(body) ? "an HTML page" : oneLine(body, redact) || "an empty body";
  }
}
