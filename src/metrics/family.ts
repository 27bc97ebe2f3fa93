import type { Steps } from "../steps.ts";
import type { DroppableDefinition, Sample } from "./definition.ts";
import type { Labeled } from "./sorted.ts";

/** A definition and the way to its samples. They are made when asked for, so that only one family is held at a time. */
export interface Family {
  readonly definition: DroppableDefinition;
  readonly samples: () => readonly Sample[];
}

/** A {@link Family} with so many samples that making them must let others have the event loop. */
export interface SteppedFamily {
  readonly definition: DroppableDefinition;
  readonly samples: () => Steps<readonly Sample[]>;
}

/** A small family among large ones. */
export function inOneStep({ definition, samples }: Family): SteppedFamily {
  return {
    definition,
    samples: function* () {
      yield;
      return samples();
    },
  };
}

/** The samples of what has a value, in steps of some milliseconds. */
export function* samplesInSteps<V>(
  items: readonly Labeled<V>[],
  valueOf: (values: V) => number | undefined,
): Steps<readonly Sample[]> {
  const samples: Sample[] = [];
  for (const [index, { labels, values }] of items.entries()) {
    const value = valueOf(values);
    if (value !== undefined) samples.push({ labels, value });
    if (index % 1_000 === 999) yield;
  }
  return samples;
}
