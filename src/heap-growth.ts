import { setFlagsFromString } from "node:v8";

/**
 * Keeps the process near the memory it needs: V8 lets the heap grow by a fifth of what is in use before it collects, not to a
 * multiple of it. A poll's garbage would otherwise make the process grow for hours. To be called before there is much on the heap.
 *
 * V8 reads the flag at each collection (`v8_flags.heap_growing_percent`, src/heap/heap-controller.cc); a V8 without it says so
 * on standard error and goes on.
 */
export function limitHeapGrowth(): void {
  setFlagsFromString("--heap-growing-percent=20");
}

/**
 * Keeps the process as small as V8 can, for a command that makes much garbage and keeps nothing: V8 is to prefer size to speed,
 * and the space for what is short-lived stays as it was at the start instead of doubling, with some versions to 100 MB.
 * V8 reads these flags while it runs, too.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--optimize-for-size");
  setFlagsFromString("--semi-space-growth-factor=1");
}
