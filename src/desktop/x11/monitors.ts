import type { Rectangle } from "#base/geometry.ts";
import type { Randr } from "x11";
import type { Monitor } from "../desktop.ts";
import type { X11Connection } from "./x11Connection.ts";

/** A monitor as the X server tells programs of it. */
export interface NamedMonitor extends Rectangle {
  /** An atom. */
  readonly name: number;
  readonly primary: boolean;
  /** The server made it for an output by itself. */
  readonly automatic: boolean;
  readonly outputs: readonly number[];
}

/** What X programs take the screen for (RandR 1.5): window managers maximise, and centre, on one of them. */
export class X11Monitors {
  readonly #connection: X11Connection;
  readonly #randr: Randr;

  constructor(connection: X11Connection, randr: Randr) {
    this.#connection = connection;
    this.#randr = randr;
  }

  list(): Promise<readonly NamedMonitor[]> {
    return this.#connection.ask<readonly NamedMonitor[]>("GetMonitors", (answer) => {
      const { client, root } = this.#connection;
      client.seq_num++;
      client.replies[client.seq_num] = [monitorsOf, answer];
      this.#send(42, [u32(root), u32(1)]);
      client.pack_stream.submit(true);
    });
  }

  /** The names that `arrange` would give; to be asked before, since it is done while others wait. */
  names(count: number): Promise<readonly number[]> {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    return Promise.all(
      numbers.map((number) =>
        this.#connection.ask<number>("InternAtom", (answer) =>
          this.#connection.client.InternAtom(false, `RDP-${number}`, answer),
        ),
      ),
    );
  }

  /**
   * These monitors from now on; one or none: the screen's one output. `known`: those that are there. `pitch`: of a
   * pixel, in millimetres.
   */
  arrange(
    monitors: readonly Monitor[],
    given: {
      readonly names: readonly number[];
      readonly known: readonly NamedMonitor[];
      readonly output: number;
      readonly pitch: number;
    },
  ): void {
    const { root } = this.#connection;
    for (const { name, automatic } of given.known) if (!automatic) this.#post(44, [u32(root), u32(name)]);
    if (monitors.length < 2) return;
    for (const [index, { x, y, width, height, primary }] of monitors.entries()) {
      // An output that a monitor names loses the monitor that the server has made for it.
      const outputs = primary ? [given.output] : [];
      this.#post(43, [
        u32(root),
        u32(given.names[index] ?? 0),
        Uint8Array.of(primary ? 1 : 0, 0),
        ...[outputs.length, x, y, width, height].map(u16),
        ...[width, height].map((side) => u32(Math.round(side * given.pitch))),
        ...outputs.map(u32),
      ]);
    }
  }

  /** A request without an answer. */
  #post(minor: number, fields: readonly Uint8Array[]): void {
    const { client } = this.#connection;
    client.seq_num++;
    this.#send(minor, fields);
    client.pack_stream.submit();
  }

  #send(minor: number, fields: readonly Uint8Array[]): void {
    const body = Buffer.concat(fields);
    const head = Uint8Array.of(this.#randr.majorOpcode, minor);
    this.#connection.client.pack_stream.put(Buffer.concat([head, u16((body.length + 4) / 4), body]));
  }
}

/** RRGetMonitors' reply without its first eight bytes. */
function monitorsOf(reply: Buffer): readonly NamedMonitor[] {
  const monitors: NamedMonitor[] = [];
  const count = reply.readUInt32LE(4);
  for (let at = 24; monitors.length < count;) {
    const outputCount = reply.readUInt16LE(at + 6);
    monitors.push({
      name: reply.readUInt32LE(at),
      primary: reply.readUInt8(at + 4) === 1,
      automatic: reply.readUInt8(at + 5) === 1,
      x: reply.readInt16LE(at + 8),
      y: reply.readInt16LE(at + 10),
      width: reply.readUInt16LE(at + 12),
      height: reply.readUInt16LE(at + 14),
      outputs: Array.from({ length: outputCount }, (_, index) => reply.readUInt32LE(at + 24 + 4 * index)),
    });
    at += 24 + 4 * outputCount;
  }
  return monitors;
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}
