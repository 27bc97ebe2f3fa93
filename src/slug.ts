/** As long as a slug may be: Roboflow's own are far shorter. */
const MAX_LENGTH = 128;

const SLUG = new RegExp(`^(?=.*[a-z0-9])[a-z0-9_-]{1,${MAX_LENGTH}}$`, "i");

/** What {@link isSlug} accepts, for messages. */
export const SLUG_RULE = "letters, digits, - and _";

/**
 * Whether a text is the slug of a workspace, as it stands in Roboflow's URLs. One may begin with `-` or `_`: of a name
 * in another script nothing else may be left. Safe in a URL's path, in a file's name and in a label.
 */
export function isSlug(text: string): boolean {
  return SLUG.test(text);
}
