import { milliseconds, seconds, type Milliseconds } from "#base/units.ts";

/** What speaks for and against a client's being there. */
export interface SignsOfLife {
  /** How soon a vanished client is to be noticed. */
  readonly limit: Milliseconds;
  /** Since the client's program last sent anything. */
  readonly programHeardAgo: Milliseconds;
  /** The program was asked something that it answers, and has not answered. */
  readonly programOwesAnswer: boolean;
  /** The client's machine, as the kernel hears it; undefined where the kernel cannot say. */
  readonly machine: MachineSigns | undefined;
}

export interface MachineSigns {
  readonly heardAgo: Milliseconds;
  /** For how long it has been probed, without data on the way to it; 0: it is not. */
  readonly probedFor: Milliseconds;
  /**
   * For how long it has acknowledged nothing of what is on the way to it; 0: nothing is. It may be heard all the same,
   * where the network is cut in one direction.
   */
  readonly acknowledgedNothingFor: Milliseconds;
}

/**
 * Whether a client has gone for good. Its machine is the better witness: a program may be busy or halted for a while,
 * and its machine acknowledges what comes all the same. A program that says nothing for several times the limit is gone
 * though, whatever answers in its place (a gateway on the way, say).
 */
export function hasVanished({ limit, programHeardAgo, programOwesAnswer, machine }: SignsOfLife): boolean {
  if (machine === undefined) return programOwesAnswer && limit - 2 * beatOf(limit) <= programHeardAgo;
  if (programOwesAnswer && stallAllowed(limit) <= programHeardAgo) return true;
  const silentFor = Math.min(machine.heardAgo, machine.probedFor);
  return silenceAllowed(limit) <= Math.max(silentFor, machine.acknowledgedNothingFor);
}

/** How often to ask and to look. */
export function beatOf(limit: Milliseconds): Milliseconds {
  return milliseconds(Math.min(beatMax, Math.max(beatMin, limit / 10)));
}

/** How long a client's program may answer nothing while its machine answers. */
export function stallAllowed(limit: Milliseconds): Milliseconds {
  return milliseconds(limit * 4);
}

/**
 * How long a question may be unanswered: the limit without the time until a question is asked (the kernel counts in
 * seconds), until it is seen that it was, and until this is found out.
 */
function silenceAllowed(limit: Milliseconds): Milliseconds {
  const beat = beatOf(limit);
  return milliseconds(Math.max(limit / 3, limit - Math.max(beat, seconds(1)) - 2 * beat));
}

const beatMin = milliseconds(100);
const beatMax = seconds(60);
