import { closeSync } from "node:fs";
import type { Instant } from "#base/units.ts";
import type { Keyboard } from "#contracts/facts.ts";
import { keeperContract, type DetachReason, type SessionEnd } from "#contracts/keeper.ts";
import type { Desktop } from "#desktop/desktop.ts";
import { openX11Desktop } from "#desktop/x11/x11Desktop.ts";
import { connectAndAttach } from "#system/rpc/connectAndAttach.ts";
import type { Log } from "#system/log.ts";

/** This connection at a session: its desktop, and the line to its keeper. */
export interface Attachment {
  readonly desktop: Desktop;
  /** There was input; told to the keeper at most once a second. */
  noteInput(): void;
  setKeyboard(keyboard: Keyboard): Promise<void>;
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
  const detached: AttachOptions["detached"] = (reason) => {
    if (!closed) options.detached(reason);
    closed = true;
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
    let inputToldAt = -Infinity;
    return {
      desktop,
      noteInput: () => {
        if (options.now() - inputToldAt < inputToldEvery) return;
        inputToldAt = options.now();
        client.tell("input", {});
      },
      setKeyboard: async (keyboard) => void (await client.call("setKeyboard", keyboard)),
      close: () => {
        closed = true;
        desktop.releaseAll();
        desktop.close();
        client.close();
      },
    };
  } catch (error) {
    closed = true;
    client.close();
    throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const inputToldEvery = 1000;
