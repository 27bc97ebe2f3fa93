/** Longer than any key, short enough for the patterns below. */
const MAX_LENGTH = 512;

/** Shorter texts are not keys, and hiding them in messages would garble the messages. */
export const MIN_SECRET = 8;

const QUOTES = "\"'`“”‘’„«»";

/** Names of a key, alone or among words that ask for one, once only letters and digits are left. */
const PLACEHOLDER_WORDS =
  /^(?:rf)?(?:your|my|the|own|real|actual|insert|enter|paste|replace|put|add|set|with|roboflow|private|publishable|workspace|secret|sample|example|dummy|fake)*(?:api)?(?:key|token|secret)(?:here|goes|value)*$/;
const PLACEHOLDERS =
  /^(?:(?:change|replace)(?:me|this|it)\w*|redacted\w*|placeholder\w*|todo|tbd|none|null|undefined|nan|true|false|example|password)$/;

/** Marks, words for a key, one character repeated: what documentation and masks have in a key's place. */
function isPlaceholder(key: string): boolean {
  const words = key.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  if (PLACEHOLDER_WORDS.test(words) || PLACEHOLDERS.test(words)) return true;
  if (/[<>…•]|\.{3}|^\[.*\]$|(?:^|[-_. ])your(?:[-_. ]|$)/i.test(key)) return true;
  return new Set(key.replace(/^rf_/, "").replaceAll(/[-_]/g, "")).size <= 1;
}

const test = (pattern: RegExp) => (key: string) => pattern.test(key);

/** Texts that are found in a key's place, the clearest first, with what is wrong and the remedy. */
const FAULTS: readonly (readonly [isFaulty: (key: string) => boolean, problem: string])[] = [
  [(key) => key === "", "is empty; give the key"],
  [(key) => key.length > MAX_LENGTH, `is longer than ${MAX_LENGTH} characters; give the key alone`],
  [
    (key) => QUOTES.includes(key.slice(0, 1)) || QUOTES.includes(key.slice(-1)),
    "has quotes around the key; remove them (docker's --env-file keeps them)",
  ],
  [
    test(/^\$\w|\$[{(]|^%\w+%$|\{\{|\}\}/),
    "is a variable or a template that was not expanded; give the key itself, or a variable's name in api_key_env",
  ],
  [
    test(/%[\da-f]{2}|&(?:quot|apos|amp|lt|gt|#\w{1,6});/i),
    "is written as in a URL or in HTML; give the key as Roboflow shows it",
  ],
  [
    test(/^[a-z][\w+.-]*:\/\/|^(?:arn|env|ref|file|vault|secret|secretref|ssm|encrypted):\S|^ENC\[/i),
    "is a URL or a reference that was not resolved; give the key itself",
  ],
  [
    test(/^(?:(?:export|set)\s+)?\w+\s?=\s?[^=\s]|^[\w-]+:\s|^\w+_KEY:|[?&]api_key=/i),
    "is a whole line, with a name before the key; give only the key",
  ],
  [test(/^(?:bearer|basic|token)\s/i), "begins with the word of a header; give only the key that follows it"],
  [test(/^\{/), "is JSON; give the key alone"],
  [
    test(/^[A-Z][A-Z0-9_]*_(?:KEY|TOKEN|SECRET)$/),
    "is the name of a variable; give it in api_key_env, or the key itself",
  ],
  [test(/^@?(?:~|\.{1,2})?\/|^[a-z]:\\/i), "is a path; give it in api_key_file or ROBOFLOW_API_KEY_FILE"],
  [isPlaceholder, "is a placeholder, or cut short; give the workspace's own key, whole"],
  [test(/[,;]$|\\[nrt]?$/), "ends with a separator or an escape; give the key alone"],
  [test(/\s/), "has white space in the key; give the key alone"],
  [test(/[^!-~]/), "has characters no key has; copy the key again"],
  [(key) => key.length < MIN_SECRET, `is shorter than ${MIN_SECRET} characters; copy the whole key`],
];

const LONG_WORD = /^(?:rf_)?[a-z0-9]{12,}$/i;

/** Whether a text that stands for something else looks like a key: a long word of two kinds at least of digits, small letters and capitals. */
export function isLikeKey(text: string): boolean {
  return (
    LONG_WORD.test(text) && [/\d/, /[a-z]/, /[A-Z]/].filter((kind) => kind.test(text.replace(/^rf_/i, ""))).length > 1
  );
}

/** Every reason for which a text is not taken for a key: "is empty", and so on. */
export const KEY_FAULTS: readonly string[] = FAULTS.map(([, problem]) => problem.split(";", 1).join());

/**
 * What is wrong with a text that is to be an API key, without the white space around it: Roboflow documents no form,
 * so only that is refused which cannot be a key. The prefix `rf_` says nothing: private keys may have it too.
 * @returns the problem and its remedy, without the text; undefined when it may be a key
 */
export function keyProblem(key: string): string | undefined {
  return FAULTS.find(([isFaulty]) => isFaulty(key))?.[1];
}
