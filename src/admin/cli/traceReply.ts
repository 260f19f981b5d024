import type { TraceEndReply } from "#contracts/trace.ts";
import type { Outcome } from "./command.ts";

/** What became of a trace. */
export function traceOutcome(reply: TraceEndReply, json: boolean): Outcome {
  switch (reply.is) {
    case "denied":
      return { exit: 5, error: `Error [5]:${reply.why}\n` };
    case "none":
      return { exit: 1, error: "No trace is running. Begin one: holdfast trace start\n" };
    case "failed":
      return { exit: 1, error: `There is no trace: ${reply.why}\n` };
    case "collected": {
      const { path, bytes, because } = reply;
      if (json) return { exit: 0, out: `${JSON.stringify({ path, bytes, because })}\n` };
      return { exit: 0, out: `The trace has ended: ${because}.\n${path} (${megabytes(bytes)} MB)\n` };
    }
  }
}

export function megabytes(bytes: number): string {
  return (bytes / (1 << 20)).toFixed(1);
}

/** The value of `--connection`, well formed. */
export function connectionOf(values: readonly string[]): { readonly id?: number } | { readonly problem: string } {
  const [asked] = values.slice(-1);
  if (asked === undefined) return {};
  if (/^[1-9]\d{0,8}$/u.test(asked)) return { id: Number(asked) };
  return { problem: `“${asked}” is no connection's number. See them: holdfast query connection\n` };
}
