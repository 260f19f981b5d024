import { closeSync } from "node:fs";
import { Socket } from "node:net";
import { limits } from "#base/limits.ts";
import { between, instant, milliseconds, type Instant, type Milliseconds } from "#base/units.ts";
import { receiveDescriptors, sendDescriptors } from "../native/descriptorPassing.ts";
import { connectedUnixSocket } from "../native/unixSocket.ts";
import { SystemCallError } from "../native/systemCallError.ts";
import { Client, parseReply, type ContractClient } from "./connectContract.ts";
import type { CallName, ContractForm, NewsHandlers, ReplyFrom, RequestTo } from "./contractForm.ts";
import { CallFailed, ConnectFailed } from "./failures.ts";
import { LineChannel, line } from "./lineChannel.ts";
import { helloShape, messageShape, type Message } from "./messages.ts";
import { disagreement, helloOf } from "./versions.ts";

export interface Attached<C extends ContractForm, K extends CallName<C>> {
  readonly client: ContractClient<C>;
  readonly reply: ReplyFrom<C, K>;
  /** The open file that came with the reply; given: the caller closes it. Absent when the reply came without. */
  readonly descriptor?: number;
}

/**
 * Connects, makes one call whose reply may carry an open file, and goes on as an ordinary client. Throws ConnectFailed
 * and CallFailed; the deadline of the call counts from now.
 */
export async function connectAndAttach<C extends ContractForm, K extends CallName<C>>(
  contract: C,
  path: string,
  first: { readonly call: K; readonly request: RequestTo<C, K> },
  news: NewsHandlers<C["serverNews"]>,
): Promise<Attached<C, K>> {
  const form = contract.calls[first.call];
  if (form === undefined) throw new Error(`the contract ${contract.name} has no call ${first.call}`);
  const label = `${contract.name}.${first.call}`;
  const fd = connectTo(contract, path);
  const received: Received = { lines: [], unfinished: Buffer.alloc(0), descriptors: [] };
  try {
    sendDescriptors(fd, line(helloOf(contract)), []);
    sendDescriptors(fd, line({ call: first.call, id: FIRST_ID, value: first.request }), []);
    const deadline = instant(performance.now() + form.deadline);
    const hello = helloShape.parse(JSON.parse((await nextLine(fd, received, deadline)).toString("utf8")));
    const problem = disagreement(contract, hello);
    if (problem !== undefined) throw new ConnectFailed(contract.name, path, problem);
    const early: Buffer[] = [];
    const answer = await awaitReply(fd, received, early, deadline);
    if (answer.refused !== undefined) throw new CallFailed(label, { is: "refused", ...answer.refused });
    const reply = parseReply(form.reply, answer.value, label);
    if (reply.is === "shape") throw new CallFailed(label, reply);
    const client = goOn(contract, fd, news, Buffer.concat([...early, ...received.lines, received.unfinished]));
    const [descriptor, ...others] = received.descriptors;
    for (const other of others) closeSync(other);
    return { client, reply: reply.value, ...(descriptor === undefined ? {} : { descriptor }) };
  } catch (error) {
    for (const each of [fd, ...received.descriptors]) closeSync(each);
    throw asCallFailed(label, error, form.deadline);
  }
}

function connectTo(contract: ContractForm, path: string): number {
  try {
    return connectedUnixSocket("stream", path);
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    throw new ConnectFailed(contract.name, path, { is: "unreachable", code: error.code });
  }
}

/** What was read and not yet used. Lines are with their line feed. */
interface Received {
  lines: Buffer[];
  unfinished: Buffer;
  readonly descriptors: number[];
}

/** Reads until the reply; what comes before it (news) is kept in `early`. */
async function awaitReply(fd: number, received: Received, early: Buffer[], deadline: Instant): Promise<Message> {
  for (;;) {
    const each = await nextLine(fd, received, deadline);
    const message = messageShape.parse(JSON.parse(each.toString("utf8")));
    if (message.reply === FIRST_ID) return message;
    early.push(each);
  }
}

async function nextLine(fd: number, received: Received, deadline: Instant): Promise<Buffer> {
  for (;;) {
    const line = received.lines.shift();
    if (line !== undefined) return line;
    const within = between(instant(performance.now()), deadline);
    if (!(0 < within)) throw new SystemCallError("recvmsg", "ETIMEDOUT");
    const message = await receiveDescriptors(fd, {
      bytesMax: RECEIVE_BYTES,
      descriptorsMax: 4,
      within: milliseconds(within),
    });
    if (message.bytes.length === 0) throw new SystemCallError("recvmsg", "ECONNRESET");
    received.descriptors.push(...message.descriptors);
    splitLines(received, message.bytes);
  }
}

function splitLines(received: Received, bytes: Uint8Array): void {
  let rest = Buffer.concat([received.unfinished, bytes]);
  for (let end = rest.indexOf(LINE_FEED); end !== -1; end = rest.indexOf(LINE_FEED)) {
    received.lines.push(rest.subarray(0, end + 1));
    rest = rest.subarray(end + 1);
  }
  if (!(rest.length <= limits.contractLineBytes)) throw new SystemCallError("recvmsg", "EMSGSIZE");
  received.unfinished = rest;
}

function goOn<C extends ContractForm>(
  contract: C,
  fd: number,
  news: NewsHandlers<C["serverNews"]>,
  early: Buffer,
): ContractClient<C> {
  const client = new Client(contract, news);
  const channel = client.open((listener) => new LineChannel(new Socket({ fd }), listener));
  // After the caller has the reply: the news was told after it, or does not depend on it.
  setImmediate(() => {
    channel.receiveBytes(early);
    channel.socket.resume();
  });
  channel.socket.pause();
  return client;
}

function asCallFailed(label: string, error: unknown, after: Milliseconds): Error {
  if (error instanceof CallFailed || error instanceof ConnectFailed) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof SystemCallError)) return new CallFailed(label, { is: "shape", message });
  if (error.code === "ETIMEDOUT") return new CallFailed(label, { is: "deadline", after });
  return new CallFailed(label, { is: "closed", why: message });
}

const FIRST_ID = 1;
const LINE_FEED = 0x0a;
const RECEIVE_BYTES = 64 << 10;
