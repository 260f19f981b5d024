import { closeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Instant } from "#base/units.ts";
import type { Keyboard, SessionFacts } from "#contracts/facts.ts";
import { keeperContract, type DetachReason, type LastWords, type SessionEnd } from "#contracts/keeper.ts";
import type { Desktop } from "#desktop/desktop.ts";
import { openX11Desktop } from "#desktop/x11/x11Desktop.ts";
import { connectAndAttach } from "#system/rpc/connectAndAttach.ts";
import type { ContractClient } from "#system/rpc/connectContract.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import type { Log } from "#system/log.ts";

/** This connection at a session: its desktop, and the line to its keeper. */
export interface Attachment {
  readonly desktop: Desktop;
  /** There was input; told to the keeper at most once a second. */
  noteInput(): void;
  setKeyboard(keyboard: Keyboard): Promise<void>;
  /** Nobody has been at this session before. */
  readonly isFirst: boolean;
  /** What its first program said last; nothing where the keeper does not know or does not answer. */
  lastWords(): Promise<LastWords>;
  /** Lets go: the session is `Disc`, and goes on. */
  close(): void;
}

export interface AttachOptions {
  readonly keeperPath: string;
  readonly ticket: string;
  readonly now: () => Instant;
  readonly log: Log;
  /** The keeper takes the session away, or is gone; told once. */
  readonly detached: (reason: DetachReason | { readonly is: "keeperGone"; readonly why: string }) => void;
}

/** The session ended before we were attached. */
export class SessionOver extends Error {
  readonly end: SessionEnd;

  constructor(end: SessionEnd) {
    super(end.sentence);
    this.name = "SessionOver";
    this.end = end;
  }
}

/**
 * Attaches to the session whose keeper listens there. Rejects with SessionOver, or one sentence why it is not possible.
 */
export async function attach(options: AttachOptions): Promise<Attachment> {
  let closed = false;
  let isOpen = false;
  let hasEnded = false;
  const ended = Promise.withResolvers<SessionEnd>();
  const detached: AttachOptions["detached"] = (reason) => {
    if (closed || hasEnded) return;
    // Before the desktop is open it is the attachment that fails, with this as its reason.
    hasEnded = !isOpen && reason.is === "sessionEnded";
    if (!isOpen && reason.is === "sessionEnded") return ended.resolve(reason.end);
    closed = true;
    options.detached(reason);
  };
  const { client, reply, descriptor } = await connectAndAttach(
    keeperContract,
    options.keeperPath,
    { call: "attach", request: { ticket: options.ticket } },
    {
      facts: () => {},
      detach: ({ reason }) => detached(reason),
      ended: ({ end }) => detached({ is: "sessionEnded", end }),
    },
  );
  if (reply.is === "refused") {
    client.close();
    if (reply.end !== undefined) throw new SessionOver(reply.end);
    throw new Error(`its keeper refused the attachment: ${reply.why}`);
  }
  void client.closed.then((why) => detached({ is: "keeperGone", why }));
  try {
    const desktop = await openX11Desktop({
      display: reply.display,
      cookie: reply.cookie,
      framebufferFd: descriptor,
      sizeMax: reply.sizeMax,
      now: options.now,
      log: (line) => options.log.warn("xServer", { line }),
    });
    isOpen = true;
    const end = await Promise.race([ended.promise, Promise.resolve(undefined)]);
    if (end !== undefined) {
      desktop.close();
      throw new SessionOver(end);
    }
    const closing = (): void => {
      closed = true;
      client.close();
    };
    return attachmentOver({ desktop, client, session: reply.session, now: options.now, closing });
  } catch (error) {
    // An X server that is gone is seen before its keeper says why.
    const end = closed ? undefined : await Promise.race([ended.promise, delay(keeperSpeaksWithin, undefined)]);
    closed = true;
    client.close();
    throw end === undefined ? error : new SessionOver(end);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** What a connection does with a desktop and the line to its keeper. */
function attachmentOver(given: {
  readonly desktop: Desktop;
  readonly client: Pick<ContractClient<typeof keeperContract>, "call" | "tell">;
  readonly session: SessionFacts;
  readonly now: () => Instant;
  readonly closing: () => void;
}): Attachment {
  const { desktop, client, session, now, closing } = given;
  let inputToldAt = -Infinity;
  return {
    desktop,
    noteInput: () => {
      if (now() - inputToldAt < inputToldEvery) return;
      inputToldAt = now();
      client.tell("input", {});
    },
    setKeyboard: async (keyboard) => void (await client.call("setKeyboard", keyboard)),
    isFirst: session.detachedAt === undefined,
    lastWords: () =>
      client.call("lastWords", {}).catch((error: unknown) => {
        if (error instanceof CallFailed) return { name: session.desktop, lines: [] };
        throw error;
      }),
    close: () => {
      desktop.releaseAll();
      desktop.close();
      closing();
    },
  };
}

const inputToldEvery = 1000;
const keeperSpeaksWithin = 1000;
