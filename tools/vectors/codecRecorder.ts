import { named as plainNamed } from "#base/bytes/codec.ts";

export * from "#base/bytes/codec.ts";

/** The messages read since the set was last cleared, those inside others too. */
export const messagesRead = new Set<string>();

/** Stands in for the kit's own where messages are declared: every field that is read passes here. */
export const named: typeof plainNamed = (step, spec, read) => {
  messagesRead.add(step.split(".")[0] ?? step);
  return plainNamed(step, spec, read);
};
