/** What stands in a text in place of a secret. */
export const REDACTED = "<secret>";

/** Replaces every secret in a text, as it is and as a URL spells it, and the value of any `api_key` parameter. */
export type Redactor = (text: string) => string;

/** Makes a {@link Redactor} for the given secrets. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const spellings = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]).filter((text) => text !== "");
  return (text) =>
    spellings
      .reduce((redacted, spelling) => redacted.replaceAll(spelling, REDACTED), text)
      .replace(/(api_key=)[^&\s"'<]+/gi, `$1${REDACTED}`);
}
