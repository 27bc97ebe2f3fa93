/** A file is not used. The message completes "the file …" and holds nothing of its content. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}
