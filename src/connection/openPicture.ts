import type { SeenDesktop } from "#desktop/desktop.ts";
import type { ConnectionFacts } from "#contracts/service.ts";
import type { StartFrameKernels } from "#pipeline/frameWork.ts";
import type { Encoder } from "#pipeline/encoder.ts";
import type { TileNames } from "#pipeline/encoders/tileNames.ts";
import type { Capable } from "#protocol/sequences/accept/acceptState.ts";
import type { Instant } from "#base/units.ts";
import type { ClientSocket } from "./clientSocket.ts";
import type { InputDelays } from "./inputDelays.ts";
import { Overlay } from "./overlay.ts";
import { Picture, sinkOf, type PictureOwner } from "./picture.ts";
import { PictureReport } from "./pictureReport.ts";
import { PointerPainter } from "./pointerPainter.ts";

/** What one client is shown: the picture, the pointer on it, and what the service is told of both. */
export interface OpenPicture {
  readonly picture: Picture;
  readonly pointer: PointerPainter;
  /** What the client sees, without the overlay. */
  readonly seen: SeenDesktop | undefined;
  /**
   * From now on the client sees this desktop, with the overlay where that is wished. `names`: those of the session that
   * it belongs to; absent: it is one of our own screens.
   */
  show(desktop: SeenDesktop, names?: TileNames): void;
  /** The same screen by another desktop. */
  exchange(desktop: SeenDesktop): void;
  turnOverlay(shown: boolean): void;
  close(): void;
}

export function openPicture(options: {
  readonly capable: Capable;
  readonly wire: Pick<ClientSocket, "write" | "line">;
  /** Sends a message of the graphics channel. */
  readonly graphics: (message: Uint8Array) => void;
  readonly owner: PictureOwner;
  readonly encoder: Encoder;
  readonly framesPerSecond: number;
  readonly startKernels?: StartFrameKernels | undefined;
  readonly now: () => Instant;
  readonly inputDelays: InputDelays;
  /** A frame, or what comes before one, was handed on. */
  readonly sent: () => void;
  /** How the picture is sent; told now and then while it is. */
  readonly tell: (report: NonNullable<ConnectionFacts["picture"]>) => void;
}): OpenPicture {
  const { capable, wire, graphics, owner, encoder, framesPerSecond, startKernels, now, inputDelays, tell } = options;
  const write = (pieces: readonly Uint8Array[]) => wire.write(pieces);
  const pointer = new PointerPainter({ capable, write });
  const report = new PictureReport({ now, facts: () => picture.facts, delays: () => inputDelays.facts, tell });
  const sent = (): void => {
    options.sent();
    inputDelays.noteFrame();
    report.noteFrame();
  };
  const picture: Picture = new Picture({
    owner,
    encoder,
    sink: sinkOf({ write, graphics, line: () => wire.line, sent }),
    pointer,
    framesPerSecond,
    startKernels,
    now,
    toldSize: capable.size,
  });
  const overlay = new Overlay({
    facts: () => picture.facts,
    delays: () => inputDelays.facts,
    now,
    exchange: (desktop) => picture.exchange(desktop),
  });
  let seen: SeenDesktop | undefined;
  return {
    picture,
    pointer,
    get seen() {
      return seen;
    },
    show: (desktop, names) => {
      seen = desktop;
      if (names !== undefined) encoder.nameBy?.(names);
      // Serials of shapes belong to their desktop.
      pointer.forget();
      picture.show(overlay.over(desktop));
    },
    exchange: (desktop) => {
      seen = desktop;
      picture.exchange(overlay.over(desktop));
    },
    turnOverlay: (shown) => overlay.turn(shown),
    close: () => {
      picture.close();
      report.close();
    },
  };
}
