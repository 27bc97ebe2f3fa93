/** Runs jobs in the background, one at a time. While one runs, only the latest of those that come waits for its turn. */
export interface LatestOnly {
  readonly run: (job: () => Promise<void>) => void;
  /** Resolves when nothing runs and nothing waits. */
  readonly settled: () => Promise<void>;
}

/** Makes a {@link LatestOnly}. Its jobs must not reject. */
export function createLatestOnly(): LatestOnly {
  let waiting: (() => Promise<void>) | undefined;
  let running: Promise<void> | undefined;
  const runAll = async () => {
    for (let job = waiting; job; job = waiting) {
      waiting = undefined;
      await job();
    }
    running = undefined;
  };
  return {
    run: (job) => {
      waiting = job;
      running ??= runAll();
    },
    settled: () => running ?? Promise.resolve(),
  };
}
