import type { RejectableCodec } from "#base/rejectableCodec.ts";
import type { GraphicsCommand } from "#protocol/channels/graphics/graphicsCommands.ts";

/** In which frame a client was first sent what it may turn out not to take. */
export class FirstFrames {
  readonly #frames = new Map<RejectableCodec, number>();
  #frame: number | undefined;

  get frames(): ReadonlyMap<RejectableCodec, number> {
    return this.#frames;
  }

  /** To be told every command, in order. */
  note(command: GraphicsCommand): void {
    if (command.is === "startFrame") {
      this.#frame = command.frameId;
      return this.#noteCodec("graphics");
    }
    if (command.is === "wireToSurface1" || command.is === "wireToSurface2") this.#noteCodec(rejectable(command.codec));
  }

  #noteCodec(codec: RejectableCodec): void {
    if (this.#frame !== undefined && !this.#frames.has(codec)) this.#frames.set(codec, this.#frame);
  }
}

/** Codecs that nothing else could stand in for are what RDPGFX is made of. */
function rejectable(
  codec: Extract<GraphicsCommand, { is: "wireToSurface1" | "wireToSurface2" }>["codec"],
): RejectableCodec {
  switch (codec) {
    case "avc444":
    case "avc444v2":
      return "avc444";
    case "avc420":
    case "clearCodec":
      return codec;
    case "progressive":
    case "progressiveV2":
      return "progressive";
    default:
      return "graphics";
  }
}
