/** Projects times labelers, chosen so that 12 row metrics in 4 windows give the round number of series. */
export interface Size {
  readonly name: string;
  readonly projects: number;
  readonly labelers: number;
}

/** A million series takes minutes and gigabytes of the naive subject, so it is measured only with `BENCH_1M=1`. */
export const SIZES: readonly Size[] = [
  { name: "1k", projects: 3, labelers: 7 },
  { name: "10k", projects: 13, labelers: 16 },
  { name: "100k", projects: 40, labelers: 52 },
  ...(process.env["BENCH_1M"] === "1" ? [{ name: "1m", projects: 200, labelers: 104 }] : []),
];

export const WINDOWS = ["today", "7d", "28d", "all"] as const;

function row(project: number, labeler: number, poll: number) {
  const n = project * 31 + labeler * 17 + poll;
  return {
    projectId: `projectOpaqueId${String(project).padStart(5, "0")}`,
    projectName: `Project ${project}`,
    projectType: "object-detection",
    labelerId: `labelerOpaqueUserIdNr${String(labeler).padStart(7, "0")}`,
    workspaceId: "workspaceOpaqueId000",
    imagesLabeled: 100 + (n % 901),
    boxesDrawn: 300 + (n % 2011),
    boxesAdded: 400 + (n % 2011),
    boxesRemoved: 100 + poll,
    boxesUpdated: n % 97,
    netBoxesAdded: 390 + (n % 2011),
    netBoxesUpdated: n % 97,
    markedNull: n % 13,
    modelAssisted: n % 41,
    approved: 80 + (n % 19),
    rejected: n % 7,
    approvalRate: 90 + (n % 1000) / 100,
  };
}

/**
 * An answer of `GET /{workspace}/stats` with a row for every pair, all fields documented. No number is that of an answer
 * to another poll.
 */
export function statsAnswer({ projects, labelers }: Omit<Size, "name">, poll = 0): string {
  const range = (length: number) => Array.from({ length }, (_, index) => index);
  return JSON.stringify({
    data: range(projects).flatMap((project) => range(labelers).map((labeler) => row(project, labeler, poll))),
    labelers: range(labelers).map((labeler) => ({
      id: row(0, labeler, poll).labelerId,
      displayName: `Labeler ${labeler}`,
      email: `labeler${labeler}@example.com`,
    })),
    stats: { numImagesLabeled: 1, numBoxesDrawn: 1, approvalRate: 95 },
    meta: { notices: [] },
  });
}
