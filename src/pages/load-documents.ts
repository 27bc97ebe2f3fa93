import { z } from "zod";
import type { Documents } from "./documents.ts";

const document = z.strictObject({ title: z.string(), html: z.string() });
const documentsSchema = z.strictObject({ metrics: document, runbooks: z.record(z.string(), document) });

/**
 * Makes what gives the shipped pages. They are read when they are first asked for: most exporters never are.
 * @param read reads the file that the build made; undefined when there is none
 */
export function createDocumentLoader(read: () => Promise<string | undefined>): () => Promise<Documents | undefined> {
  let loaded: Promise<Documents | undefined> | undefined;
  const load = async () => {
    const text = await read();
    return text === undefined ? undefined : documentsSchema.parse(JSON.parse(text));
  };
  return () => {
    loaded ??= load().catch((error: unknown) => {
      // There may have been no file descriptor left: the next one who asks may have more luck.
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}
