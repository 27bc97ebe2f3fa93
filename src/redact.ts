/** What stands in a text in place of a secret. */
export const REDACTED = "<secret>";

/** Replaces every secret in a text, as URLs and JSON spell it too, and the value of any `api_key` parameter. */
export type Redactor = (text: string) => string;

function spellingsOf(secret: string): string[] {
  const wellFormed = secret.toWellFormed();
  const parameter = new URLSearchParams([["", wellFormed]]).toString().slice(1);
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(wellFormed), parameter];
}

/** Makes a {@link Redactor} for the given secrets. */
export function createRedactor(secrets: readonly string[]): Redactor {
  // The longest first: a secret that begins with another would keep its end.
  const spellings = [...new Set(secrets.flatMap(spellingsOf))]
    .filter((text) => text !== "")
    .sort((a, b) => b.length - a.length);
  return (text) =>
    spellings
      .reduce((redacted, spelling) => redacted.replaceAll(spelling, REDACTED), text)
      .replace(/(api_key=)[^&\s"'<\\]+/gi, `$1${REDACTED}`);
}
