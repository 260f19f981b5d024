import type { Rectangle, Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { MppcDecompressor } from "#codecs/mppc/decompressor.ts";
import type { GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";
import type { ClientProfile } from "#protocol/sequences/connect/clientProfile.ts";
import { findCapability } from "#protocol/share/capabilities/capabilitySet.ts";
import { FastPathReceiver, type FastPathUpdate } from "#protocol/share/output/fastPathUpdate.ts";
import type { Update } from "#protocol/share/output/graphicsUpdate.ts";
import type { SurfaceCommand } from "#protocol/share/output/surfaceCommand.ts";
import type { PointerUpdate } from "#protocol/share/pointer/pointerUpdate.ts";
import { ClientPicture, type PictureListener } from "./clientPicture.ts";
import { GraphicsSurfaces } from "./graphicsSurfaces.ts";
import type { KeptTiles } from "./keptTiles.ts";

export interface ScreenOwner {
  updated(area: Rectangle): void;
  pointerChanged(pointer: PointerUpdate): void;
  /** A frame of surface commands was shown, and the profile says that such are acknowledged. */
  acknowledge(frameId: number): void;
}

/** Everything that a server shows, on whatever way it comes. Throws DecodeError. */
export class ClientScreen {
  readonly #owner: ScreenOwner;
  readonly #isDecoded: boolean;
  readonly #acknowledges: boolean;
  readonly #mppc = new MppcDecompressor();
  readonly #fastPath = new FastPathReceiver({ decompress: (flags, data) => this.#mppc.decompress(flags, data) });
  readonly #picture: ClientPicture;
  readonly #surfaces: GraphicsSurfaces;
  readonly #undecoded = new Map<string, number>();
  #pointer: PointerUpdate = { is: "default" };
  #size: Size = { width: 0, height: 0 };
  #frames = 0;

  constructor(
    owner: ScreenOwner,
    options: { readonly profile: ClientProfile; readonly decoded: boolean; readonly kept?: KeptTiles | undefined },
  ) {
    const { capabilities } = options.profile;
    this.#owner = owner;
    this.#isDecoded = options.decoded;
    this.#acknowledges = findCapability(capabilities, "frameAcknowledgeCapability") !== undefined;
    const listener: PictureListener = {
      updated: (area) => owner.updated(area),
      undecoded: (what) => void this.#undecoded.set(what, (this.#undecoded.get(what) ?? 0) + 1),
    };
    const codecs = findCapability(capabilities, "bitmapCodecsCapability")?.codecs ?? [];
    const { colorDepth: depth } = options.profile;
    this.#picture = new ClientPicture(listener, { codecs, decoded: options.decoded, depth, sets: capabilities });
    this.#surfaces = new GraphicsSurfaces(this.#picture, listener, options.kept);
  }

  /** Lent, and painted over. */
  get pixels(): Pixels {
    return this.#picture.pixels;
  }

  /** Of the desktop, as the share or the graphics pipeline said last. */
  get size(): Size {
    return this.#size;
  }

  get pointer(): PointerUpdate {
    return this.#pointer;
  }

  get frames(): number {
    return this.#frames;
  }

  get undecoded(): ReadonlyMap<string, number> {
    return this.#undecoded;
  }

  /** All black, at the size that the share has now. */
  activate(size: Size): void {
    this.#size = size;
    this.#picture.reset(size);
  }

  receiveFastPath(bytes: Uint8Array): void {
    for (const update of this.#fastPath.receive(bytes)) this.#applyFastPath(update);
  }

  receiveUpdate(update: Update): void {
    this.#picture.apply(update);
  }

  receivePointer(pointer: PointerUpdate): void {
    this.#pointer = pointer;
    this.#owner.pointerChanged(pointer);
  }

  /** A command of the graphics pipeline that draws. */
  applyGraphics(command: GraphicsCommand): void {
    if (command.is === "resetGraphics") this.#size = { width: command.width, height: command.height };
    if (this.#isDecoded) return this.#surfaces.apply(command);
    // Progressive pictures have their place in their data.
    if (command.is === "wireToSurface1") this.#owner.updated(command.destination);
    else if (command.is === "wireToSurface2") this.#owner.updated({ x: 0, y: 0, ...this.#size });
  }

  presentGraphics(): void {
    this.#surfaces.present();
  }

  frameEnded(): void {
    this.#frames++;
  }

  #applyFastPath(update: FastPathUpdate): void {
    switch (update.is) {
      case "graphics":
        return this.#picture.apply(update.update);
      case "surfaceCommands":
        return update.commands.forEach((command) => this.#applyCommand(command));
      case "pointer":
        return this.receivePointer(update.pointer);
      case "unknown":
        return;
    }
  }

  #applyCommand(command: SurfaceCommand): void {
    if (command.is !== "frameMarker") return this.#picture.applyCommand(command);
    if (command.action !== "end") return;
    this.frameEnded();
    if (this.#acknowledges) this.#owner.acknowledge(command.frameId);
  }
}
