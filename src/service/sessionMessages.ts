import type { ConnectionId, SessionId } from "#base/ids.ts";
import { limits } from "#base/limits.ts";
import { milliseconds, seconds } from "#base/units.ts";
import type { BoxAnswer, serviceContract } from "#contracts/service.ts";
import { ownWaits } from "#system/inside/openWaits.ts";
import type { Tell } from "#system/rpc/contractForm.ts";

/** What has to be known of sessions and connections. */
interface Known {
  session(
    id: SessionId,
  ): { readonly facts: { readonly attachment?: { readonly connection: ConnectionId } } } | undefined;
  connection(id: ConnectionId): { readonly showsBoxes?: boolean | undefined } | undefined;
}

export interface MessageToSession {
  readonly title: string;
  /** What is longer than `limits.messageBoxCharacters` is cut. */
  readonly text: string;
  /** One to `limits.messageBoxButtons`; the last one has the focus, and Escape means it: the harmless one. */
  readonly buttons: readonly { readonly id: string; readonly label: string }[];
  /** How long it stands. */
  readonly seconds: number;
  /** Whatever key or motion there is takes it away; default: false. */
  readonly anyInputCloses?: boolean;
}

/** What became of a message. */
export type MessageOutcome =
  | { readonly is: "answered"; readonly button: string }
  /** By any input, of a box that lets itself be closed so. */
  | { readonly is: "closed" }
  | { readonly is: "silence" }
  /** Nobody is attached, or the connection went before there was an answer. */
  | { readonly is: "notShown" }
  /** By the one who showed it. */
  | { readonly is: "withdrawn" };

interface Standing {
  readonly connection: ConnectionId;
  readonly buttons: readonly string[];
  end(outcome: MessageOutcome): void;
}

/**
 * Message boxes in sessions that somebody looks at, drawn by the connection over the desktop. When this process goes,
 * they go.
 */
export class SessionMessages {
  readonly #registry: Known;
  readonly #randomHex: (bytes: number) => string;
  readonly #connections = new Map<ConnectionId, Tell<(typeof serviceContract)["serverNews"]>>();
  readonly #standing = new Map<string, Standing>();

  constructor(options: { readonly registry: Known; readonly randomHex: (bytes: number) => string }) {
    this.#registry = options.registry;
    this.#randomHex = options.randomHex;
  }

  /**
   * Shows a box to whoever is attached to the session. Never rejects; settles within `seconds` and a moment. An abort
   * of
   * `withdrawn` takes it away.
   */
  async show(session: SessionId, box: MessageToSession, withdrawn?: AbortSignal): Promise<MessageOutcome> {
    const connection = this.#registry.session(session)?.facts.attachment?.connection;
    const tell = connection === undefined ? undefined : this.#connections.get(connection);
    if (connection === undefined || tell === undefined) return { is: "notShown" };
    if (this.#registry.connection(connection)?.showsBoxes !== true) return { is: "notShown" };
    if (withdrawn?.aborted === true) return { is: "withdrawn" };
    const id = this.#randomHex(16);
    const { promise: outcome, resolve: end } = Promise.withResolvers<MessageOutcome>();
    this.#standing.set(id, { connection, buttons: box.buttons.map((button) => button.id), end });
    tell("messageBox", {
      id,
      title: cut(box.title, limits.messageBoxTitleCharacters),
      text: cut(box.text, limits.messageBoxCharacters),
      buttons: box.buttons,
      seconds: box.seconds,
      anyInputCloses: box.anyInputCloses ?? false,
    });
    // The connection counts for itself, so that an answer of the last moment is one.
    const late = setTimeout(() => end({ is: "silence" }), seconds(box.seconds) + connectionAnswersWithin);
    const withdraw = () => end({ is: "withdrawn" });
    withdrawn?.addEventListener("abort", withdraw);
    const answer = `an answer to a message box in session ${session}`;
    const result = await ownWaits.during(answer, milliseconds(seconds(box.seconds) + connectionAnswersWithin), outcome);
    clearTimeout(late);
    withdrawn?.removeEventListener("abort", withdraw);
    this.#standing.delete(id);
    if (result.is === "withdrawn" || result.is === "silence") tell("messageBoxGone", { id });
    return result;
  }

  /** The connection has announced itself: it can be told something. */
  receiveConnection(id: ConnectionId, tell: Tell<(typeof serviceContract)["serverNews"]>): void {
    this.#connections.set(id, tell);
  }

  /** INVARIANT: a connection answers for its own boxes alone, and with a button that they had. */
  receiveAnswer(connection: ConnectionId, box: string, answer: BoxAnswer): void {
    const standing = this.#standing.get(box);
    if (standing === undefined || standing.connection !== connection) return;
    if (answer.is !== "button") return standing.end(answer);
    if (standing.buttons.includes(answer.button)) standing.end({ is: "answered", button: answer.button });
  }

  forgetConnection(id: ConnectionId): void {
    this.#connections.delete(id);
    for (const each of this.#standing.values()) if (each.connection === id) each.end({ is: "notShown" });
  }
}

function cut(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

/** In milliseconds. */
const connectionAnswersWithin = 2000;
