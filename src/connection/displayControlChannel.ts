import { decode, encode } from "#base/bytes/codec.ts";
import type { Size } from "#base/geometry.ts";
import { limits } from "#base/limits.ts";
import type { ScreenLayout } from "#desktop/desktop.ts";
import { displayControlMessage } from "#protocol/channels/displayControl/displayControl.ts";
import { parseMonitorLayout } from "#protocol/channels/displayControl/monitorLayout.ts";
import type { DynamicListener } from "./channels.ts";
import { screenLayoutOf } from "./screenLayout.ts";

/** The client's wish for another size, other monitors or another scale while connected. MS-RDPEDISP */
export class DisplayControlChannel implements DynamicListener {
  readonly #resize: (layout: ScreenLayout) => void;
  readonly #sizeMax: Size;

  constructor(options: { readonly resize: (layout: ScreenLayout) => void; readonly sizeMax: Size }) {
    this.#resize = options.resize;
    this.#sizeMax = options.sizeMax;
  }

  opened(send: (message: Uint8Array) => void): void {
    const { width, height } = this.#sizeMax;
    const capabilities = { monitorsMax: limits.monitors, monitorAreaFactorA: width, monitorAreaFactorB: height };
    send(encode(displayControlMessage, { is: "displayControlCapabilities", ...capabilities }));
  }

  received(message: Uint8Array): void {
    const request = decode(displayControlMessage, message);
    if (request.is !== "monitorLayoutRequest") return;
    const parsed = parseMonitorLayout(request.monitors);
    // The specification has a wrong wish ignored: the desktop keeps its size.
    if (parsed.is === "layout") this.#resize(screenLayoutOf(parsed.layout));
  }

  gone(): void {}
}
