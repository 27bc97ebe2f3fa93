import { setFlagsFromString } from "node:v8";

/**
 * Keeps the process close to the memory that it needs: V8 collects garbage when the heap has grown by half, not to a
 * multiple. Otherwise the garbage of polls would make the process grow for hours. To be called while the heap is small.
 *
 * V8 reads the flag at each collection (`v8_flags.heap_growing_percent`, src/heap/heap-controller.cc). A V8 without it
 * prints a warning on standard error and continues.
 */
export function limitHeapGrowth(): void {
  setFlagsFromString("--heap-growing-percent=50");
}

/**
 * Keeps the process as small as possible, for a command that makes much garbage and keeps nothing: V8 prefers size to
 * speed, and the space for short-lived objects keeps its initial size instead of doubling, in some versions to 100 MB.
 * V8 reads these flags while it runs.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--optimize-for-size");
  setFlagsFromString("--semi-space-growth-factor=1");
}
