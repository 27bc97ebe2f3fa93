import { setMaxListeners } from "node:events";

/** An AbortController that also fires with another signal, until it is let go of. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  readonly abort: (reason: unknown) => void;
  /** Takes the listener off the other signal. Without it a long-lived signal would gather one per use. */
  readonly release: () => void;
}

/** Links to `other`. `AbortSignal.any` would do, but keeps memory of every short-lived signal on some Node versions. */
export function linkAbort(other: AbortSignal): LinkedAbort {
  const controller = new AbortController();
  const forward = () => {
    controller.abort(other.reason);
  };
  if (other.aborted) forward();
  // As many at once as there are workspaces. None stays, so Node's warning of a leak would be wrong.
  setMaxListeners(0, other);
  other.addEventListener("abort", forward);
  return {
    signal: controller.signal,
    abort: (reason) => {
      controller.abort(reason);
    },
    release: () => {
      other.removeEventListener("abort", forward);
    },
  };
}
