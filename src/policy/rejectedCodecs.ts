import { rejectableCodecs, type RejectableCodec } from "#base/rejectableCodec.ts";
import { wallTime, type Milliseconds, type WallTime } from "#base/units.ts";

/** What became of a codec in one connection. */
export interface CodecTrial {
  readonly codec: RejectableCodec;
  /** The client has acknowledged the first frame that had it, or a later one. */
  readonly acknowledged: boolean;
  /** From the first frame that had it to the end. */
  readonly sentFor: Milliseconds;
}

/** How a client's pictures by RDPGFX have ended. */
export interface GraphicsEnd {
  /**
   * "left": the client went, in whatever way. "closed": it has closed the channel of its pictures, and stayed. "other":
   * it was sent away, has said that it wants to go, or was silent: that tells nothing.
   */
  readonly how: "left" | "closed" | "other";
  readonly trials: readonly CodecTrial[];
}

/** What is remembered of the clients of one name and build. */
export interface RememberedClient {
  /** The client computer's name; empty when it gave none. */
  readonly name: string;
  readonly build: number;
  /** Present: whoever came from here had not signed in, or has no name; it counts for clients from here alone. */
  readonly address?: string;
  /** These are not sent to it. */
  readonly rejected: readonly { readonly codec: RejectableCodec; readonly since: WallTime }[];
  /** It has gone at this codec so many times in a row, which is not enough. */
  readonly suspected?: { readonly codec: RejectableCodec; readonly ends: number };
  readonly lastAt: WallTime;
}

export interface KnownClient {
  readonly name: string;
  readonly build: number;
  readonly address: string;
}

/** The codec at which the client seems to have gone; undefined: it had another reason, as far as one can see. */
export function suspectedCodec({ how, trials }: GraphicsEnd): RejectableCodec | undefined {
  if (how === "other") return undefined;
  const speaks = trials.some(({ acknowledged }) => acknowledged);
  // Who acknowledges nothing at all may do so for ever: then only going soon says something.
  const isSuspect = (trial: CodecTrial): boolean =>
    !trial.acknowledged && (speaks || how === "closed" || trial.sentFor <= goesWithin);
  return rejectableCodecs.find((codec) => trials.some((trial) => trial.codec === codec && isSuspect(trial)));
}

/**
 * What is remembered after such an end; the longest unseen first. `rejected`: this codec is not sent to the client any
 * more.
 */
export function afterGraphicsEnd(
  known: readonly RememberedClient[],
  ended: {
    readonly client: KnownClient;
    readonly signedIn: boolean;
    readonly end: GraphicsEnd;
    readonly now: WallTime;
  },
): { readonly clients: readonly RememberedClient[]; readonly rejected?: RejectableCodec } {
  const { client, signedIn, end, now } = ended;
  // A stranger can say any name: what he does is not to cost its owner anything.
  const address = signedIn && client.name !== "" ? undefined : client.address;
  const isIt = (each: RememberedClient): boolean =>
    each.name === client.name && each.build === client.build && each.address === address;
  const before = known.find(isIt);
  const others = known.filter((each) => !isIt(each));
  const { rejected, suspected } = judged(before, end, now);
  const fresh: RememberedClient = {
    name: client.name,
    build: client.build,
    ...(address === undefined ? {} : { address }),
    rejected,
    ...(suspected === undefined ? {} : { suspected }),
    lastAt: now,
  };
  if (rejected.length === 0 && suspected === undefined) {
    return { clients: before === undefined ? known : others };
  }
  const isNews = (codec: RejectableCodec) => before?.rejected.some((each) => each.codec === codec) !== true;
  const news = rejected.find(({ codec }) => isNews(codec))?.codec;
  return { clients: bounded([...others, fresh]), ...(news === undefined ? {} : { rejected: news }) };
}

/** What is not to be sent to this client. A client of another build is another client. */
export function codecsRejectedBy(
  known: readonly RememberedClient[],
  { name, build, address }: KnownClient,
  now: WallTime,
): readonly RejectableCodec[] {
  const own = known.filter((each) => {
    return each.name === name && each.build === build && (each.address === undefined || each.address === address);
  });
  const rejected = new Set(own.flatMap((each) => each.rejected.flatMap((one) => (holds(one, now) ? [one.codec] : []))));
  return rejectableCodecs.filter((codec) => rejected.has(codec));
}

/** Without what has been remembered for so long that the client is asked anew. */
export function stillRemembered(known: readonly RememberedClient[], now: WallTime): readonly RememberedClient[] {
  return known.flatMap((each) => {
    const rejected = each.rejected.filter((one) => holds(one, now));
    const isOver = rejected.length === 0 && (each.suspected === undefined || rememberedFor <= now - each.lastAt);
    return isOver ? [] : [rejected.length === each.rejected.length ? each : { ...each, rejected }];
  });
}

interface Judgement extends Pick<RememberedClient, "rejected"> {
  readonly suspected: RememberedClient["suspected"] | undefined;
}

function judged(before: RememberedClient | undefined, end: GraphicsEnd, now: WallTime): Judgement {
  const rejected = (before?.rejected ?? []).filter((one) => holds(one, now));
  const codec = suspectedCodec(end);
  const isAcknowledged = (which: RejectableCodec): boolean =>
    end.trials.some((trial) => trial.codec === which && trial.acknowledged);
  const standing = before?.suspected;
  if (codec === undefined) {
    return { rejected, suspected: standing === undefined || isAcknowledged(standing.codec) ? undefined : standing };
  }
  const ends = (standing?.codec === codec ? standing.ends : 0) + 1;
  // Nobody has seen anything here yet, and something is known to be wrong: his next try need not fail as well.
  const isHopeless = 0 < rejected.length && !end.trials.some(({ acknowledged }) => acknowledged);
  if (ends < endsNeeded && !isHopeless) return { rejected, suspected: { codec, ends } };
  return { rejected: [...rejected.filter((one) => one.codec !== codec), { codec, since: now }], suspected: undefined };
}

function holds({ since }: { readonly since: WallTime }, now: WallTime): boolean {
  return now < wallTime(since + rememberedFor);
}

/** What strangers have caused goes first. */
function bounded(clients: readonly RememberedClient[]): readonly RememberedClient[] {
  if (clients.length <= rememberedClientsMax) return clients;
  const stranger = clients.findIndex(({ address }) => address !== undefined);
  return clients.toSpliced(Math.max(0, stranger), 1);
}

/** The longest unseen are forgotten. */
export const rememberedClientsMax = 500;
/** A user may close his window at any moment; that he does so twice before any frame was acknowledged is unlikely. */
const endsNeeded = 2;
/** A client that cannot decode something goes at once, or when its watchdog has seen that it hangs. */
const goesWithin = 10_000;
/** Programs get better without another build number. */
const rememberedFor = 30 * 86_400_000;
