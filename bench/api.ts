import { type Size, WINDOWS, statsAnswer } from "./sizes.ts";
import { serveBare } from "./subject.ts";

/** So many answers are enough that no poll brings what the one before it brought. */
const DIFFERENT = 3;

/**
 * Serves an API's answers on a free port.
 * @param changes whether every number changes from poll to poll, or none
 */
export function serveApi(size: Size, changes: boolean): Promise<number> {
  const answers = Array.from({ length: changes ? DIFFERENT : 1 }, (_, poll) => Buffer.from(statsAnswer(size, poll)));
  let asked = 0;
  return serveBare((_request, response) => {
    const poll = Math.floor(asked++ / WINDOWS.length);
    response.setHeader("Content-Type", "application/json");
    response.end(answers[poll % answers.length]);
  });
}
