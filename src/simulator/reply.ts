/** An answer before it becomes bytes. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const TYPES: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  410: "Gone",
  413: "PayloadTooLarge",
};

/** The body of an error, in the shape the API documents. */
export function errorBody(status: number, message: string) {
  return { error: { message, type: TYPES[status] ?? "SimulatedFault" } };
}

/** An error as an answer. */
export function refusal(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, body: errorBody(status, message), headers };
}
