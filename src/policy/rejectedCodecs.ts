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
  /** These are not sent to it up to `until`; tried again after that, they need fail but once. */
  readonly rejected: readonly {
    readonly codec: RejectableCodec;
    readonly since: WallTime;
    readonly until: WallTime;
  }[];
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
  const isNews = (codec: RejectableCodec) =>
    before?.rejected.some((each) => each.codec === codec && holds(each, now)) !== true;
  const news = rejected.find((each) => holds(each, now) && isNews(each.codec))?.codec;
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

/** Without what is as good as forgotten. */
export function stillRemembered(known: readonly RememberedClient[], now: WallTime): readonly RememberedClient[] {
  return known.filter(({ rejected, lastAt }) => {
    return rejected.some((one) => isRemembered(one, now)) || (rejected.length === 0 && now < lastAt + rememberedFor);
  });
}

/** As they stand: without what a client would be asked anew. */
export function inForce(known: readonly RememberedClient[], now: WallTime): readonly RememberedClient[] {
  return known.map((each) => ({ ...each, rejected: each.rejected.filter((one) => holds(one, now)) }));
}

interface Judgement extends Pick<RememberedClient, "rejected"> {
  readonly suspected: RememberedClient["suspected"] | undefined;
}

function judged(before: RememberedClient | undefined, end: GraphicsEnd, now: WallTime): Judgement {
  const rejected = (before?.rejected ?? []).filter((one) => isRemembered(one, now));
  const codec = suspectedCodec(end);
  const isAcknowledged = (which: RejectableCodec): boolean =>
    end.trials.some((trial) => trial.codec === which && trial.acknowledged);
  const standing = before?.suspected;
  if (codec === undefined) {
    const suspected = standing === undefined || isAcknowledged(standing.codec) ? undefined : standing;
    // What was tried again and is taken is no longer held against it.
    return { rejected: rejected.filter((one) => holds(one, now) || !isAcknowledged(one.codec)), suspected };
  }
  const ends = (standing?.codec === codec ? standing.ends : 0) + 1;
  const speaks = end.trials.some(({ acknowledged }) => acknowledged);
  // Nobody has seen anything here yet, and something is known to be wrong: his next try need not fail as well.
  const isHopeless = !speaks && rejected.some((one) => holds(one, now));
  const isKnown = rejected.some((one) => one.codec === codec);
  if (ends < endsNeeded && !isHopeless && !isKnown) return { rejected, suspected: { codec, ends } };
  const until = wallTime(now + (speaks || end.how === "closed" ? rememberedFor : unsureFor));
  const others = rejected.filter((one) => one.codec !== codec);
  return { rejected: [...others, { codec, since: now, until }], suspected: undefined };
}

function holds({ until }: { readonly until: WallTime }, now: WallTime): boolean {
  return now < until;
}

function isRemembered({ since }: { readonly since: WallTime }, now: WallTime): boolean {
  return now < since + rememberedFor;
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
const day = 86_400_000;
/** Programs get better without another build number. */
const rememberedFor = 30 * day;
/** Where nothing was acknowledged at all, a network that loses what is large looks the same, and may be mended. */
const unsureFor = day;
