import type { SessionEnd } from "#contracts/keeper.ts";

/** A step of the start failed, or something that the session needs is gone. */
export class SessionFailure extends Error {
  readonly end: SessionEnd;

  constructor(
    cause: SessionEnd["cause"],
    culprit: string,
    sentence: string,
    log: readonly string[] = [],
    rule?: string,
  ) {
    super(sentence);
    this.name = "SessionFailure";
    this.end = { cause, culprit, sentence, log: log.slice(-40), ...(rule === undefined ? {} : { rule }) };
  }
}

/** What to say of any error; those that no step foresaw are the keeper's own. */
export function endOf(error: unknown): SessionEnd {
  if (error instanceof SessionFailure) return error.end;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const sentence = `The keeper failed: ${error instanceof Error ? error.message : String(error)}.`;
  return { cause: "keeperFailed", culprit: "keeper", sentence, log: stack.split("\n").slice(0, 10) };
}
