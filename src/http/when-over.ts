import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Calls back once, when a response is over: sent, or lost with its connection. The connection's end is listened to as
 * well, because Node forgets a response that waits behind another on its connection, and never says that it is over.
 */
export function whenOver({ socket }: IncomingMessage, response: ServerResponse, then: () => void): void {
  let isOver = false;
  const over = (): void => {
    response.off("close", over);
    socket.off("close", over);
    // One of the two events may be the cause of the other, and its listeners are called although they were taken off.
    if (!isOver) then();
    isOver = true;
  };
  response.once("close", over);
  socket.once("close", over);
}
