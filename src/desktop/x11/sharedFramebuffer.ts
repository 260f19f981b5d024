import type { Rectangle, Size } from "#base/geometry.ts";
import { SharedSegment } from "#system/native/sharedSegment.ts";
import type { Framebuffer } from "./framebuffer.ts";
import type { X11Connection } from "./x11Connection.ts";

/**
 * Memory of ours into which the server copies its screen (MIT-SHM, ShmGetImage): a tenth of what an image over the
 * socket costs. Rejects where the server cannot attach it.
 */
export async function sharedFramebuffer(connection: X11Connection): Promise<Framebuffer> {
  const shm = await connection.extension("shm");
  let size: Size = { width: 1, height: 1 };
  let shared = share(connection, size);
  try {
    await connection.ask<void>("ShmAttach", (answer) => shm.Attach(shared.name, shared.segment.id, false, answer));
  } catch (error) {
    shared.segment.close();
    throw error;
  }
  const release = (): void => {
    if (connection.isOpen) shm.Detach(shared.name);
    shared.segment.close();
  };
  const copy = async ({ top, bottom }: Band): Promise<void> => {
    const [{ width }, { name }] = [size, shared];
    await connection.ask<unknown>("ShmGetImage", (answer) =>
      shm.GetImage(
        connection.root,
        0,
        top,
        width,
        bottom - top,
        ALL_PLANES,
        shm.ImageFormat.ZPixmap,
        name,
        top * width * BYTES_PER_PIXEL,
        answer,
      ),
    );
  };
  return {
    sizeMax: undefined,
    get pixels() {
      return { ...size, data: shared.segment.bytes, offset: 0, stride: size.width * BYTES_PER_PIXEL };
    },
    resized: (given) => {
      release();
      size = given;
      shared = share(connection, size);
      shm.Attach(shared.name, shared.segment.id, false);
    },
    refresh: async (parts) => void (await Promise.all(bandsOf(parts).map(copy))),
    close: release,
  };
}

interface Shared {
  readonly segment: SharedSegment;
  /** The server's name for it. */
  readonly name: number;
}

function share(connection: X11Connection, { width, height }: Size): Shared {
  const segment = SharedSegment.create(width * height * BYTES_PER_PIXEL, connection.serverUserId);
  return { segment, name: connection.client.AllocID() };
}

/** From `top` to before `bottom`, over the whole width: the server writes an image's rows without gaps. */
interface Band {
  readonly top: number;
  readonly bottom: number;
}

function bandsOf(parts: readonly Rectangle[]): readonly Band[] {
  const bands: Band[] = [];
  for (const { y, height } of parts.toSorted((one, other) => one.y - other.y)) {
    const last = bands.at(-1);
    if (last === undefined || last.bottom < y) bands.push({ top: y, bottom: y + height });
    else bands[bands.length - 1] = { top: last.top, bottom: Math.max(last.bottom, y + height) };
  }
  return bands;
}

const BYTES_PER_PIXEL = 4;
const ALL_PLANES = 0xffff_ffff;
